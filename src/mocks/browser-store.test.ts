/** The browser's half of the store, on an IndexedDB in memory. Under Node `level` means LevelDB, so its browser half stands in. */
import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { typedSecret } from '../domain/cluster/pre-shared-key.ts';
import { openBrowserStore } from './browser-store.ts';
import { type DocumentKind, put } from './store.ts';

vi.mock('level', async () => ({ Level: (await import('browser-level')).BrowserLevel }));

const notes: DocumentKind<{ text: string }> = { name: 'note', version: 1, schema: z.object({ text: z.string() }) };

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
});

/** Opens a database by hand, and lets `upgrade` make of it what it wants. */
const makeDatabase = (name: string, version: number, upgrade: (db: IDBDatabase) => void): Promise<void> =>
  new Promise((resolve, reject) => {
    const opening = indexedDB.open(name, version);
    opening.onupgradeneeded = () => upgrade(opening.result);
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      opening.result.close();
      resolve();
    };
  });

test('the sealing key stays the same from one opening to the next, and cannot be read out', async () => {
  const store = await openBrowserStore('lab');
  await store.commit([put(notes, 'a', { text: 'one' }, { pin: typedSecret('1234') })]);
  await store.close();

  const again = await openBrowserStore('lab');
  const read = await again.readAll(notes);

  expect(read.ok && read.value[0]?.secrets['pin']?.reveal()).toEqual(typedSecret('1234').reveal());
  const key = await new Promise<CryptoKey>((resolve) => {
    const opening = indexedDB.open('lab-keys', 1);
    opening.onsuccess = () => {
      const asked = opening.result.transaction('keys').objectStore('keys').get('sealing');
      asked.onsuccess = () => resolve(asked.result);
    };
  });
  expect(key.extractable).toBe(false);
});

test('a lost sealing key is a fault of the secret, not of the store', async () => {
  const store = await openBrowserStore('lab');
  await store.commit([put(notes, 'a', { text: 'one' }, { pin: typedSecret('1234') })]);
  await store.close();
  await new Promise((resolve) => {
    indexedDB.deleteDatabase('lab-keys').onsuccess = resolve;
  });

  const again = await openBrowserStore('lab');
  expect(await again.readAll(notes)).toMatchObject({ ok: false, error: { code: 'unsealable', id: 'note:a' } });
});

test.each([
  ['of a later version', () => makeDatabase('lab', 9, (db) => void db.createObjectStore('lab'))],
  ['without its object store', () => makeDatabase('lab', 1, (db) => void db.createObjectStore('other'))],
  ['whose keys lie elsewhere', () => makeDatabase('lab-keys', 1, (db) => void db.createObjectStore('other'))],
])('a database %s says so, and starting afresh mends it', async (_, damage) => {
  await damage();
  const store = await openBrowserStore('lab');

  const read = await store.readAll(notes);
  const exported = await store.exportText();
  expect(read).toMatchObject({ ok: false, error: { code: 'unopenable' } });
  expect(exported).toContain('unreadable');
  expect((await store.commit([put(notes, 'a', { text: 'one' })])).ok).toBe(false);
  await store.clear();
  await store.close();

  const again = await openBrowserStore('lab');
  expect((await again.commit([put(notes, 'a', { text: 'one' })])).ok).toBe(true);
  expect(await again.readAll(notes)).toMatchObject({ ok: true, value: [{ key: 'a' }] });
});
