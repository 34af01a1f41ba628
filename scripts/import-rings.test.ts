/**
 * No file of src/ needs, however far round, a file that needs it; types count too, since a reader follows them as well. And within
 * src/domain/ike the endpoint stands above its sessions, and they above the exchanges: what is run knows nothing of what runs it.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

const files = readdirSync('src', { recursive: true, withFileTypes: true })
  .filter((each) => each.isFile() && /\.tsx?$/.test(each.name))
  .map(({ parentPath, name }) => join(parentPath, name));
const imports = new Map(files.map((path) => [path, importsOf(path)]));

test('no imports go in a ring', () => {
  expect(imports.size).toBeGreaterThan(300);
  expect(ringIn(imports)).toEqual([]);
});

test.each([
  { floor: 'endpoint', above: [] },
  { floor: 'session', above: ['endpoint'] },
  { floor: 'exchanges', above: ['endpoint', 'session'] },
])('of src/domain/ike only what stands above $floor knows it', ({ floor, above }) => {
  const isOf = (folder: string, path: string) => path.startsWith(`src/domain/ike/${folder}/`);
  const others = [...imports].filter(
    ([path]) => path.startsWith('src/domain/ike/') && !/testing|[.]test[.]/.test(path) && !isOf(floor, path),
  );
  expect(others.length).toBeGreaterThan(100);
  const knowing = others.filter(([, needed]) => needed.some((path) => isOf(floor, path))).map(([path]) => path);
  expect(knowing.filter((path) => !above.some((folder) => isOf(folder, path)))).toEqual([]);
});

test('a ring is found wherever it is entered', () => {
  const ring = new Map([
    ['a', ['b']],
    ['b', ['c', 'd']],
    ['c', []],
    ['d', ['e', 'b']],
    ['e', []],
  ]);
  expect(ringIn(ring)).toEqual(['b', 'd']);
});

function importsOf(path: string): readonly string[] {
  const found = readFileSync(path, 'utf8').matchAll(/\b(?:from|import)\s*\(?\s*'(\.[^']+\.tsx?)'/g);
  return [...found].map(([, to = '']) => join(dirname(path), to));
}

/** The files of the first ring, empty where there is none. */
function ringIn(graph: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const done = new Set<string>();
  for (const start of graph.keys()) {
    const ring = ringFrom(graph, start, [], done);
    if (ring) return ring;
  }
  return [];
}

function ringFrom(
  graph: ReadonlyMap<string, readonly string[]>,
  path: string,
  way: readonly string[],
  done: Set<string>,
): readonly string[] | undefined {
  if (way.includes(path)) return way.slice(way.indexOf(path));
  if (done.has(path)) return undefined;
  for (const next of graph.get(path) ?? []) {
    const ring = ringFrom(graph, next, [...way, path], done);
    if (ring) return ring;
  }
  done.add(path);
  return undefined;
}
