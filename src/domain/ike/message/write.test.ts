import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readMessage, readPayloads } from './parse.ts';
import { chain, message, payloads, sealing } from './testing/arbitrary.ts';
import { messageSamples } from './testing/samples.ts';
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

test('whatever was read, writing it once or twice gives the same octets', () =>
  fc.assert(
    fc.property(fc.nat(messageSamples.length - 1), fc.nat(), fc.nat(255), (index, place, octet) => {
      const octets = messageSamples[index]?.octets.slice() ?? new Uint8Array();
      octets[28 + (place % (octets.length - 28))] = octet;
      const read = readMessage(octets);
      if (!read.ok) return;

      const once = writeMessage(read.value);
      expect(readMessage(once)).toMatchObject({ ok: true });
      const again = readMessage(once);
      if (again.ok) expect(writeMessage(again.value)).toEqual(once);
    }),
    { numRuns: 2000 },
  ));

test('what is in memory that a writer used before does not show', () =>
  fc.assert(
    fc.property(chain, chain, (one, other) => {
      const fresh = writePayloads(other).octets;
      writePayloads(one);
      expect(writePayloads(other).octets).toEqual(fresh);
    }),
  ));
