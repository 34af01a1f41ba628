import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readMessage, readPayloads } from './parse.ts';
import { chain, message, payloads, sealing } from './testing/arbitrary.ts';
import { writeMessage, writePayloads } from './write.ts';

describe('what was written is read equal', () => {
  test.each(Object.entries({ ...payloads }))('%s', (_, payload) =>
    fc.assert(
      fc.property(payload, (value) => {
        const { first, octets } = writePayloads([value]);
        expect(readPayloads(first, octets)).toEqual({ ok: true, value: [value] });
      }),
    ),
  );

  test.each(Object.entries(sealing))('%s, as the last payload of a message', (_, payload) =>
    fc.assert(
      fc.property(message, payload, ({ header }, value) => {
        expect(readMessage(writeMessage({ header, payloads: [value] }))).toEqual({
          ok: true,
          value: { header, payloads: [value] },
        });
      }),
    ),
  );

  test('whole messages', () =>
    fc.assert(
      fc.property(message, (value) => {
        expect(readMessage(writeMessage(value))).toEqual({ ok: true, value });
      }),
    ));
});

test('what was written stays as it is while others write, in the same slab and beyond it', () =>
  fc.assert(
    fc.property(fc.array(chain, { maxLength: 20 }), (chains) => {
      const written = chains.map((each) => writePayloads(each).octets);
      const copies = written.map((octets) => octets.slice());
      chains.forEach(writePayloads);

      expect(written).toEqual(copies);
      expect(chains.map((each) => writePayloads(each).octets)).toEqual(copies);
    }),
  ));
