import fc from 'fast-check';
import { Hono } from 'hono';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { list } from './collection.ts';
import { fieldTreeOf } from './field-tree.ts';
import type { Resource, Row } from './resource.ts';

const things: Resource = {
  path: '/things',
  tree: fieldTreeOf(
    z.object({
      uuid: z.string(),
      name: z.string(),
      size: z.number().optional(),
      owner: z.object({ uuid: z.string(), name: z.string() }).optional(),
      tags: z.array(z.string()).optional(),
      parts: z.array(z.object({ port: z.number(), label: z.string() })).optional(),
    }),
  ),
  keys: ['name', 'uuid'],
  identifying: ['uuid', 'name'],
  secrets: ['key'],
  references: { owner: '/owners' },
};

const rows: readonly Row[] = [
  { uuid: 'u1', name: 'ant', size: 5, owner: { uuid: 'o1', name: 'vs1' }, tags: ['a', 'b'] },
  { uuid: 'u2', name: 'bee', size: 20, owner: { uuid: 'o2', name: 'vs2' }, parts: [{ port: 80, label: 'x' }] },
  { uuid: 'u3', name: 'cat|dog', tags: ['b'] },
  { uuid: 'u4', name: 'dove', size: 1024, owner: { uuid: 'o1', name: 'vs1' } },
];

async function ask(query: string, over: readonly Row[] = rows, accept = 'application/json') {
  const app = new Hono().get('/api/things', (c) => list(c, things, over));
  const reply = await app.request(`/api/things${query}`, { headers: { Accept: accept } });
  return reply.json();
}
const names = async (query: string): Promise<string[]> =>
  (await ask(query)).records.map((row: { name: string }) => row.name);

test.each([
  ['name=bee', ['bee']],
  ['name=*e*', ['bee', 'dove']],
  ['name=!bee', ['ant', 'cat|dog', 'dove']],
  ['name=ant|bee', ['ant', 'bee']],
  ['name={cat|dog}', ['cat|dog']],
  ['name="cat|dog"', ['cat|dog']],
  ['name=b..d', ['bee', 'cat|dog']],
  ['size=>5', ['bee', 'dove']],
  ['size=<=20', ['ant', 'bee']],
  ['size=1KB', ['dove']],
  ['size=5..20', ['ant', 'bee']],
  ['size=<10|null', ['ant', 'cat|dog']],
  ['size=!null', ['ant', 'bee', 'dove']],
  ['owner.name=vs1&size=>5', ['dove']],
  ['owner.name=null', ['cat|dog']],
  ['tags=a', ['ant']],
  ['tags=b', ['ant', 'cat|dog']],
  ['parts.port=80', ['bee']],
  ['order_by=size desc', ['dove', 'bee', 'ant', 'cat|dog']],
  ['order_by=owner.name,name%20desc', ['cat|dog', 'dove', 'ant', 'bee']],
  ['$orderBy=name+desc', ['dove', 'cat|dog', 'bee', 'ant']],
  ['offset=1&max_records=2', ['bee', 'cat|dog']],
  ['query_fields=*&query=vs1', ['ant', 'dove']],
  ['query_fields=name,owner.name&query=d* vs1', ['dove']],
  ['query_fields=!owner&query=vs1', []],
])('?%s finds %j', async (query, found) => {
  expect(await names(`?${query}`)).toEqual(found);
});

test.each([
  ['fields=size', { uuid: 'u1', name: 'ant', size: 5 }],
  ['fields=', { uuid: 'u1', name: 'ant' }],
  ['fields=owner', { uuid: 'u1', name: 'ant', owner: { uuid: 'o1', name: 'vs1' } }],
  ['fields=owner.name', { uuid: 'u1', name: 'ant', owner: { name: 'vs1' } }],
  ['fields=owner.{uuid,name},size', { uuid: 'u1', name: 'ant', size: 5, owner: { uuid: 'o1', name: 'vs1' } }],
  ['fields=owner,!owner.uuid', { uuid: 'u1', name: 'ant', owner: { name: 'vs1' } }],
  ['fields=size,nonsense&ignore_unknown_fields=true', { uuid: 'u1', name: 'ant', size: 5 }],
  ['size=5', { uuid: 'u1', name: 'ant', size: 5 }],
  ['fields=*', rows[0]],
  ['fields=%2A%2A', rows[0]],
])('?%s shows %j', async (query, shown) => {
  expect((await ask(`?${query}`)).records[0]).toEqual(shown);
});

test.each([
  ['fields=nonsense', '262197', 'fields'],
  ['fields=owner.{name', '262286', 'fields'],
  ['fields=key', '262249', 'key'],
  ['key=x', '262250', 'key'],
  ['nonsense=1', '262179', 'nonsense'],
  ['size=>', '262194', 'size'],
  ['name="open', '262272', 'name'],
  ['order_by=tags', '262268', 'order_by'],
  ['order_by=nonsense', '262197', 'order_by'],
  ['max_records=0', '262197', 'max_records'],
  ['offset=-1', '262197', 'offset'],
  ['query=x', '262273', 'query_fields'],
  ['query_fields=*&query=', '262274', 'query'],
])('?%s is refused', async (query, code, target) => {
  expect((await ask(`?${query}`)).error).toMatchObject({ code, target });
});

test('an unknown field is refused in ONTAP’s own words', async () => {
  expect((await ask('?fields=foo')).error.message).toBe('The value "foo" is invalid for field "fields" (<field,...>)');
});

