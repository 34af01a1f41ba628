import { expect, test } from 'vitest';
import { grouped } from './grouped.ts';

test('members of a key stand together, groups and members in the order they came', () => {
  const byLength = grouped(['nfs', 'iscsi', 'smb', 'nvme'], ({ length }) => length);

  expect([...byLength]).toEqual([
    [3, ['nfs', 'smb']],
    [5, ['iscsi']],
    [4, ['nvme']],
  ]);
});

test('members without a key are a group of their own', () => {
  expect([...grouped([1, 2], () => undefined)]).toEqual([[undefined, [1, 2]]]);
});
