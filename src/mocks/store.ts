/**
 * What outlives the worker: documents by key, each of a kind that has a schema and a version, in one LevelDB or IndexedDB.
 *
 * A `commit` is one batch: all of it or nothing, and when it resolves the batch is durable (LevelDB: synced; IndexedDB: the
 * transaction is complete). Secrets stand beside a document's value and are sealed before anything is written. Reading never
 * throws for what was stored: a document that cannot be read is a `StoreFault` that names it, so that the page can say what is
 * broken, offer an export and start afresh.
 *
 *     const policies: DocumentKind<StoredPolicy> = { name: 'policy', version: 1, schema: storedPolicy };
 *     await store.commit([put(policies, uuid, value, { preSharedKey }), remove(hosts, hostId)]);
 *     const read = await store.readAll(policies);
 */
import type { z } from 'zod';
import { err, ok, type Result } from '../domain/bytes/result.ts';
import type { Secret } from '../domain/bytes/secret.ts';
import type { Sealer } from './sealer.ts';

/** A kind of document. A name holds no colon; the version changes whenever the schema no longer reads what was written. */
export interface DocumentKind<T> {
  readonly name: string;
  readonly version: number;
  readonly schema: z.ZodType<T>;
}

export interface StoredDocument<T> {
  readonly key: string;
  readonly value: T;
  readonly secrets: Readonly<Record<string, Secret>>;
}

export type StoreWrite =
  | {
      readonly type: 'put';
      readonly id: string;
      readonly version: number;
      readonly value: unknown;
      readonly secrets: Readonly<Record<string, Secret>>;
    }
  | { readonly type: 'delete'; readonly id: string };

/** What is broken. `id` is the document's, `detail` a sentence's end without anything secret in it. */
export interface StoreFault {
  readonly code: 'unopenable' | 'undecodable' | 'unknownVersion' | 'misfit' | 'unsealable' | 'unwritable';
  readonly id?: string;
  readonly detail: string;
}

/** The part of `level` that is used; BrowserLevel and ClassicLevel both are one. */
export interface KeyValues {
  batch(writes: KeyValueWrite[], options: { sync: boolean }): Promise<void>;
  iterator(range: { gte?: string; lt?: string }): AsyncIterable<[string, string]>;
  clear(): Promise<void>;
  close(): Promise<void>;
}

export type KeyValueWrite = { type: 'put'; key: string; value: string } | { type: 'del'; key: string };

export const put = <T>(
  kind: DocumentKind<T>,
  key: string,
  value: T,
  secrets: Readonly<Record<string, Secret>> = {},
): StoreWrite => ({ type: 'put', id: idOf(kind, key), version: kind.version, value, secrets });

export const remove = (kind: DocumentKind<unknown>, key: string): StoreWrite => ({
  type: 'delete',
  id: idOf(kind, key),
});

export class Store {
  readonly #db: KeyValues;
  readonly #sealer: Sealer;

  constructor(db: KeyValues, sealer: Sealer) {
    this.#db = db;
    this.#sealer = sealer;
  }

  /** All writes or none; resolves when they are durable. */
  async commit(writes: readonly StoreWrite[]): Promise<Result<void, StoreFault>> {
    if (writes.length === 0) return ok(undefined);
    try {
      await this.#db.batch(await Promise.all(writes.map((write) => this.#written(write))), { sync: true });
      return ok(undefined);
    } catch (error) {
      return err({ code: 'unwritable', detail: messageOf(error) }); // a full disk, a quota, a closed database
    }
  }

  /** Every document of a kind, by key; the first that cannot be read stands for all. */
  async readAll<T>(kind: DocumentKind<T>): Promise<Result<readonly StoredDocument<T>[], StoreFault>> {
    const documents: StoredDocument<T>[] = [];
    try {
      for await (const [id, text] of this.#db.iterator({ gte: `${kind.name}:`, lt: `${kind.name};` })) {
        const read = await this.#read(kind, id, text);
        if (!read.ok) return read;
        documents.push(read.value);
      }
    } catch (error) {
      return err({ code: 'unopenable', detail: messageOf(error) });
    }
    return ok(documents);
  }

  /** All that is stored, as JSON and without secrets: what a person keeps before starting afresh. */
  async exportText(): Promise<string> {
    const documents: Record<string, unknown> = {};
    try {
      for await (const [id, text] of this.#db.iterator({})) documents[id] = withoutSecrets(text);
    } catch (error) {
      documents['unreadable'] = messageOf(error);
    }
    return JSON.stringify(documents, null, 2);
  }

  /** Starts afresh: nothing is left. */
  clear(): Promise<void> {
    return this.#db.clear();
  }

  close(): Promise<void> {
    return this.#db.close();
  }

  async #written(write: StoreWrite): Promise<KeyValueWrite> {
    if (write.type === 'delete') return { type: 'del', key: write.id };
    const seal = async ([name, secret]: [string, Secret]) =>
      [name, await this.#sealer.seal(secret, placeOf(write.id, name))] as const;
    const sealed = Object.fromEntries(await Promise.all(Object.entries(write.secrets).map(seal)));
    const { version, value } = write;
    return { type: 'put', key: write.id, value: JSON.stringify({ version, value, sealed }) };
  }

  async #read<T>(kind: DocumentKind<T>, id: string, text: string): Promise<Result<StoredDocument<T>, StoreFault>> {
    const envelope = openEnvelope(text);
    if (envelope === undefined) return err({ code: 'undecodable', id, detail: 'it is no document of this lab' });
    if (envelope.version !== kind.version) {
      const detail = `it has version ${envelope.version}, this lab reads ${kind.version}`;
      return err({ code: 'unknownVersion', id, detail });
    }
    const value = kind.schema.safeParse(envelope.value);
    if (!value.success) {
      const [issue] = value.error.issues;
      return err({ code: 'misfit', id, detail: `${issue?.path.join('.') || 'it'}: ${issue?.message ?? 'misfit'}` });
    }

    const secrets: (readonly [string, Secret])[] = [];
    for (const [name, sealed] of Object.entries(envelope.sealed)) {
      const secret = await this.#sealer.open(sealed, placeOf(id, name));
      if (secret === undefined)
        return err({ code: 'unsealable', id, detail: `${name} does not open with this lab's key` });
      secrets.push([name, secret]);
    }
    return ok({ key: id.slice(kind.name.length + 1), value: value.data, secrets: Object.fromEntries(secrets) });
  }
}

interface Envelope {
  readonly version: number;
  readonly value: unknown;
  readonly sealed: Readonly<Record<string, string>>;
}

const idOf = (kind: DocumentKind<unknown>, key: string): string => `${kind.name}:${key}`;

/** Where a secret belongs: sealed into it, so that nobody can move a key from one document to another. */
const placeOf = (id: string, name: string): string => `${id} ${name}`;

function openEnvelope(text: string): Envelope | undefined {
  const read = parseJson(text);
  if (typeof read !== 'object' || read === null || !('version' in read) || !('value' in read)) return undefined;
  const sealed = 'sealed' in read && typeof read.sealed === 'object' && read.sealed !== null ? read.sealed : {};
  const texts = Object.entries(sealed).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  if (typeof read.version !== 'number' || texts.length !== Object.keys(sealed).length) return undefined;
  return { version: read.version, value: read.value, sealed: Object.fromEntries(texts) };
}

function withoutSecrets(text: string): unknown {
  const envelope = openEnvelope(text);
  if (envelope === undefined) return { unreadable: text };
  return { version: envelope.version, value: envelope.value, secretsLeftOut: Object.keys(envelope.sealed) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // JSON has no other way to say that it is none
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
