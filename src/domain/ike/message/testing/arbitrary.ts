/** Any payload that our writer can write and our reader must give back equal. */
import fc from 'fast-check';
import type { Octets } from '../../../bytes/octets.ts';
import { codecByType } from '../codecs.ts';
import type { Header, Message, Payload, Proposal, Transform, WireSelector } from '../message.ts';
import { ikeSpiOf } from '../spi.ts';

const octet = fc.integer({ min: 0, max: 0xff });
const u16 = fc.integer({ min: 0, max: 0xffff });

const octets = (minLength: number, maxLength: number): fc.Arbitrary<Octets> =>
  fc.uint8Array({ minLength, maxLength }).map((each) => new Uint8Array(each));

const anyOctets = octets(0, 40);

const keyLength = 14;
const attribute = fc.oneof(
  fc.record({
    type: u16.map((type) => type & 0x7fff).filter((type) => type !== keyLength),
    isShort: fc.constant(true),
    value: octets(2, 2),
  }),
  fc.record({ type: u16.map((type) => type & 0x7fff), isShort: fc.constant(false), value: octets(0, 8) }),
);

const transform: fc.Arbitrary<Transform> = fc.record(
  { type: octet, id: u16, keyBits: u16, unknownAttributes: fc.array(attribute, { minLength: 1, maxLength: 3 }) },
  { requiredKeys: ['type', 'id'] },
);

const proposal: fc.Arbitrary<Proposal> = fc.record({
  number: octet,
  protocol: octet,
  spi: octets(0, 8),
  transforms: fc.array(transform, { maxLength: 6 }),
});

const selector: fc.Arbitrary<WireSelector> = fc.oneof(
  ...([7, 8] as const).map((type) =>
    fc.record({
      type: fc.constant(type),
      protocol: octet,
      startPort: u16,
      endPort: u16,
      startAddress: octets(type === 7 ? 4 : 16, type === 7 ? 4 : 16),
      endAddress: octets(type === 7 ? 4 : 16, type === 7 ? 4 : 16),
    }),
  ),
  fc.record({
    type: fc.constant('unknown' as const),
    number: octet.filter((number) => number !== 7 && number !== 8),
    protocol: octet,
    data: anyOctets,
  }),
);

const spis = fc.integer({ min: 1, max: 8 }).chain((length) => fc.array(octets(length, length), { maxLength: 5 }));
const named = <Name extends Payload['type']>(...names: Name[]) => fc.constantFrom(...names);

/** By its tag, so that a test can name what it is about. */
export const payloads = {
  SA: fc.record({ type: named('SA'), proposals: fc.array(proposal, { minLength: 1, maxLength: 4 }) }),
  KE: fc.record({ type: named('KE'), group: u16, publicValue: anyOctets }),
  ID: fc.record({ type: named('IDi', 'IDr'), idType: octet, data: anyOctets }),
  CERT: fc.record({ type: named('CERT'), encoding: octet, data: anyOctets }),
  CERTREQ: fc.record({ type: named('CERTREQ'), encoding: octet, authorities: anyOctets }),
  AUTH: fc.record({ type: named('AUTH'), method: octet, data: anyOctets }),
  NONCE: fc.record({ type: named('NONCE'), nonce: anyOctets }),
  NOTIFY: fc.record({ type: named('NOTIFY'), protocol: octet, spi: octets(0, 8), notify: u16, data: anyOctets }),
  DELETE: fc.record({ type: named('DELETE'), protocol: octet, spis }),
  VENDOR: fc.record({ type: named('VENDOR'), data: anyOctets }),
  TS: fc.record({ type: named('TSi', 'TSr'), selectors: fc.array(selector, { maxLength: 4 }) }),
  opaque: fc.record({ type: named('CP', 'EAP'), data: anyOctets }),
  unknown: fc.record({
    type: named('unknown'),
    number: octet.filter((number) => number !== 0 && !codecByType(number)),
    isCritical: fc.boolean(),
    data: anyOctets,
  }),
} satisfies Record<string, fc.Arbitrary<Payload>>;

export const sealing = {
  SK: fc.record({ type: named('SK'), inner: octet, sealed: anyOctets }),
  SKF: fc.record({ type: named('SKF'), inner: octet, number: u16, total: u16, sealed: anyOctets }),
} satisfies Record<string, fc.Arbitrary<Payload>>;

const openChain: fc.Arbitrary<readonly Payload[]> = fc.array(fc.oneof(...Object.values(payloads)), { maxLength: 8 });

/** A chain, which only its last payload may seal. */
export const chain: fc.Arbitrary<readonly Payload[]> = fc
  .tuple(openChain, fc.option(fc.oneof(sealing.SK, sealing.SKF), { nil: undefined }))
  .map(([open, last]) => (last ? [...open, last] : open));

const spi = octets(8, 8).map(ikeSpiOf);

const header: fc.Arbitrary<Header> = fc.record({
  initiatorSpi: spi,
  responderSpi: spi,
  exchange: octet,
  majorVersion: fc.constant(2),
  minorVersion: fc.integer({ min: 0, max: 15 }),
  isFromInitiator: fc.boolean(),
  isResponse: fc.boolean(),
  messageId: fc.integer({ min: 0, max: 0xffffffff }),
});

export const message: fc.Arbitrary<Message> = fc.record({ header, payloads: chain });
