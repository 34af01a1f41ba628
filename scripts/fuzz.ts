/**
 * `npm run fuzz [-- SECONDS] [--seed N]`: damages recorded messages and opened chains, by octet and by structure, packets before a boundary
 * and certificates, and lets hostile peers negotiate with an endpoint; looks whether anything that must hold does not, and whether memory
 * grows. What it finds goes to vectors/fuzz-corpus/ and is from then on a vector like the others.
 */
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { toHex } from '../src/domain/bytes/hex.ts';
import { drawFrom } from '../src/domain/ike/message/testing/mutate.ts';
import { claimBrokenBy, drawInput, type FuzzInput } from './fuzz/inputs.ts';

const corpus = 'vectors/fuzz-corpus';
const defaultSeconds = 600;
/** Caches and compiled code settle so long before memory is first measured. */
const warmUpShare = 0.2;
const growthLimitMib = 8;
/** After so many findings there is enough to mend. */
const enough = 20;
/** How many of each in a turn: they take about as long as each other. */
const turn = { message: 500, chain: 500, certificate: 100, packets: 1, 'hostile peer': 1 } as const;
const kinds = Object.keys(turn) as (keyof typeof turn)[]; // its own keys

const options = process.argv.slice(2);
const seconds = Number(options.find((each) => /^\d+$/.test(each)) ?? defaultSeconds);
const seedAt = options.indexOf('--seed');
const seed = seedAt < 0 ? Date.now() & 0x7fffffff : Number(options[seedAt + 1]);

const draw = drawFrom(seed);
const startedAtMs = Date.now();
const until = startedAtMs + 1000 * seconds;
const warmAtMs = startedAtMs + 1000 * seconds * warmUpShare;
const seen = new Set<string>();
let turns = 0;
let warmMib: number | undefined;
console.log(`fuzz: ${seconds} s, seed ${seed}`);
while (Date.now() < until && seen.size < enough) {
  for (const kind of kinds) {
    for (let i = 0; i < turn[kind]; i++) {
      const input = drawInput(kind, draw);
      const claim = await claimBrokenBy(input);
      if (claim !== undefined) await keep(input, claim);
    }
  }
  turns += 1;
  if (Date.now() >= warmAtMs) warmMib ??= heapMib();
}
if (warmMib !== undefined) lookForGrowth(warmMib, heapMib());
console.log(kinds.map((kind) => `${turns * turn[kind]} × ${kind}`).join(', '));
console.log(`${seen.size} findings`);
process.exitCode = seen.size > 0 ? 1 : 0;

function lookForGrowth(fromMib: number, toMib: number): void {
  console.log(`heap after collection: ${fromMib.toFixed(1)} MiB warm, ${toMib.toFixed(1)} MiB at the end`);
  if (toMib - fromMib <= growthLimitMib) return;
  const claim = `memory grew by more than ${growthLimitMib} MiB`;
  seen.add(claim);
  console.log(`FOUND    ${claim}`);
}

function heapMib(): number {
  if (!globalThis.gc) throw new Error('Memory can be measured with node --expose-gc only; npm run fuzz does so.');
  globalThis.gc();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

/** One finding for each claim: a hundred inputs that break the same thing say no more than one. */
async function keep(input: FuzzInput, claim: string): Promise<void> {
  if (seen.has(claim)) return;
  seen.add(claim);
  const kept = 'hex' in input ? { ...input, hex: toHex(input.hex) } : input;
  const id = createHash('sha256').update(JSON.stringify(kept)).digest('hex').slice(0, 12);
  const content = { source: `npm run fuzz -- --seed ${seed}`, cases: [{ id, ...kept, claim }] };
  await mkdir(corpus, { recursive: true });
  await writeFile(`${corpus}/fuzz-corpus-${id}.json`, `${JSON.stringify(content, null, 1)}\n`);
  console.log(`FOUND    ${claim}\n         kept as ${corpus}/fuzz-corpus-${id}.json`);
}
