/**
 * The store in a browser: one IndexedDB through `level`, and a small one of its own for the sealing key, since `level` holds
 * octets only and a CryptoKey that cannot be read out is none.
 */
import { Level } from 'level';
import { err, ok, type Result } from '../domain/bytes/result.ts';
import { aesGcmSealer, newSealingKey } from './sealer.ts';
import { Store, type StoreFault } from './store.ts';

const keyName = 'sealing';

/** Opens or makes the lab's store. Only one worker may hold it. */
export async function openBrowserStore(name = 'overwire-lab'): Promise<Result<Store, StoreFault>> {
  try {
    const db = new Level<string, string>(name, { prefix: '' });
    await db.open();
    return ok(new Store(db, aesGcmSealer(await sealingKey(`${name}-keys`))));
  } catch (error) {
    return err({ code: 'unopenable', detail: error instanceof Error ? error.message : String(error) });
  }
}

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
