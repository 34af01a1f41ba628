/**
 * `npm test`: lint, types, unit and property tests, then the console in a browser and the engine against real peers where
 * their Debian packages can be had. What cannot run is named with its reason; with CI=true that is a failure. Each stage says
 * how long it took. The last line counts everything: a stage without a count of its own (lint, types, fuzz, build) counts as
 * one test; the lines before it name the tests that passed on a second try.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { missingFor, type Part } from './debian.ts';
import { add, type Count, nothing, readPlaywright, readVitest } from './test-report.ts';

interface Stage {
  readonly name: string;
  readonly command: readonly string[];
  /** The report that the command writes; without one, its exit code is the test. */
  readonly report?: 'vitest' | 'playwright';
  readonly needs?: readonly Part[];
  /** What it should take at most on CI: said, and no failure. */
  readonly withinSeconds?: number;
}

const isCi = process.env['CI'] === 'true';

const stages: readonly Stage[] = [
  { name: 'lint', command: ['biome', 'check', '--error-on-warnings', '.'] },
  { name: 'types of the domain', command: ['tsc', '-p', 'tsconfig.domain.json'] },
  { name: 'types', command: ['tsc', '-p', 'tsconfig.json'] },
  { name: 'unit', command: ['vitest', 'run'], report: 'vitest' },
  { name: 'fuzz', command: ['tsx', '--expose-gc', 'scripts/fuzz.ts', isCi ? '60' : '5'] },
  { name: 'build', command: ['vite', 'build', '--logLevel', 'warn'] },
  { name: 'console', command: ['playwright', 'test'], report: 'playwright', needs: ['browser'] },
  {
    name: 'peers',
    command: ['vitest', 'run', '--config', 'vitest.peers.config.ts'],
    report: 'vitest',
    needs: ['peers', 'kernel', 'capture'],
    withinSeconds: 480,
  },
];

const onePassed: Count = { ...nothing, passed: 1 };
const oneFailed: Count = { ...nothing, failed: 1 };

const only = process.argv.slice(2);
const unknown = only.filter((name) => !stages.some((stage) => stage.name === name));
if (unknown.length > 0) {
  console.error(`No stage is named ${unknown.join(', ')}; there are: ${stages.map(({ name }) => name).join(', ')}.`);
  process.exit(1);
}

const reports = mkdtempSync(join(tmpdir(), 'overwire-test-'));
const counts = stages.filter(({ name }) => only.length === 0 || only.includes(name)).map(run);
rmSync(reports, { recursive: true });

const total = counts.reduce(add, nothing);
if (total.onSecondTry.length > 0) console.log(`\n${total.onSecondTry.length} passed only on a second try:`);
for (const name of total.onSecondTry) console.log(`  ${name}`);
console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed > 0 ? 1 : 0;

function run(stage: Stage): Count {
  console.log(`\n== ${stage.name}`);
  const missing = stage.needs && missingFor(...stage.needs);
  if (missing !== undefined) {
    console.log(`${isCi ? 'failed' : 'skipped'}: ${stage.name}: ${missing}`);
    return isCi ? oneFailed : { ...nothing, skipped: 1 };
  }
  const file = join(reports, `${stage.name}.json`);
  const beganAtMs = performance.now();
  const { status } = spawnSync(
    `node_modules/.bin/${stage.command[0]}`,
    [...stage.command.slice(1), ...reportTo(stage, file)],
    {
      stdio: 'inherit',
      env: { ...process.env, PLAYWRIGHT_JSON_OUTPUT_FILE: file },
    },
  );
  console.log(tookSince(beganAtMs, stage));
  const count = stage.report ? readReport(stage, file) : undefined;
  if (count && (status === 0 || count.failed > 0)) return count;
  return add(count ?? nothing, status === 0 ? onePassed : oneFailed);
}

function tookSince(beganAtMs: number, { name, withinSeconds }: Stage): string {
  const seconds = Math.round((performance.now() - beganAtMs) / 1000);
  if (withinSeconds === undefined) return `== ${name}: ${seconds} s`;
  return `== ${name}: ${seconds} s, ${seconds > withinSeconds ? 'above' : 'within'} its ${withinSeconds} s`;
}

function reportTo(stage: Stage, file: string): string[] {
  switch (stage.report) {
    case 'vitest':
      return ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
    case 'playwright':
      return ['--reporter=list,json'];
    default:
      return [];
  }
}

/**
 * Undefined where the command ended before it wrote its report. Where a browser or a peer must be there, a skipped test is a
 * failure.
 */
function readReport({ report, needs }: Stage, file: string): Count | undefined {
  try {
    const read = JSON.parse(readFileSync(file, 'utf8'));
    const count = report === 'vitest' ? readVitest(read) : readPlaywright(read);
    return needs && isCi ? { ...count, failed: count.failed + count.skipped, skipped: 0 } : count;
  } catch {
    return undefined;
  }
}
