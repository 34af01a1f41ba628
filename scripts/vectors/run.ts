/**
 * `npm run vectors -- FOLDER [--web]`: runs a folder of vectors against the engine. --web takes the browser's cryptography instead
 * of node:crypto. Exit code 1: something failed, or there was nothing; 2: the folder cannot be read.
 */
import { webProvider } from '../../src/domain/crypto/web-provider.ts';
import { nodeProvider } from '../../src/server/node-provider.ts';
import { reasonOf, runFolder } from './run-folder.ts';

const options = process.argv.slice(2);
const folder = options.find((each) => !each.startsWith('--')) ?? 'vectors';
const provider = options.includes('--web') ? webProvider : nodeProvider;

try {
  const { passed, failed, skipped } = await runFolder(folder, provider, (line) => console.log(line));
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
  const hasRun = passed + failed + skipped > 0;
  if (!hasRun) console.log('there is nothing to run');
  process.exitCode = failed > 0 || !hasRun ? 1 : 0;
} catch (error) {
  console.error(`${folder} cannot be read: ${reasonOf(error)}`);
  process.exitCode = 2;
}
