/**
 * Whoever is on the path sends our own words back to us. Where any peer is taken and both ends hold one key, nothing in IKE_AUTH itself tells
 * us from a peer.
 */
import { expect, test } from 'vitest';
import type { Octets } from '../../bytes/octets.ts';
import { makePair, type Pair } from '../testing/pair.ts';

test.each([
  ['as they are', (octets: Octets): Octets => octets],
  ['under another SPI of the initiator', (octets: Octets): Octets => octets.with(0, (octets[0] ?? 0) ^ 1)],
])('an initiator that hears its own words, %s, has no SA with itself', async (_, change) => {
  const pair = makePair({ host: { peerId: '%any' } });
  pair.wire.tamper = ({ local, remote, octets }) => [{ local: remote, remote: local, octets: change(octets) }];

  await pair.host.initiate();
  await pair.run(120_000);

  expect(said(pair, 'ikeEstablished')).toBe(false);
  expect(said(pair, 'childInstalled')).toBe(false);
  expect(pair.host.failures.map(({ refusal }) => refusal.code)).toContain('noAnswer');
  expect(pair.host.endpoint.sessions()).toEqual([]);
});

const said = ({ host }: Pair, type: string): boolean => host.facts.some((fact) => fact.type === type);
