/** A folder of other people's: each file and each case costs no more than itself, and is told by name. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { nodeProvider } from '../../src/server/node-provider.ts';
import { runFolder } from './run-folder.ts';

const folders: string[] = [];
afterEach(() => Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true }))));

async function run(files: Readonly<Record<string, unknown>>) {
  const folder = await mkdtemp(join(tmpdir(), 'vectors-'));
  folders.push(folder);
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), typeof content === 'string' ? content : JSON.stringify(content));
  }
  const lines: string[] = [];
  const counts = await runFolder(folder, nodeProvider, (line) => lines.push(line));
  return { counts, lines };
}

const hmac = { alg: 'PRF_HMAC_SHA2_256', key: '0b'.repeat(20), data: '4869205468657265' };
const right = 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7';

test('what fails, what is no JSON and what nobody knows is named, and the rest runs', async () => {
  const vectors = [
    { id: 'right', ...hmac, out: right },
    { id: 'wrong', ...hmac, out: '00'.repeat(32) },
    { id: 'odd', ...hmac, out: 'not hex' },
  ];
  const { counts, lines } = await run({
    'a/deep/hmac-sha2-b.json': { vectors },
    'broken.json': '{',
    'strange.json': { vectors: [{ colour: 'blue' }, { colour: 'red' }] },
    'notes.txt': 'no vectors',
  });
  expect(counts).toEqual({ passed: 1, failed: 3, skipped: 2 });
  expect(lines).toEqual([
    `FAILED   a/deep/hmac-sha2-b.json: wrong: PRF: got ${right}, expected ${'00'.repeat(32)}`,
    'FAILED   a/deep/hmac-sha2-b.json: odd: out: no hex octets',
    'FAILED   broken.json: file: no JSON object or list',
    'skipped  strange.json: unknown format (2)',
  ]);
});

test('a file may begin with a byte order mark', async () => {
  const content = JSON.stringify([{ id: 'right', ...hmac, out: right }]);
  expect((await run({ 'any.json': `\ufeff${content}` })).counts).toEqual({ passed: 1, failed: 0, skipped: 0 });
});

test('what is not run yet, and what nobody knows, is told and counted', async () => {
  const { counts, lines } = await run({
    'x509-more.json': { cases: [{ a: 1 }, { a: 2 }] },
    'other.json': { cases: [{ a: 1 }] },
    'certificates.json': { cases: [{ id: 'a', ee: '', crls: [] }] },
    'mixed.json': { cases: [{ ...hmac, out: right }, { peer_certificate: '' }, { a: 1 }] },
  });
  expect(counts).toEqual({ passed: 1, failed: 0, skipped: 6 });
  expect(lines).toEqual([
    'skipped  certificates.json: certificate paths are not run yet',
    'skipped  mixed.json: case 1 of those that no format knows: certificate paths are not run yet',
    'skipped  mixed.json: case 2 of those that no format knows: unknown format',
    'skipped  other.json: unknown format',
    'skipped  x509-more.json: certificate paths are not run yet (2)',
  ]);
});
