/** The client behind the platform's own Request and Response: what it sends, what it makes of each kind of answer. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { change, create, getAll, getOne, withQuery } from './client.ts';
import { labCluster } from './cluster-ref.ts';
import { ContractBreach, isWorthRetrying, OntapError, Unreachable } from './errors.ts';

const record = z.object({ uuid: z.string() });
const cluster = labCluster;

afterEach(() => vi.unstubAllGlobals());

/** Stands for the network: every request of the page goes to `answer`. */
function serving(answer: (request: Request) => Response | Promise<Response>): void {
  vi.stubGlobal('fetch', async (path: string, init: RequestInit) =>
    answer(new Request(new URL(path, 'http://lab'), init)),
  );
}

const json = (status: number, body: unknown): Response => Response.json(body, { status });

describe('a collection', () => {
  test('is followed batch by batch, an empty last one too', async () => {
    const asked: string[] = [];
    serving(({ url }) => {
      const { pathname, search, searchParams } = new URL(url);
      asked.push(pathname + search);
      const page = Number(searchParams.get('start') ?? 0);
      const records = page < 2 ? [{ uuid: `u${page}` }] : [];
      const next = page < 2 ? { next: { href: `/api/things?start=${page + 1}` } } : {};
      return json(200, { records, num_records: records.length, _links: next });
    });

    expect(await getAll(cluster, '/things', record, { fields: '*' })).toEqual([{ uuid: 'u0' }, { uuid: 'u1' }]);
    expect(asked).toEqual(['/api/things?fields=*', '/api/things?start=1', '/api/things?start=2']);
  });

  test('ends where a next link points to itself', async () => {
    serving(() => json(200, { records: [{ uuid: 'u' }], num_records: 1, _links: { next: { href: '/api/things' } } }));
    expect(await getAll(cluster, '/things', record)).toHaveLength(1);
  });
});

describe('an answer that is none', () => {
  test('ONTAP’s refusal keeps message, code, target and status', async () => {
    serving(() => json(409, { error: { message: 'taken', code: '66257104', target: 'name' } }));
    const refused = await create(cluster, '/things', record, { name: 'x' }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(OntapError);
    expect(refused).toMatchObject({ message: 'taken', code: '66257104', target: 'name', status: 409 });
    expect(isWorthRetrying(refused)).toBe(false);
  });

  test('a record outside the contract names its path and field', async () => {
    serving(() => json(200, { uuid: 7 }));
    await expect(getOne(cluster, '/thing', record)).rejects.toThrow(ContractBreach);
    await expect(getOne(cluster, '/thing', record)).rejects.toThrow(/^\/thing: uuid /);
  });

  test('text that is not JSON is a breach, a proxy’s error page is silence', async () => {
    serving(() => new Response('<html>'));
    await expect(getOne(cluster, '/thing', record)).rejects.toThrow(ContractBreach);
    serving(() => json(502, { reason: 'gateway' }));
    await expect(getOne(cluster, '/thing', record)).rejects.toThrow(Unreachable);
  });

  test('nobody there is worth asking again', async () => {
    serving(() => Promise.reject(new TypeError('Failed to fetch')));
    const silence = await getOne(cluster, '/thing', record).catch((error: unknown) => error);
    expect(silence).toBeInstanceOf(Unreachable);
    expect(isWorthRetrying(silence)).toBe(true);
  });
});

test('a change sends its body as JSON and asks for plain JSON', async () => {
  let seen: unknown;
  serving(async (request) => {
    seen = { method: request.method, accept: request.headers.get('accept'), body: await request.text() };
    return json(200, {});
  });
  await change(cluster, '/things/1', { enabled: false });
  expect(seen).toEqual({ method: 'PATCH', accept: 'application/json', body: '{"enabled":false}' });
});

test('a query leaves out what is not given', () => {
  expect(withQuery('/things', { a: 1, b: undefined, c: true })).toBe('/things?a=1&c=true');
});
