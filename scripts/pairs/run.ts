/**
 * `npm run pairs -- FOLDER [ID…]`: plays each pair of configurations with our engine at both ends and compares with what real
 * daemons did. A line for each disagreement and for each pair that is skipped, a count for each kind. Exit code 1: a file cannot be
 * read, none is played, or more of the pairs that the protocol decides disagree than the 3 in 100 that we allow; 2: there is no folder.
 *
 * `--captures DIR` writes what each pair said and its keys to DIR/ID, which Wireshark takes for a configuration folder:
 * `WIRESHARK_CONFIG_DIR=DIR/ID wireshark DIR/ID/transcript.pcapng`.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Judgement, judge } from './judge.ts';
import { isDecidedByProtocol } from './kinds.ts';
import { pairsOf } from './pair.ts';
import type { Play } from './play.ts';
import { addTo, type Count, countsOfKinds, shareOf, sumOf } from './tally.ts';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { captures: { type: 'string' } } });
const [named = 'pairs', ...ids] = positionals;
/** npm runs in the project's folder; a path is meant from where it was called, if there is one. */
const fromCaller = resolve(process.env['INIT_CWD'] ?? '.', named);
const folder = existsSync(fromCaller) ? fromCaller : resolve(named);
if (!existsSync(folder)) {
  console.error(`${named}: there is no such folder`);
  process.exit(2);
}
const found = await pairsOf(folder);
const pairs = found.pairs.filter(({ id }) => ids.length === 0 || ids.some((each) => id.startsWith(each)));

const counts = new Map<string, Count>();
for (const { name, kind, outcome, why } of found.leftOut) {
  addTo(counts, kind, outcome);
  console.log(`${outcome === 'failed' ? 'FAILED   ' : 'skipped  '}${name}: ${why}`);
}
const hasUnread = found.leftOut.some(({ outcome }) => outcome === 'failed');
for (const pair of pairs) {
  const judgement = await judge(pair, folder, keep).catch(thrown);
  addTo(counts, pair.kind, judgement.outcome);
  if (judgement.outcome === 'skipped') console.log(`skipped  ${pair.id}: ${judgement.reason}`);
  if (judgement.outcome !== 'failed') continue;
  for (const { field, expected, got } of judgement.disagreements) {
    console.log(`FAILED   ${pair.id} (${pair.title}): ${field}: expected ${expected}, got ${got}`);
  }
}

const byProtocol = sumOf(counts, isDecidedByProtocol);
const byHabit = sumOf(counts, (kind) => !isDecidedByProtocol(kind));
for (const line of countsOfKinds(counts)) console.log(line);
console.log(`decided by the protocol: ${print(byProtocol)}; ${agreement(byProtocol)}`);
console.log(`decided by a daemon's habits: ${print(byHabit)}; ${agreement(byHabit)}`);
console.log(print(sumOf(counts, () => true)));
const hasPlayed = isPlayed(byProtocol) || isPlayed(byHabit);
process.exitCode = hasPlayed && shareOf(byProtocol) >= 0.97 && !hasUnread ? 0 : 1;

function keep(play: Play): void {
  if (values.captures === undefined) return;
  const folder = join(values.captures, play.pair.id);
  mkdirSync(folder, { recursive: true });
  for (const { name, octets } of play.record()) writeFileSync(join(folder, name), octets);
}

/** A file that is not there, or a bug of ours: it costs its pair and not the run. */
function thrown(error: unknown): Judgement {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
    return { outcome: 'skipped', reason: error.message };
  }
  const got = error instanceof Error ? error.message : String(error);
  return { outcome: 'failed', disagreements: [{ field: 'play', expected: 'no exception', got }] };
}

function isPlayed({ passed, failed }: Count): boolean {
  return passed + failed > 0;
}

function agreement(count: Count): string {
  return isPlayed(count) ? `agreement ${(100 * shareOf(count)).toFixed(1)} %` : 'none was played';
}

function print({ passed, failed, skipped }: Count): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}
