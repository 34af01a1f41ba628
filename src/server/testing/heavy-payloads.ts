/** Payloads that cost as much to judge as a peer can make them cost: as many of a kind as a message holds, and none like another. */
import { childrenOf, contextTag, type Der, sequenceIn, tags, writeDer } from '../../domain/bytes/der.ts';
import { emptyOctets, type Octets, utf8 } from '../../domain/bytes/octets.ts';
import { invariant } from '../../domain/bytes/result.ts';
import type { Payload, Transform } from '../../domain/ike/message/message.ts';
import { certEncodings } from '../../domain/ike/message/names.ts';
import { writeSelectors } from '../../domain/ike/message/payloads.ts';
import { authorityWish } from '../../domain/ike/testing/certificates.ts';
import { address } from '../../domain/net/address.ts';
import { issueDer } from '../../domain/pki/testing/authority.ts';
import { hostSelector, type TrafficSelector } from '../../domain/spd/selector.ts';

const most = {
  selectors: 255,
  proposals: 64,
  transforms: 128,
  certificates: 20,
  requests: 3000,
  extensions: 150,
} as const;

const times = <T>(count: number, make: (i: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, i) => make(i));

const hostPorts = (start: number, end: number): TrafficSelector => hostSelector(address('10.1.1.1'), 0, { start, end });

const selectorsOf = (make: (i: number) => TrafficSelector): readonly Payload[] => [
  { type: 'TSi', selectors: writeSelectors(times(most.selectors, make)) },
];

const cipher: Transform = { type: 1, id: 20, keyBits: 256 };
const prf: Transform = { type: 2, id: 6 };
const group: Transform = { type: 4, id: 31 };

const saOf = (count: number, make: (i: number) => readonly Transform[]): readonly Payload[] => [
  {
    type: 'SA',
    proposals: times(count, (i) => ({ number: i + 1, protocol: 1, spi: emptyOctets, transforms: make(i) })),
  },
];

const certsOf = (make: (i: number) => Promise<Octets>): Promise<readonly Payload[]> =>
  Promise.all(
    times(most.certificates, async (i) => ({
      type: 'CERT' as const,
      encoding: certEncodings.numbers.X509_SIGNATURE,
      data: await make(i),
    })),
  );

export const heavyPayloads: Readonly<Record<string, () => readonly Payload[] | Promise<readonly Payload[]>>> = {
  'selectors, none within another': () => selectorsOf((i) => hostPorts(200 * i, 200 * i + 100)),
  'selectors, each within the next': () => selectorsOf((i) => hostPorts(1000 - i, 1000 + i)),
  'selectors, all the same': () => selectorsOf(() => hostPorts(1, 2)),
  'proposals that all but fit': () => saOf(most.proposals, () => [cipher, prf, group, { type: 3, id: 99 }]),
  'transforms of as many types': () => saOf(8, () => times(most.transforms, (i) => ({ type: 1 + i, id: 1 }))),
  'transforms of one type, all the same': () =>
    saOf(8, () => [...times(most.transforms - 2, () => cipher), prf, group]),
  'key exchanges of three rounds and two methods': () =>
    saOf(8, () => [
      ...[cipher, prf, group],
      ...[6, 7, 8].flatMap((type) => times(40, (i) => ({ type, id: 36 + (i % 2) }))),
    ]),
  'certificates of one issuer': () =>
    certsOf((i) => issueDer({ ...authorityWish, key: i % 2 === 0 ? 'p256' : 'p384', serial: i + 1 })),
  'certificates with many names': () =>
    certsOf((i) => issueDer({ ...authorityWish, serial: i + 1, dns: times(most.extensions, (n) => `n${n}.test`) })),
  'certificates with many extensions': () => certsOf((i) => withExtensions(i, most.extensions)),
  'requests for certificates': () => [
    {
      type: 'CERTREQ',
      encoding: certEncodings.numbers.X509_SIGNATURE,
      authorities: new Uint8Array(20 * most.requests).map((_, i) => i * 7 + (i >> 8)),
    },
  ],
};

/** A certificate that nobody signed, with as many critical extensions that nobody knows. */
async function withExtensions(serial: number, count: number): Promise<Octets> {
  const [tbs, ...rest] = sequenceIn(await issueDer({ ...authorityWish, serial: serial + 1 })) ?? [];
  const fields = tbs && childrenOf(tbs);
  invariant(fields, 'a certificate');
  const extensions = times(count, (i) =>
    writeDer(
      tags.sequence,
      writeDer(tags.oid, Uint8Array.of(0x2a, 0x80 | (i >> 7), i & 0x7f)),
      writeDer(tags.boolean, Uint8Array.of(0xff)),
      writeDer(tags.octetString, utf8('unknown')),
    ),
  );
  const others = fields.filter(({ tag }) => tag !== contextTag(3)).map(wholeOf);
  const own = writeDer(contextTag(3), writeDer(tags.sequence, ...extensions));
  return writeDer(tags.sequence, writeDer(tags.sequence, ...others, own), ...rest.map(wholeOf));
}

const wholeOf = ({ whole }: Der): Octets => whole;