test('links are given in hal alone, save the link to the next batch', async () => {
  const hal = await ask('?fields=owner&max_records=1', rows, 'application/hal+json');
  expect(hal).toEqual({
    records: [
      {
        uuid: 'u1',
        name: 'ant',
        owner: { uuid: 'o1', name: 'vs1', _links: { self: { href: '/api/owners/o1' } } },
        _links: { self: { href: '/api/things/u1' } },
      },
    ],
    num_records: 1,
    _links: {
      self: { href: '/api/things?fields=owner&max_records=1' },
      next: { href: '/api/things?start.name=ant&start.uuid=u1&fields=owner&max_records=1' },
    },
  });
  const plain = await ask('?max_records=1');
  expect(plain.records[0]).toEqual({ uuid: 'u1', name: 'ant' });
  expect(Object.keys(plain._links)).toEqual(['next']);
});

test('a next link carries any text that was asked for', async () => {
  const over: readonly Row[] = ['ä b', 'ä&c=d', 'ä"#+'].map((name, i) => ({ uuid: `u${i}`, name }));
  const first = await ask(`?name=${encodeURIComponent('ä*')}&max_records=2`, over);
  const second = await ask(first._links.next.href.replace('/api/things', ''), over);
  expect([...first.records, ...second.records].map((row) => row.name)).toEqual(['ä b', 'ä"#+', 'ä&c=d']);
});

test('a count is given without records', async () => {
  expect(await ask('?return_records=false')).toEqual({ num_records: 4 });
});

const anyRow = fc.record(
  {
    uuid: fc.uuid(),
    name: fc.string({ unit: fc.constantFrom('a', 'b', '1', '0', ' ', 'ä', '|', '&', '%'), maxLength: 4 }),
    size: fc.integer({ min: -3, max: 30 }),
    owner: fc.record({ uuid: fc.constantFrom('o1', 'o2'), name: fc.constantFrom('vs1', 'vs2') }),
    tags: fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 3 }),
  },
  { requiredKeys: ['uuid', 'name'] },
);
const anyRows = fc.uniqueArray(anyRow, { selector: ({ uuid }) => uuid, maxLength: 12 });

test('following next links gives every match once, in the order that was asked for', async () => {
  const order = fc.constantFrom('', '&order_by=size', '&order_by=size desc,owner.name', '&order_by=name desc');
  await fc.assert(
    fc.asyncProperty(anyRows, fc.integer({ min: 1, max: 5 }), order, async (over, batch, orderBy) => {
      const whole = (await ask(`?fields=size${orderBy}`, over)).records;

      const walked: unknown[] = [];
      let query: string | undefined = `?fields=size&max_records=${batch}${orderBy}`;
      for (let steps = 0; query !== undefined; steps++) {
        expect(steps).toBeLessThanOrEqual(over.length + 1);
        const reply: { records: unknown[]; _links?: { next?: { href: string } } } = await ask(query, over);
        walked.push(...reply.records);
        query = reply._links?.next?.href.replace('/api/things', '');
      }

      expect(walked).toEqual(whole);
      expect(whole).toHaveLength(over.length);
    }),
    { numRuns: 100 },
  );
});

test('a filter finds what a plain look at each row finds', async () => {
  type Shape = { name: string; size?: number; owner?: { name: string }; tags?: string[] };
  const filter = fc.oneof(
    fc
      .integer({ min: -3, max: 30 })
      .map((n) => [`size=>${n}`, (r: Shape) => r.size !== undefined && r.size > n] as const),
    fc.integer({ min: -3, max: 30 }).map((n) => [`size=!${n}`, (r: Shape) => r.size !== n] as const),
    fc
      .tuple(fc.integer({ min: -3, max: 10 }), fc.integer({ min: 0, max: 30 }))
      .map(([a, b]) => [`size=${a}..${b}`, (r: Shape) => r.size !== undefined && r.size >= a && r.size <= b] as const),
    fc
      .constantFrom('vs1', 'vs2')
      .map((n) => [`owner.name=${n}|null`, (r: Shape) => (r.owner?.name ?? n) === n] as const),
    fc.constantFrom('a', 'b').map((t) => [`tags=${t}`, (r: Shape) => r.tags?.includes(t) ?? false] as const),
    fc.constantFrom('a', 'b').map((t) => [`tags=!${t}`, (r: Shape) => !(r.tags?.includes(t) ?? false)] as const),
    fc.constantFrom('a', 'b1').map((t) => [`name=${t}*`, (r: Shape) => r.name.startsWith(t)] as const),
    fc
      .string({ maxLength: 3 })
      .map(
        (t) =>
          [
            `name=${encodeURIComponent(`{${t.replace('}', '')}}`)}`,
            (r: Shape) => r.name === t.replace('}', ''),
          ] as const,
      ),
  );
  await fc.assert(
    fc.asyncProperty(anyRows, fc.array(filter, { minLength: 1, maxLength: 2 }), async (over, filters) => {
      const reply = await ask(`?${filters.map(([text]) => text).join('&')}`, over);
      const naive = over.filter((row) => filters.every(([, test]) => test(row)));
      expect(new Set(reply.records.map((row: { uuid: string }) => row.uuid))).toEqual(
        new Set(naive.map(({ uuid }) => uuid)),
      );
    }),
    { numRuns: 150 },
  );
});
