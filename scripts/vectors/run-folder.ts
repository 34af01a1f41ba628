/** Every vector file of a folder against the engine: a line for each failure by file and case, and for each that is skipped, with its reason. */
import type { CryptoProvider } from '../../src/domain/crypto/provider.ts';
import { type FoundFile, vectorFilesOf } from './files.ts';
import type { VectorCase, VectorFile } from './format.ts';
import { type Chosen, chooseFormats } from './formats.ts';

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export type Print = (line: string) => void;

export async function runFolder(folder: string, provider: CryptoProvider, print: Print): Promise<Counts> {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const file of await vectorFilesOf(folder)) {
    const { passed, failed, skipped } = await runFile(file, provider);
    counts.passed += passed;
    counts.failed += failed.length;
    for (const [name, why] of failed) print(`FAILED   ${file.path}: ${name}: ${why}`);
    for (const [why, count] of skipped) {
      counts.skipped += count;
      print(`skipped  ${file.path}: ${why}${count === 1 ? '' : ` (${count})`}`);
    }
  }
  return counts;
}

interface Outcome {
  readonly passed: number;
  /** Names of cases, and what the engine and the vector disagree in. */
  readonly failed: readonly (readonly [name: string, why: string])[];
  readonly skipped: readonly (readonly [why: string, count: number])[];
}

async function runFile({ name, content }: FoundFile, provider: CryptoProvider): Promise<Outcome> {
  if (!content) return broken('no JSON object or list');
  const chosen = chosenFor(name, content, provider);
  if ('fault' in chosen) return broken(chosen.fault);
  if ('skip' in chosen) return { passed: 0, failed: [], skipped: [[chosen.skip, chosen.count]] };
  return runCases(chosen.cases);
}

async function runCases(cases: readonly VectorCase[]): Promise<Outcome> {
  let passed = 0;
  const failed: (readonly [string, string])[] = [];
  const skipped: (readonly [string, number])[] = [];
  for (const each of cases) {
    if ('skip' in each) skipped.push([`${each.name}: ${each.skip}`, 1]);
    else {
      try {
        await each.check();
        passed += 1;
      } catch (error) {
        failed.push([each.name, reasonOf(error)]);
      }
    }
  }
  return { passed, failed, skipped };
}

const broken = (why: string): Outcome => ({ passed: 0, failed: [['file', why]], skipped: [] });

/** A file may be damaged in ways that nobody thought of: it costs itself and not the run. */
function chosenFor(name: string, content: VectorFile, provider: CryptoProvider): Chosen | { readonly fault: string } {
  try {
    return chooseFormats(name, content, { provider });
  } catch (error) {
    return { fault: reasonOf(error) };
  }
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
