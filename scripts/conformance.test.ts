/**
 * docs/conformance.md, docs/attacks.md and docs/interop.md name the test that proves each of their rows. A row without a proof says that it is open;
 * a proof that does not exist fails here.
 */
import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, test } from 'vitest';
import { reasonToSkip } from './pairs/lacks.ts';
import { pairsOf } from './pairs/pair.ts';
import { formats } from './vectors/formats.ts';

type Proof =
  | { readonly type: 'test'; readonly path: string; readonly name: string }
  | { readonly type: 'vectors'; readonly path: string }
  | { readonly type: 'pair'; readonly id: string };

const played = new Set(
  (await pairsOf('pairs')).pairs.filter((pair) => reasonToSkip(pair) === undefined).map(({ id }) => id),
);

describe.each(['docs/conformance.md', 'docs/attacks.md', 'docs/interop.md'])('%s', (page) => {
  const rows = rowsOf(readFileSync(page, 'utf8'));

  test.each(rows)('row $title has a proof, or says what is open', ({ proofs, isOpen }) => {
    expect(isOpen || proofs.length > 0).toBe(true);
  });

  test.each(rows.filter(({ isOpen }) => !isOpen))('the proofs of row $title exist', ({ proofs }) => {
    expect(proofs.filter((proof) => !exists(proof))).toEqual([]);
  });

  test('no row stands twice', () => {
    expect(new Set(rows.map(({ title }) => title)).size).toBe(rows.length);
  });
});

interface Row {
  readonly title: string;
  readonly isOpen: boolean;
  readonly proofs: readonly Proof[];
}

/** Rows of all tables but their heads; the proof stands in the last column. */
function rowsOf(page: string): readonly Row[] {
  return page
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| # |'))
    .map((line) => {
      const cells = line.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, ''));
      const last = cells.at(-1) ?? '';
      return { title: cells[0] ?? '', isOpen: last.startsWith('**open**: '), proofs: proofsIn(last) };
    });
}

function proofsIn(cell: string): readonly Proof[] {
  const tests = [...cell.matchAll(/`([\w./-]+\.test\.ts)` \*(.+?)\*(?=;|$| )/g)];
  const vectors = [...cell.matchAll(/`(vectors\/[\w./-]+\.json)`/g)];
  const pairs = [...cell.matchAll(/pair `([\w-]+)`/g)];
  return [
    ...tests.map(([, path = '', name = '']): Proof => ({ type: 'test', path: rootOf(path) + path, name })),
    ...vectors.map(([, path = '']): Proof => ({ type: 'vectors', path })),
    ...pairs.map(([, id = '']): Proof => ({ type: 'pair', id })),
  ];
}

const rootOf = (path: string): string => (/^(src|scripts|e2e)\//.test(path) ? '' : 'src/domain/');

function exists(proof: Proof): boolean {
  switch (proof.type) {
    case 'test':
      return namesIn(proof.path, proof.name);
    case 'vectors':
      return existsSync(proof.path) && formats.some(({ name }) => basename(proof.path, '.json').startsWith(name));
    case 'pair':
      return played.has(proof.id);
  }
}

/** The name in quotes of its own, as the first argument of a test. */
function namesIn(path: string, name: string): boolean {
  if (!existsSync(path)) return false;
  const source = readFileSync(path, 'utf8');
  return [`'${name}'`, `"${name}"`, `\`${name}\``].some(
    (quoted) => source.includes(`(${quoted}`) || atLineStart(source, quoted),
  );
}

/** In a `test.each([…])(` that was broken, the name stands on a line of its own. */
const atLineStart = (source: string, quoted: string): boolean =>
  source.split('\n').some((line) => line.trimStart().startsWith(`${quoted},`));
