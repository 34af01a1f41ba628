/** A flood of first requests (RFC 7296 2.6): what it costs, and what goes on meanwhile. */
import { expect, test } from 'vitest';
import { address } from '../../net/address.ts';
import type { Datagram } from '../datagram.ts';
import { agreementOf, makePair } from '../testing/pair.ts';

const requestCount = 100_000;
const sourceCount = 10_000;

test('100,000 first requests of 10,000 sources: a bounded number is kept, and an SA that stands rekeys meanwhile', async () => {
  const pair = makePair();
  const { connection, endpoint } = pair.cluster;
  await endpoint.setConnections([{ ...connection, remote: [{ address: address('0.0.0.0'), length: 0 }] }], pair.nowMs);
  await pair.establish();
  const [first] = pair.host.transcript;
  if (!first) throw new Error('the host has sent nothing');
  pair.wire.tamper = (datagram) => (datagram.remote.address.octets[0] === 10 ? [] : [datagram]);
  const [rekeyed, keptAtMost] = [new Set<number>(), [0]];

  for (let i = 0; i < requestCount; ) {
    const burst = Array.from({ length: 500 }, () => endpoint.receive(floodRequest(first, i++), pair.nowMs));
    await Promise.all(burst);
    keptAtMost[0] = Math.max(keptAtMost[0] ?? 0, endpoint.sessions().length);
    if (i % 20_000 !== 0) continue;
    await pair.host.endpoint.rekeyChild(pair.host.child.inSpi, pair.nowMs);
    await pair.runFor(500);
    rekeyed.add(pair.host.child.inSpi);
  }

  expect(rekeyed.size).toBe(requestCount / 20_000);
  expect(keptAtMost[0]).toBeLessThan(250);
  expect(endpoint.counters.cookiesAsked).toBeGreaterThan(requestCount * 0.95);
  await pair.run(60_000);
  expect(endpoint.sessions()).toHaveLength(1);
  expect(endpoint.halfOpenCount).toBe(0);
  expect(agreementOf(pair).host).toEqual(agreementOf(pair).cluster);
}, 120_000);

/** The same request, from another source and with another SPI. */
function floodRequest({ local, remote, octets }: Datagram, i: number): Datagram {
  const copy = octets.slice();
  copy.set([1 + (i & 0x7f), (i >>> 7) & 0xff, (i >>> 15) & 0xff, 1], 0);
  const source = i % sourceCount;
  return {
    local: remote,
    remote: { ...local, address: address(`10.0.${source >>> 8}.${source & 0xff}`) },
    octets: copy,
  };
}
