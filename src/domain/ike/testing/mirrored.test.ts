/** The law that both ends of a CHILD SA hold the same can fail: whatever one of them holds otherwise is seen. */
import { expect, test } from 'vitest';
import { Secret } from '../../bytes/secret.ts';
import { selectorOf } from '../../spd/selector.ts';
import type { ChildSa } from '../child/child-sa.ts';
import type { EspSpi, IkeSpi } from '../message/message.ts';
import { prefix } from './builders.ts';
import { known, mirrored, pathOf } from './mirrored.ts';
import { makePair } from './pair.ts';

const other = new Secret(new Uint8Array(36));
const elsewhere = [selectorOf(prefix('192.0.2.99/32'))];

async function bothEnds(): Promise<readonly [ChildSa, ChildSa]> {
  const both = { esp: ['aes256-sha256-noesn'], more: { forcesUdpEncapsulation: true } };
  const { host, cluster } = await makePair({ both }).establish();
  return [host.child, cluster.child];
}

test('two ends of one SA know the same, and are on the same path', async () => {
  const [one, two] = await bothEnds();

  expect(known(mirrored(two))).toBe(known(one));
  expect(pathOf(mirrored(two))).toBe(pathOf(one));
  expect(mirrored(mirrored(one))).toEqual(one);
});

test.each<[string, (child: ChildSa) => Partial<ChildSa>]>([
  ['an SPI', () => ({ inSpi: 7777 as EspSpi })],
  ['the other SPI', () => ({ outSpi: 7777 as EspSpi })],
  ['a cipher key', ({ inKeys }) => ({ inKeys: { ...inKeys, encr: other } })],
  ['the other cipher key', ({ outKeys }) => ({ outKeys: { ...outKeys, encr: other } })],
  ['an integrity key', ({ inKeys }) => ({ inKeys: { ...inKeys, integ: other } })],
  ['the other integrity key', ({ outKeys }) => ({ outKeys: { ...outKeys, integ: other } })],
  ['the directions', ({ inKeys, outKeys }) => ({ inKeys: outKeys, outKeys: inKeys })],
  ['a transform', ({ transforms }) => ({ transforms: transforms.slice(1) })],
  ['ESN', () => ({ hasEsn: true })],
  ['the mode', () => ({ mode: 'tunnel' })],
  ['its own selectors', () => ({ localSelectors: elsewhere })],
  ["the peer's selectors", () => ({ remoteSelectors: elsewhere })],
  ['who made it', ({ isInitiator }) => ({ isInitiator: !isInitiator })],
  ['the IKE SA', ({ ikeSpis }) => ({ ikeSpis: { ...ikeSpis, responder: '0000000000000001' as IkeSpi } })],
])('an end that has otherwise %s is found', async (_, change) => {
  const [one, two] = await bothEnds();

  expect(known(mirrored({ ...two, ...change(two) }))).not.toBe(known(one));
});

test('an end for which it does not ride in UDP is found', async () => {
  const [one, { encapsulation: _, ...bare }] = await bothEnds();

  expect(known(mirrored(bare))).not.toBe(known(one));
});
