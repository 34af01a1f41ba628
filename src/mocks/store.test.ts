/**
 * One suite for both backends: IndexedDB (an implementation in memory, through browser-level) and LevelDB on disk.
 */
import 'fake-indexeddb/auto';
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BrowserLevel } from 'browser-level';
import { Level } from 'level';
import { afterAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { typedSecret } from '../domain/cluster/pre-shared-key.ts';
import { openNodeStore } from './node-store.ts';
import { aesGcmSealer, newSealingKey } from './sealer.ts';
import { type DocumentKind, put, remove, Store, type StoreFault } from './store.ts';
import { openCluster } from './stored-cluster.ts';
import { countingUuids } from './testing/ontap-lab.ts';

const key = 'correct horse battery staple';
const notes: DocumentKind<{ text: string }> = { name: 'note', version: 1, schema: z.object({ text: z.string() }) };
const aPolicy = {
  name: 'nfs',
  svm: { name: 'vs1' },
  local: { address: '10.1.0.20', netmask: '32', port: '2049' },
  remote: { address: '10.1.4.0', netmask: '24' },
  secretKey: typedSecret(key),
} as const;

const folders: string[] = [];
const newFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'overwire-store-'));
  folders.push(folder);
  return folder;
};
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));

/** A place that can be opened again and again, by the same key, and written to behind the store's back. */
interface Place {
  open(): Promise<Store>;
  /** As another lab's key would. */
  openWithOtherKey(): Promise<Store>;
  vandalize(id: string, text: string): Promise<void>;
  everything(): Promise<string>;
}

async function inIndexedDb(): Promise<Place> {
  const name = `lab-${Math.random()}`; // a name of its own, nothing more
  const sealer = aesGcmSealer(await newSealingKey());
  const level = async () => {
    const db = new BrowserLevel<string, string>(name, { prefix: '' });
    await db.open();
    return db;
  };
  return {
    open: async () => new Store(await level(), sealer),
    openWithOtherKey: async () => new Store(await level(), aesGcmSealer(await newSealingKey())),
    vandalize: async (id, text) => (await level()).put(id, text),
    everything: async () => JSON.stringify(await (await level()).iterator().all()),
  };
}

async function onDisk(): Promise<Place> {
  const folder = await newFolder();
  return {
    open: () => opened(folder),
    async openWithOtherKey() {
      await writeFile(join(folder, 'sealing.key'), crypto.getRandomValues(new Uint8Array(32)));
      return opened(folder);
    },
    async vandalize(id, text) {
      const db = new Level<string, string>(join(folder, 'level'));
      await db.put(id, text);
      await db.close();
    },
    everything: () => contents(join(folder, 'level')),
  };
}

async function opened(folder: string): Promise<Store> {
  const store = await openNodeStore(folder);
  if (!store.ok) throw new Error(store.error.detail);
  return store.value;
}

async function contents(folder: string): Promise<string> {
  const names = await readdir(folder);
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'latin1')));
  return texts.join('\n');
}

