/**
 * ONTAP's REST API as five calls: one object, a whole collection, create, change, remove. Answers are checked against the
 * contract's schemas here and nowhere else, so a page works with records it may trust. Failures are errors.ts's classes.
 */
import { z } from 'zod';
import { collectionOf, ontapErrorBody } from '../contract/envelope.ts';
import type { ClusterRef } from './cluster-ref.ts';
import { ContractBreach, OntapError, Unreachable } from './errors.ts';

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** A loop of next links that never ends is a server's bug, not ours to follow: fleets have 10,000 policies, a batch some 1,000. */
const maxBatches = 200;

/** A call that nobody answers ends as Unreachable: ONTAP itself gives up on a slow one after 15 s (`return_timeout`). */
const answerWithinMs = 30_000;

const batch = collectionOf(z.unknown());

/** GET of an object. Paths are ONTAP's, without `/api`: `/security/ipsec`. */
export async function getOne<T>(
  cluster: ClusterRef,
  path: string,
  schema: z.ZodType<T>,
  query: Query = {},
  signal?: AbortSignal,
): Promise<T> {
  return checked(path, schema, await call(cluster, 'GET', withQuery(path, query), { signal }));
}

/** GET of a collection, batch after batch, until no next link is left. */
export async function getAll<T>(
  cluster: ClusterRef,
  path: string,
  schema: z.ZodType<T>,
  query: Query = {},
  signal?: AbortSignal,
): Promise<readonly T[]> {
  const records: T[] = [];
  let next: string | undefined = withQuery(path, query);
  for (let count = 0; next !== undefined && count < maxBatches; count++) {
    const asked: string = next;
    const answer = checked(path, batch, await call(cluster, 'GET', asked, { signal }));
    for (const record of answer.records) records.push(checked(path, schema, record));
    const href = answer._links?.next?.href.replace(/^\/api/, '');
    next = href === asked ? undefined : href;
  }
  return records;
}

/** POST. With a schema the created record is asked for and returned. */
export async function create<T>(
  cluster: ClusterRef,
  path: string,
  schema: z.ZodType<T>,
  body: object,
): Promise<T | undefined> {
  const answer = await call(cluster, 'POST', withQuery(path, { return_records: true }), { body });
  const [record] = checked(path, batch, answer).records;
  return record === undefined ? undefined : checked(path, schema, record);
}

export async function change(cluster: ClusterRef, path: string, body: object): Promise<void> {
  await call(cluster, 'PATCH', path, { body });
}

export async function remove(cluster: ClusterRef, path: string): Promise<void> {
  await call(cluster, 'DELETE', path, {});
}

interface CallOptions {
  readonly body?: object;
  readonly signal?: AbortSignal | undefined;
}

async function call(cluster: ClusterRef, method: string, path: string, options: CallOptions): Promise<unknown> {
  const response = await send(cluster, method, path, options);
  const text = await response.text();
  const body = text === '' ? {} : parseJson(path, text, response.status);
  if (response.ok) return body;
  const refusal = ontapErrorBody.safeParse(body);
  if (!refusal.success) throw new Unreachable(`${path} answered HTTP ${response.status} without ONTAP's error body`);
  const request = `${method} ${cluster.apiRoot}${path.replace(/\?.*/, '')}`;
  throw new OntapError({ ...refusal.data.error, status: response.status, request });
}

async function send(
  cluster: ClusterRef,
  method: string,
  path: string,
  { body, signal }: CallOptions,
): Promise<Response> {
  const limit = AbortSignal.timeout(answerWithinMs);
  try {
    return await fetch(`${cluster.apiRoot}${path}`, {
      method,
      headers: { accept: 'application/json', ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
    });
  } catch (cause) {
    if (signal?.aborted) throw cause; // the asker left: not the cluster's silence
    throw new Unreachable(`${cluster.id} does not answer`, { cause });
  }
}

function parseJson(path: string, text: string, status: number): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ContractBreach(`${path} answered HTTP ${status} with something that is not JSON`, { cause });
  }
}

function checked<T>(path: string, schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new ContractBreach(`${path}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? 'does not fit'}`, {
    cause: result.error,
  });
}

export function withQuery(path: string, query: Query): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) parameters.set(name, String(value));
  const text = parameters.toString();
  return text === '' ? path : `${path}?${text}`;
}
