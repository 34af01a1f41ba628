/**
 * The agreement property of two IKE endpoints over a hostile wire (src/domain/ike/testing/agreement.ts), at length: `npm run soak`,
 * or `npm run soak -- --runs 500 --seed 7`. Two processes share the runs, in batches of one seed each.
 *
 * A batch that fails prints its seed, the smallest plan that fails too, and the command that plays just this plan again. At the end stands
 * what was played how often; ten thousand runs have to have seen all of it.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { playPlan } from '../src/domain/ike/testing/agreement.ts';
import { type AgreementPlan, somePlan } from '../src/domain/ike/testing/agreement-plan.ts';
import { lateProvider } from '../src/domain/ike/testing/wrapped-provider.ts';
import { nodeProvider } from '../src/server/node-provider.ts';
import { Coverage, seenIn } from './soak/coverage.ts';

const batchRuns = 100;
/** From so many on, what was never seen is a failure: the draw has gone astray. */
const wholeRuns = 10_000;
const processes = 2;

interface Batch {
  readonly seed: number;
  readonly runs: number;
}

interface Verdict extends Batch {
  readonly seen: readonly string[];
  /** Absent: every plan of the batch ended in agreement. */
  readonly fault?: { readonly path: string; readonly plan: string; readonly error: string };
}

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '10000' },
    /** Of the first batch; the others count on from it. */
    seed: { type: 'string' },
    /** Plays one plan of a batch. */
    path: { type: 'string' },
    worker: { type: 'boolean', default: false },
  },
});

if (values.worker) serve();
else if (values.path !== undefined) await replay(Number(values.seed), values.path);
else await soak(Number(values.runs), values.seed === undefined ? Date.now() & 0x3fff_ffff : Number(values.seed));

async function soak(runs: number, firstSeed: number): Promise<void> {
  const startedAtMs = Date.now();
  const batches: Batch[] = [];
  for (let left = runs; left > 0; left -= batchRuns) {
    batches.push({ seed: firstSeed + batches.length, runs: Math.min(left, batchRuns) });
  }
  console.log(`soak: ${runs} runs from seed ${firstSeed}`);

  const queue = [...batches];
  const verdicts: Verdict[] = [];
  const coverage = new Coverage();
  const report = (verdict: Verdict) => {
    verdicts.push(verdict);
    coverage.add(verdict.seen);
    if (verdict.fault) printFault(verdict);
    const done = verdicts.reduce((sum, each) => sum + each.runs, 0);
    if (verdicts.length % 10 === 0 || done === runs) console.log(`soak: ${done} of ${runs}, ${seconds(startedAtMs)} s`);
  };
  await Promise.all(Array.from({ length: processes }, () => drain(queue, report)));

  const failed = verdicts.filter(({ fault }) => fault !== undefined).length;
  const unheard = batches.length - verdicts.length;
  console.log(`soak: ${batches.length - failed - unheard} batches passed, ${failed} failed, ${unheard} not run`);
  console.log(`soak: seen\n${coverage.lines().join('\n')}`);
  const unseen = runs >= wholeRuns ? coverage.unseen() : [];
  for (const what of unseen) console.error(`soak: never seen: ${what}`);
  process.exitCode = failed + unheard + unseen.length > 0 ? 1 : 0;
}

/** One process takes batches until none is left. */
function drain(queue: Batch[], report: (verdict: Verdict) => void): Promise<void> {
  const worker = fork(fileURLToPath(import.meta.url), ['--worker'], { execArgv: process.execArgv });
  return new Promise((resolve) => {
    worker.on('message', (verdict: Verdict) => {
      report(verdict);
      next(worker, queue);
    });
    worker.on('exit', () => resolve());
    next(worker, queue);
  });
}

function next(worker: ChildProcess, queue: Batch[]): void {
  const batch = queue.shift();
  if (batch) worker.send(batch);
  else worker.disconnect();
}

function serve(): void {
  process.on('message', async (batch: Batch) => {
    process.send?.(await play(batch));
  });
}

async function play({ seed, runs }: Batch): Promise<Verdict> {
  const seen: string[] = [];
  const property = fc.asyncProperty(somePlan, async (plan) => {
    seen.push(...seenIn(plan, await playAlike(plan)));
  });
  const run = await fc.check(property, { seed, numRuns: runs });
  if (!run.failed) return { seed, runs, seen };
  const error =
    run.errorInstance instanceof Error ? (run.errorInstance.stack ?? run.errorInstance.message) : 'no answer';
  const fault = { path: run.counterexamplePath ?? '', plan: JSON.stringify(run.counterexample?.[0]), error };
  return { seed, runs, seen, fault };
}

/** The same plan is the same run each time: answers of the ciphers come in an order of the seed's. */
const playAlike = (plan: AgreementPlan) => playPlan(plan, lateProvider(nodeProvider, plan.seed));

async function replay(seed: number, path: string): Promise<void> {
  const property = fc.asyncProperty(somePlan, async (plan) => void (await playAlike(plan)));
  await fc.assert(property, { seed, path, endOnFailure: true, numRuns: batchRuns });
  console.log(`soak: plan ${path} of seed ${seed} ends in agreement`);
}

function printFault({ seed, fault }: Verdict): void {
  if (!fault) return;
  console.error(
    `soak: seed ${seed} FAILED\n  plan ${fault.plan}\n  ${fault.error.split('\n').slice(0, 12).join('\n  ')}`,
  );
  console.error(`  play it again: npm run soak -- --seed ${seed} --path ${fault.path}`);
}

function seconds(sinceMs: number): number {
  return Math.round((Date.now() - sinceMs) / 1000);
}
