import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isBuildStale } from './stale.ts';

const home = process.cwd();
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'overwire-stale-'));
  process.chdir(root);
  mkdirSync('src/pages', { recursive: true });
  write('src/pages/a.ts', 10);
  write('index.html', 10);
  for (const folder of ['src/pages', 'src']) utimesSync(folder, 10, 10);
});

afterEach(() => {
  process.chdir(home);
  rmSync(root, { recursive: true });
});

test('without a build there is one to be made', () => {
  expect(isBuildStale()).toBe(true);
});

test('a build younger than all its sources stands', () => {
  build(20);
  expect(isBuildStale()).toBe(false);
});

test.each([
  ['a source that changed', () => write('src/pages/a.ts', 30)],
  ['a source that is new', () => write('src/pages/b.ts', 30)],
  ['a source that is gone', () => rmSync('src/pages/a.ts')],
  ['another lock file', () => write('package-lock.json', 30)],
])('%s makes it stale', (_, change) => {
  build(20);
  change();
  expect(isBuildStale()).toBe(true);
});

function build(atSeconds: number): void {
  mkdirSync('dist');
  write('dist/index.html', atSeconds);
}

function write(path: string, atSeconds: number): void {
  writeFileSync(path, path);
  utimesSync(path, atSeconds, atSeconds);
}
