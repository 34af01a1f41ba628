/**
 * A file that no longer fits into a reader's head is split by subject, or stands here with the reason why it reads better
 * as one.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const mostLines = 300;

const longer: Readonly<Record<string, string>> = {
  'src/domain/ipsec/boundary.test.ts': 'two ends and what they promise each other, law by law',
  'src/domain/lab/lab.test.ts': 'one story an administrator may live, a test a chapter',
};

const lengths = new Map(
  ['src', 'e2e', 'scripts', 'bench']
    .flatMap((folder) => readdirSync(folder, { recursive: true, withFileTypes: true }))
    .filter((each) => each.isFile() && /\.tsx?$/.test(each.name))
    .map(({ parentPath, name }) => join(parentPath, name))
    .map((path) => [path, readFileSync(path, 'utf8').split('\n').length - 1]),
);

test(`no file has more than ${mostLines} lines but those that say why`, () => {
  const long = [...lengths].filter(([, count]) => count > mostLines).map(([path]) => path);
  expect(long.filter((path) => !(path in longer))).toEqual([]);
});

test.each(Object.keys(longer))('%s still needs its leave', (path) => {
  expect(lengths.get(path)).toBeGreaterThan(mostLines);
});
