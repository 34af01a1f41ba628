import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Octets } from './octets.ts';
import { type Reader, reading } from './reader.ts';
import { Writer } from './writer.ts';

const refusal = (octets: Octets, parse: (reader: Reader) => unknown) => {
  const result = reading(octets, 'thing', parse);
  return result.ok ? undefined : result.error;
};

test('every number is read as it was written', () =>
  fc.assert(
    fc.property(fc.nat(0xff), fc.nat(0xffff), fc.nat(0xffffffff), fc.nat(0xffffffff), (a, b, c, d) => {
      const octets = new Writer()
        .u8(a)
        .u16(b)
        .u32(c)
        .u64((BigInt(c) << 32n) | BigInt(d))
        .done();
      const read = reading(octets, 'numbers', (r) => [r.u8('a'), r.u16('b'), r.u32('c'), r.u32('c'), r.u32('d')]);
      expect(read).toEqual({ ok: true, value: [a, b, c, c, d] });
    }),
  ));

test('a part ends where its length says, and is read as if nothing followed', () => {
  const octets = new Writer()
    .sized16(0, (w) => w.u8(1).u8(2))
    .u8(3)
    .done();
  const read = reading(octets, 'outer', (r) => [
    ...r.sized16(0, 'part', (part) => part.rest('all')),
    r.left,
    r.offset,
    r.u8('behind'),
  ]);

  expect(read).toEqual({ ok: true, value: [1, 2, 1, 4, 3] });
});

test('what is left of a part is refused, with the names from the outermost to the field', () => {
  expect(refusal(Uint8Array.of(1, 2, 3), (r) => r.within(2, 'part', (part) => part.u8('first')))).toEqual({
    offset: 1,
    path: 'thing > part > end',
    expected: 'nothing more',
    got: '1 octets',
  });
});

test.each([0, 1, 2, 3])('a length of %i cannot count the four octets ahead of the part', (length) => {
  const octets = Uint8Array.of(9, 9, 0, length, 7, 7);

  expect(refusal(octets, (r) => r.skip(2, 'ahead') ?? r.sized16(2, 'part', (part) => part.rest('all')))).toMatchObject({
    path: 'thing > part > length',
    expected: 'at least 4',
    got: String(length),
  });
});

test('the cursor never goes back', () => {
  expect(refusal(Uint8Array.of(1, 2, 3), (r) => r.skip(2, 'two') ?? r.take(-1, 'back'))).toMatchObject({
    path: 'thing > back',
  });
});

test('an exception of a parser is not taken for a refusal', () => {
  const bug = new Error('a bug');
  expect(() =>
    reading(Uint8Array.of(), 'thing', () => {
      throw bug;
    }),
  ).toThrow(bug);
});

test('two writers at once do not share memory', () => {
  const outer = new Writer().u8(1);
  const inner = new Writer().u8(2).done();

  expect(outer.octets(inner).u8(3).done()).toEqual(Uint8Array.of(1, 2, 3));
  expect(new Writer().zeros(4).done()).toEqual(new Uint8Array(4));
});
