/** docs/architecture.md says where a section of RFC 7296 is: the files that it names exist. */
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const page = readFileSync('docs/architecture.md', 'utf8');
const rows = page.split('\n').filter((line) => line.startsWith('| '));
const named = rows.flatMap((row) =>
  [...row.matchAll(/`([a-z/0-9-]+(?:\.ts|\/))`/g)].map(([, path]) => `src/domain/${path}`),
);

test('each section has a file, and each file is there', () => {
  expect(rows.length).toBeGreaterThan(30);
  expect(named.filter((path) => !existsSync(path))).toEqual([]);
});
