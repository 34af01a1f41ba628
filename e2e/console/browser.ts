/** What a browser can do to the console from outside: end its worker, read and damage what it stored, reload it hard. */
import { type BrowserContext, expect, type Page } from '@playwright/test';

/** The lock that the lab's worker holds for life. */
const labLock = 'overwire-lab';

/** A page of the console's origin that starts no console. */
const bystander = '/mockServiceWorker.js';

/** Ends the lab's SharedWorker at once, as the browser does when it needs the memory. */
export async function endLabWorker(context: BrowserContext): Promise<void> {
  const browser = context.browser();
  if (browser === null) throw new Error('no browser behind this context');
  const session = await browser.newBrowserCDPSession();
  const { targetInfos } = await session.send('Target.getTargets', { filter: [{ type: 'shared_worker' }] });
  for (const { targetId } of targetInfos) await session.send('Target.closeTarget', { targetId });
  await session.detach();
  expect(targetInfos.length, 'shared workers that ran').toBeGreaterThan(0);
}

/** As Shift+F5: past every cache and past the service worker. */
export async function reloadHard(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('Page.reload', { ignoreCache: true });
  await session.detach();
}

/** Leaves the console for a page beside it, and waits until the worker has ended. */
export async function leaveConsole(page: Page): Promise<void> {
  await page.goto(bystander);
  await page.evaluate((lock) => navigator.locks.request(lock, () => undefined), labLock);
}

/** Takes the lab's lock, as a tab with another build of the console would; the result lets go of it. */
export async function holdLab(page: Page): Promise<() => Promise<void>> {
  await page.evaluate((lock) => {
    void navigator.locks.request(lock, () => new Promise((letGo) => Object.assign(window, { letGo })));
  }, labLock);
  return () => page.evaluate('letGo()');
}

/** The lab's documents by their keys, as text. */
export const storedDocuments = (page: Page): Promise<Record<string, string>> =>
  page.evaluate(async () => {
    const settled = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const db = await settled(indexedDB.open('overwire-lab'));
    const store = db.transaction('overwire-lab').objectStore('overwire-lab');
    const [keys, values] = await Promise.all([settled(store.getAllKeys()), settled(store.getAll())]);
    db.close();
    const text = (octets: unknown) => new TextDecoder().decode(octets as Uint8Array);
    return Object.fromEntries(keys.map((key, place) => [text(key), text(values[place])]));
  });

/** Puts one document of the lab; the worker must have ended. */
export const storeDocument = (page: Page, key: string, text: string): Promise<void> =>
  page.evaluate(
    async ([key, text]) => {
      const encode = (part: string) => new TextEncoder().encode(part);
      const opening = indexedDB.open('overwire-lab');
      await new Promise((resolve) => Object.assign(opening, { onsuccess: resolve }));
      const transaction = opening.result.transaction('overwire-lab', 'readwrite');
      transaction.objectStore('overwire-lab').put(encode(text), encode(key));
      await new Promise((resolve) => Object.assign(transaction, { oncomplete: resolve }));
      opening.result.close();
    },
    [key, text] as const,
  );

/** Deletes one of the origin's databases. */
export const deleteDatabase = (page: Page, name: string): Promise<void> =>
  page.evaluate(
    (name) =>
      new Promise<void>((resolve, reject) => {
        const request = indexedDB.deleteDatabase(name);
        request.onsuccess = () => resolve();
        request.onerror = () => reject(request.error);
      }),
    name,
  );

/** Everything the origin keeps: IndexedDB of every name, localStorage, sessionStorage, caches, as one text of Latin-1 octets. */
export const everythingStored = (page: Page): Promise<string> =>
  page.evaluate(async () => {
    const settled = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const print = (value: unknown): string => {
      if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return new TextDecoder('latin1').decode(value);
      return typeof value === 'object' ? Object.prototype.toString.call(value) + JSON.stringify(value) : String(value);
    };
    const parts = [JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.cookie];
    for (const { name = '' } of await indexedDB.databases()) {
      const db = await settled(indexedDB.open(name));
      for (const storeName of db.objectStoreNames) {
        const store = db.transaction(storeName).objectStore(storeName);
        const [keys, values] = await Promise.all([settled(store.getAllKeys()), settled(store.getAll())]);
        parts.push(name, storeName, ...keys.map(print), ...values.map(print));
      }
      db.close();
    }
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys())
        parts.push(request.url, (await (await cache.match(request))?.text()) ?? '');
    }
    return parts.join('\n');
  });
