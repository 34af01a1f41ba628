import { expect, test } from 'vitest';
import { compare } from './row-model.ts';
import { nextSort, parseSort, printSort } from './use-table-sort.ts';

test('a sort is written into a URL and read back', () => {
  for (const sort of [
    { id: 'name', isDescending: false },
    { id: 'bytes', isDescending: true },
  ]) {
    expect(parseSort(printSort(sort))).toEqual(sort);
  }
});

test.each([null, '', '-'])('%j in a URL is no sort', (text) => {
  expect(parseSort(text)).toBeUndefined();
});

test('the head of a column sorts up, then down, then not at all', () => {
  const up = nextSort(undefined, 'name');
  const down = nextSort(up, 'name');

  expect([up, down, nextSort(down, 'name')]).toEqual([
    { id: 'name', isDescending: false },
    { id: 'name', isDescending: true },
    undefined,
  ]);
});

test('another column starts anew', () => {
  expect(nextSort({ id: 'name', isDescending: true }, 'bytes')).toEqual({ id: 'bytes', isDescending: false });
});

test('numbers sort by value, names as a person orders them', () => {
  expect([10, 9, 2].toSorted(compare)).toEqual([2, 9, 10]);
  expect(['web-10', 'web-9', 'Web-2'].toSorted(compare)).toEqual(['Web-2', 'web-9', 'web-10']);
});
