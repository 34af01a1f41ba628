import { describe, expect, test } from 'vitest';
import { concat, type Octets } from '../../bytes/octets.ts';
import { noSpi } from './message.ts';
import { headOf, parseMessage, parsePayloads, readMessage, readPayloads } from './parse.ts';
import { ikeSpiOf } from './spi.ts';
import { chainSamples, messageSamples } from './testing/samples.ts';
import { writeMessage, writePayloads } from './write.ts';

const nonce = (octets: number) => ({ type: 'NONCE' as const, nonce: new Uint8Array(octets) });
const header = {
  initiatorSpi: ikeSpiOf(Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 1)),
  responderSpi: noSpi,
  exchange: 34,
  majorVersion: 2,
  minorVersion: 0,
  isFromInitiator: true,
  isResponse: false,
  messageId: 0,
};

describe('octets that were cut', () => {
  test.each(messageSamples)('$name is refused wherever it is cut, whether its length says so or not', ({ octets }) => {
    const cuts = Array.from(octets, (_, end) => octets.slice(0, end));

    expect(cuts.filter((cut) => !isRefused(cut, 'drop'))).toEqual([]);
    expect(cuts.slice(28).filter((cut) => !isRefused(withTrueLength(cut), 'malformed'))).toEqual([]);
  });

  test.each(chainSamples)('the chain of $name is refused wherever it is cut', ({ first, octets }) => {
    const cuts = Array.from(octets, (_, end) => octets.subarray(0, end));

    expect(cuts.filter((cut) => readPayloads(first, cut).ok)).toEqual([]);
  });
});

describe('where a fault lies', () => {
  test('a field that does not fit is named with its offset and its path', () => {
    const proposals = [
      { number: 1, protocol: 1, spi: new Uint8Array(0), transforms: [{ type: 1, id: 12, keyBits: 256 }] },
    ];
    const octets = writeMessage({ header, payloads: [{ type: 'SA', proposals }] });
    octets[28 + 4 + 8 + 3] = 9; // the transform's length, which is 12

    expect(parseMessage(octets)).toEqual({
      ok: false,
      error: {
        code: 'malformed',
        header,
        at: {
          offset: 48,
          path: 'message > SA > proposal 1 > transform 1 > attribute type',
          expected: '2 octets',
          got: '1 octets',
        },
      },
    });
  });

  test('an unknown critical payload is named by its type, at its own offset', () => {
    const unknown = { type: 'unknown' as const, number: 200, isCritical: true, data: Uint8Array.of(1) };
    const octets = writeMessage({ header, payloads: [nonce(16), unknown] });

    expect(parseMessage(octets)).toMatchObject({
      error: { code: 'unsupportedCriticalPayload', payloadType: 200, header, at: { offset: 28 + 20 } },
    });
  });
});

describe('rules', () => {
  test('a transcript reads what an engine refuses', () => {
    const octets = writeMessage({ header: { ...header, initiatorSpi: noSpi, exchange: 240 }, payloads: [nonce(3)] });

    expect(parseMessage(octets).ok).toBe(false);
    expect(readMessage(octets)).toMatchObject({ ok: true, value: { header: { exchange: 240 } } });
  });

  test.each([15, 257])('a nonce of %i octets is malformed', (count) => {
    expect(parseMessage(writeMessage({ header, payloads: [nonce(count)] }))).toMatchObject({
      error: { code: 'malformed', at: { path: 'NONCE > nonce' } },
    });
  });

  test('an offer numbers its proposals 1, 2, 3; an answer repeats the number chosen', () => {
    const proposal = { number: 2, protocol: 1, spi: new Uint8Array(0), transforms: [] };
    const { first, octets } = writePayloads([{ type: 'SA', proposals: [proposal] }]);

    expect(parsePayloads(first, octets, { isResponse: false }).ok).toBe(false);
    expect(parsePayloads(first, octets, { isResponse: true }).ok).toBe(true);
  });

  test('nothing may follow SK, and nothing is sealed twice', () => {
    const sk = { type: 'SK' as const, inner: 40, sealed: new Uint8Array(20) };
    const octets = writeMessage({ header, payloads: [sk] });
    const followed = withTrueLength(concat(octets, writePayloads([nonce(16)]).octets));
    const inside = writePayloads([sk]);

    expect(parseMessage(followed)).toMatchObject({ error: { code: 'malformed', at: { path: 'message > end' } } });
    expect(parsePayloads(inside.first, inside.octets, header).ok).toBe(false);
  });

  test('the head of a sealed message ends where the sealed octets begin', () => {
    const sealed = Uint8Array.from({ length: 40 }, (_, i) => i);
    const octets = writeMessage({ header, payloads: [nonce(16), { type: 'SK', inner: 40, sealed }] });
    const parsed = parseMessage(octets);

    expect(parsed.ok && parsed.value.payloads.at(-1)).toMatchObject({ type: 'SK', sealed });
    expect(concat(headOf(octets, sealed), sealed)).toEqual(octets);
  });

  test('more payloads than a message may have are refused', () => {
    const many = writeMessage({ header, payloads: Array.from({ length: 129 }, () => nonce(16)) });

    expect(parseMessage(many)).toMatchObject({
      error: { code: 'malformed', at: { expected: 'at most 128 payloads' } },
    });
  });
});

function withTrueLength(octets: Octets): Octets {
  new DataView(octets.buffer, octets.byteOffset).setUint32(24, octets.length);
  return octets;
}

function isRefused(octets: Octets, code: 'drop' | 'malformed'): boolean {
  const parsed = parseMessage(octets);
  return !parsed.ok && parsed.error.code === code;
}