describe.each([
  ['IndexedDB', inIndexedDb],
  ['LevelDB', onDisk],
])('%s', (_, makePlace) => {
  test('what was committed is there after opening anew, deletions too', async () => {
    const place = await makePlace();
    const store = await place.open();
    await store.commit([put(notes, 'a', { text: 'one' }), put(notes, 'b', { text: 'two' })]);
    await store.commit([
      remove(notes, 'a'),
      put(notes, 'c', { text: 'three' }, Object.fromEntries([['__proto__', typedSecret('1234')]])),
    ]);
    await store.close();

    const again = await place.open();
    const read = await again.readAll(notes);

    expect(read.ok && read.value.map(({ key, value }) => [key, value.text])).toEqual([
      ['b', 'two'],
      ['c', 'three'],
    ]);
    expect(read.ok && Array.from(Object.values(read.value[1]?.secrets ?? {})[0]?.reveal() ?? [])).toEqual([
      49, 50, 51, 52,
    ]);
    await again.close();
  });

  test('a cluster opened anew has its policies, keys and settings', async () => {
    const place = await makePlace();
    const store = await place.open();
    const cluster = await openCluster(store, countingUuids());
    if (!cluster.ok) throw new Error(cluster.error.detail);
    await cluster.value.do({ type: 'createPolicy', policy: { ...aPolicy, localIdentity: 'ontap' } });
    await cluster.value.do({ type: 'changeIpsecConfig', change: { isEnabled: true } });
    const before = cluster.value.state();
    await store.close();

    const storeAgain = await place.open();
    const again = await openCluster(storeAgain, countingUuids());

    expect(again.ok && again.value.state()).toEqual(before);
    expect(again.ok && again.value.state().policies[0]?.preSharedKey?.reveal()).toEqual(typedSecret(key).reveal());
    await storeAgain.close();
  });

  test('no octet of a key is stored in clear, printed by an event, or exported', async () => {
    const place = await makePlace();
    const store = await place.open();
    const cluster = await openCluster(store, countingUuids());
    if (!cluster.ok) throw new Error(cluster.error.detail);
    const done = await cluster.value.do({ type: 'createPolicy', policy: aPolicy });
    const exported = await store.exportText();
    await store.close();

    const forms = [key, btoa(key), btoa(key).slice(0, 20), Buffer.from(key).toString('hex')];
    for (const form of forms) {
      expect(await place.everything()).not.toContain(form);
      expect(JSON.stringify(done)).not.toContain(form);
      expect(exported).not.toContain(form);
    }
    expect(JSON.parse(exported)['policy:00000000-0000-4000-8000-000000000001']).toMatchObject({
      value: { name: 'nfs' },
      secretsLeftOut: ['preSharedKey'],
    });
  });

  const policyId = 'policy:00000000-0000-4000-8000-000000000001';
  const broken: readonly (readonly [string, string, StoreFault['code']])[] = [
    ['text that is no JSON', '{"version":1,', 'undecodable'],
    ['JSON that is no document', '[1]', 'undecodable'],
    ['a document of a later version', '{"version":7,"value":{},"sealed":{}}', 'unknownVersion'],
    ['a value that does not fit', '{"version":1,"value":{"name":5},"sealed":{}}', 'misfit'],
  ];
  test.each(broken)(
    '%s is a fault that names the document, and starting afresh mends it',
    async (_name, text, code) => {
      const place = await makePlace();
      await place.vandalize(policyId, text);
      const store = await place.open();

      const cluster = await openCluster(store, countingUuids());

      expect(cluster).toMatchObject({ ok: false, error: { code, id: policyId } });
      expect(JSON.parse(await store.exportText())).toHaveProperty([policyId]);
      await store.clear();
      expect((await openCluster(store, countingUuids())).ok).toBe(true);
      await store.close();
    },
  );

  test('a secret sealed with another key, or moved to another document, is a fault', async () => {
    const place = await makePlace();
    const store = await place.open();
    await store.commit([put(notes, 'a', { text: 'one' }, { pin: typedSecret('1234') })]);
    await store.close();
    const stored = /\{"version".*?\}\}/.exec((await place.everything()).replaceAll('\\"', '"'))?.[0] ?? '';
    const other = await place.openWithOtherKey();
    expect(await other.readAll(notes)).toMatchObject({ ok: false, error: { code: 'unsealable', id: 'note:a' } });
    await other.close();

    await place.vandalize('note:b', stored);
    const third = await place.open();
    await third.commit([remove(notes, 'a')]);
    expect(await third.readAll(notes)).toMatchObject({ ok: false, error: { code: 'unsealable', id: 'note:b' } });
    await third.close();
  });

  test('what cannot be written is refused and changes nothing', async () => {
    const place = await makePlace();
    const store = await place.open();
    const cluster = await openCluster(store, countingUuids());
    if (!cluster.ok) throw new Error(cluster.error.detail);
    const before = cluster.value.state();
    await store.close();

    const done = await cluster.value.do({ type: 'createPolicy', policy: aPolicy });

    expect(done).toMatchObject({ ok: false, error: { status: 500 } });
    expect(cluster.value.state()).toBe(before);
  });
});

test('the key file is readable by its owner alone', async () => {
  const folder = await newFolder();
  await (await opened(folder)).close();
  expect(((await stat(join(folder, 'sealing.key'))).mode & 0o777).toString(8)).toBe('600');
});

test('killed between batches, a process loses nothing that it acknowledged, and no half of a batch is there', async () => {
  const folder = await newFolder();
  const writer = spawn(process.execPath, ['--import', 'tsx', 'src/mocks/testing/endless-writer.ts', folder]);
  let acknowledged = '';
  await new Promise<void>((resolve, reject) => {
    writer.stderr.on('data', (chunk) => reject(new Error(String(chunk))));
    writer.stdout.on('data', (chunk) => {
      acknowledged += chunk;
      if (acknowledged.split('\n').length > 60) resolve();
    });
  });
  const ended = new Promise((resolve) => writer.once('exit', resolve));
  writer.kill('SIGKILL');
  await ended;

  const last = Number(acknowledged.trimEnd().split('\n').at(-1));
  const store = await opened(folder);
  const read = await store.readAll(notes);
  if (!read.ok) throw new Error(read.error.detail);
  const [left, right] = [read.value.find(({ key }) => key === 'left'), read.value.find(({ key }) => key === 'right')];

  expect(Number(left?.value.text)).toBeGreaterThanOrEqual(last);
  expect(right?.value.text).toBe(left?.value.text);
  await store.close();
}, 30_000);
