/**
 * `npm run vectors -- FOLDER [--web]`: runs every vector file of a folder against the engine; a line for each failure by file
 * and case, and for each file or case that is skipped, with its reason. --web takes the browser's cryptography instead of
 * node:crypto. Exit code 1: something failed.
 */
import type { CryptoProvider } from '../../src/domain/crypto/provider.ts';
import { webProvider } from '../../src/domain/crypto/web-provider.ts';
import { nodeProvider } from '../../src/server/node-provider.ts';
import { type FoundFile, vectorFilesOf } from './files.ts';
import { chooseFormat, countCases } from './formats.ts';

const options = process.argv.slice(2);
const folder = options.find((each) => !each.startsWith('--')) ?? 'vectors';
const provider: CryptoProvider = options.includes('--web') ? webProvider : nodeProvider;

const counts = { passed: 0, failed: 0, skipped: 0 };
for (const file of await filesOf(folder)) await runFile(file);
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exitCode = counts.failed > 0 ? 1 : 0;

async function runFile({ path, name, content }: FoundFile): Promise<void> {
  if (!content) return fail(path, 'file', 'no JSON object or list');
  const chosen = chooseFormat(name, content, { provider });
  if ('skip' in chosen) return skip(path, chosen.skip, countCases(content));
  const reasons = new Map<string, number>();
  for (const each of chosen.cases) {
    if ('skip' in each) reasons.set(`${each.name}: ${each.skip}`, 1);
    else {
      try {
        await each.check();
        counts.passed += 1;
      } catch (error) {
        fail(path, each.name, error instanceof Error ? error.message : String(error));
      }
    }
  }
  for (const [reason, count] of reasons) skip(path, reason, count);
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
    console.error(`${folder} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(2);
  }
}
