import { expect, test } from 'vitest';
import { clusterRef, labCluster } from '../../api/cluster-ref.ts';
import { discardDraft, isTouched, keepDraft, keptDraft } from './draft-store.ts';
import { emptyDraft } from './policy-draft.ts';

const aStorage = () => {
  const items = new Map<string, string>();
  return {
    items,
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
  };
};

const draft = {
  ...emptyDraft,
  name: 'nfs',
  remote: '10.1.0.44',
  key: 'r7Kq2mWv9TzXb4LpJd6N',
  keyAgain: 'r7Kq2mWv9TzXb4LpJd6N',
};

test('a draft comes back without its key, and the key was never written', () => {
  const storage = aStorage();
  keepDraft(storage, labCluster, { draft, savedAtMs: 5, furthest: 2 });

  expect([...storage.items.values()].join()).not.toContain('r7Kq2m');
  expect(keptDraft(storage, labCluster)).toEqual({
    draft: { ...draft, key: '', keyAgain: '' },
    savedAtMs: 5,
    furthest: 2,
  });
});

test('each cluster has its own draft, and a discarded one is gone', () => {
  const storage = aStorage();
  keepDraft(storage, labCluster, { draft, savedAtMs: 5, furthest: 0 });

  expect(keptDraft(storage, clusterRef('cluster1'))).toBeUndefined();
  discardDraft(storage, labCluster);
  expect(keptDraft(storage, labCluster)).toBeUndefined();
});

test('what is no draft counts as none', () => {
  const storage = aStorage();
  for (const text of ['not json', '{}', '{"draft":{"intent":"fax"}}']) {
    storage.setItem('overwire.policy-draft.lab', text);
    expect(keptDraft(storage, labCluster)).toBeUndefined();
  }
});

test('a form is touched only if something really differs', () => {
  expect(isTouched({ ...emptyDraft })).toBe(false);
  expect(isTouched(draft)).toBe(true);
});
