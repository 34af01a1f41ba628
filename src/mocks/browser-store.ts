/**
 * The store in a browser: one IndexedDB through `level`, and a small one of its own for the sealing key, since `level` holds
 * octets only and a CryptoKey that cannot be read out is none.
 *
 * A database that cannot be opened is still a store: reading says what is wrong, and starting afresh deletes it.
 */
import { Level } from 'level';
import { aesGcmSealer, newSealingKey } from './sealer.ts';
import { type KeyValues, Store } from './store.ts';

const keyName = 'sealing';
const keysOf = (name: string): string => `${name}-keys`;

/** Opens or makes the lab's store. Only one worker may hold it. */
export async function openBrowserStore(name = 'overwire-lab'): Promise<Store> {
  try {
    const key = await sealingKey(keysOf(name)); // first: an open database could not be deleted
    const db = new Level<string, string>(name, { prefix: '' });
    await db.open();
    return new Store(erasable(name, db), aesGcmSealer(key));
  } catch (error) {
    return new Store(erasable(name, unopened(error)), aesGcmSealer(await newSealingKey()));
  }
}

/** The database, but one that cannot even be emptied is deleted. */
const erasable = (name: string, db: KeyValues): KeyValues => ({
  batch: (writes, options) => db.batch(writes, options),
  iterator: (range) => db.iterator(range),
  close: () => db.close(),
  async clear() {
    try {
      await db.clear();
    } catch {
      await db.close();
      await settled(indexedDB.deleteDatabase(name));
      await settled(indexedDB.deleteDatabase(keysOf(name)));
    }
  },
});

const unopened = (error: unknown): KeyValues => ({
  batch: () => Promise.reject(error),
  iterator: () => ({ [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(error) }) }),
  clear: () => Promise.reject(error),
  close: () => Promise.resolve(),
});

/** The key of this browser. A new one is offered and the first that was ever offered stays. */
async function sealingKey(name: string): Promise<CryptoKey> {
  const offered = await newSealingKey();
  const opening = indexedDB.open(name, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore('keys');
  const db = await settled(opening);
  try {
    const keys = db.transaction('keys', 'readwrite').objectStore('keys');
    const held: unknown = await settled(keys.get(keyName));
    if (held instanceof CryptoKey) return held;
    await completed(keys.put(offered, keyName));
    return offered;
  } finally {
    db.close();
  }
}

const settled = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/** Resolves when the request's transaction is complete. */
const completed = (request: IDBRequest): Promise<void> =>
  new Promise((resolve, reject) => {
    const { transaction } = request;
    if (transaction === null) return reject(new Error('no transaction'));
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
  });
