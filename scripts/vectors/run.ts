/**
 * `npm run vectors -- FOLDER [--web]`: runs every vector file of a folder against the engine; a line for each failure by file
 * and case, and for each file or case that is skipped, with its reason. --web takes the browser's cryptography instead of
 * node:crypto. Exit code 1: something failed, or there was nothing.
 */
import type { CryptoProvider } from '../../src/domain/crypto/provider.ts';
import { webProvider } from '../../src/domain/crypto/web-provider.ts';
import { nodeProvider } from '../../src/server/node-provider.ts';
import { type FoundFile, vectorFilesOf } from './files.ts';
import type { VectorFile } from './format.ts';
import { type Chosen, chooseFormats } from './formats.ts';

const options = process.argv.slice(2);
const folder = options.find((each) => !each.startsWith('--')) ?? 'vectors';
const provider: CryptoProvider = options.includes('--web') ? webProvider : nodeProvider;

const counts = { passed: 0, failed: 0, skipped: 0 };
for (const file of await filesOf(folder)) await runFile(file);
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
const hasRun = counts.passed + counts.failed + counts.skipped > 0;
if (!hasRun) console.log('there is nothing to run');
process.exitCode = counts.failed > 0 || !hasRun ? 1 : 0;

async function runFile({ path, name, content }: FoundFile): Promise<void> {
  if (!content) return fail(path, 'file', 'no JSON object or list');
  const chosen = chosenFor(name, content);
  if ('fault' in chosen) return fail(path, 'file', chosen.fault);
  if ('skip' in chosen) return skip(path, chosen.skip, chosen.count);
  const reasons = new Map<string, number>();
  for (const each of chosen.cases) {
    if ('skip' in each) reasons.set(`${each.name}: ${each.skip}`, 1);
    else {
      try {
        await each.check();
        counts.passed += 1;
      } catch (error) {
        fail(path, each.name, reasonOf(error));
      }
    }
  }
  for (const [reason, count] of reasons) skip(path, reason, count);
}

/** A file may be damaged in ways that nobody thought of: it costs itself and not the run. */
function chosenFor(name: string, content: VectorFile): Chosen | { readonly fault: string } {
  try {
    return chooseFormats(name, content, { provider });
  } catch (error) {
    return { fault: reasonOf(error) };
  }
}

function fail(path: string, name: string, why: string): void {
  counts.failed += 1;
  console.log(`FAILED   ${path}: ${name}: ${why}`);
}

function skip(path: string, why: string, count: number): void {
  counts.skipped += count;
  console.log(`skipped  ${path}: ${why}${count === 1 ? '' : ` (${count})`}`);
}

async function filesOf(folder: string): Promise<readonly FoundFile[]> {
  try {
    return await vectorFilesOf(folder);
  } catch (error) {
    console.error(`${folder} cannot be read: ${reasonOf(error)}`);
    process.exit(2);
  }
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
