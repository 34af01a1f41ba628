import { expect, test } from 'vitest';
import type { EspPath } from '../esp/sa.ts';
import type { UdpEnd } from '../ike/datagram.ts';
import type { IkeSaView } from '../ike/facts.ts';
import { ikeSpiOf } from '../ike/message/spi.ts';
import { address } from '../net/address.ts';
import { keepaliveAfterMs, NatKeepalives } from './nat-keepalive.ts';

const client: UdpEnd = { address: address('10.0.0.7'), port: 4500 };
const cluster: UdpEnd = { address: address('198.51.100.9'), port: 4500 };
const elsewhere: UdpEnd = { address: address('198.51.100.10'), port: 4500 };

test('two IKE SAs to one end have one keepalive, and it goes on until the last of them has ended', () => {
  const keepalives = new NatKeepalives();
  const [older, newer] = [anIkeSa(1), anIkeSa(2)];
  keepalives.goes(older, 0);
  keepalives.goes(newer, 0);
  expect(keepalives.takeDue(keepaliveAfterMs)).toHaveLength(1);
  keepalives.closed(newer);
  expect(keepalives.takeDue(2 * keepaliveAfterMs)).toHaveLength(1);
  keepalives.closed(older);
  expect(keepalives.nextAtMs).toBeUndefined();
});

test('an IKE SA that has moved is kept open where it is now, and only if a NAT is before this end there', () => {
  const keepalives = new NatKeepalives();
  keepalives.goes(anIkeSa(1), 0);
  keepalives.goes(anIkeSa(1, { remote: elsewhere }), 0);
  expect(keepalives.takeDue(keepaliveAfterMs).map(({ remote }) => remote)).toEqual([elsewhere]);
  keepalives.goes(anIkeSa(1, { remote: elsewhere, hasNat: { local: false, remote: false } }), keepaliveAfterMs);
  expect(keepalives.nextAtMs).toBeUndefined();
});

test('what was sent there lately needs none', () => {
  const keepalives = new NatKeepalives();
  keepalives.goes(anIkeSa(1), 0);
  keepalives.sent(espFrom(client), keepaliveAfterMs - 1);
  expect(keepalives.takeDue(keepaliveAfterMs)).toEqual([]);
  expect(keepalives.nextAtMs).toBe(2 * keepaliveAfterMs - 1);
});

test.each([
  ['addresses', { address: address('10.0.0.8'), port: 4500 }],
  ['ports', { address: address('10.0.0.7'), port: 4501 }],
])('two %s of ours that go to one end have a mapping each, and each is kept open', (_, other) => {
  const keepalives = new NatKeepalives();
  keepalives.goes(anIkeSa(1), 0);
  keepalives.goes(anIkeSa(2, { local: other }), 0);
  expect(keepalives.takeDue(keepaliveAfterMs).map(({ local }) => local)).toEqual([client, other]);

  keepalives.sent(espFrom(other), 2 * keepaliveAfterMs - 1);
  expect(keepalives.takeDue(2 * keepaliveAfterMs).map(({ local }) => local)).toEqual([client]);
  keepalives.closed(anIkeSa(1));
  expect(keepalives.takeDue(4 * keepaliveAfterMs).map(({ local }) => local)).toEqual([other]);
});

const espFrom = ({ address: source, port: sourcePort }: UdpEnd): EspPath => ({
  ...{ source, destination: cluster.address },
  udp: { sourcePort, destinationPort: cluster.port },
});

function anIkeSa(spi: number, other: Partial<IkeSaView> = {}): IkeSaView {
  return {
    initiatorSpi: ikeSpiOf(Uint8Array.of(0, 0, 0, 0, 0, 0, 0, spi)),
    responderSpi: ikeSpiOf(Uint8Array.of(1, 0, 0, 0, 0, 0, 0, spi)),
    isInitiator: true,
    phase: 'established',
    local: client,
    remote: cluster,
    hasNat: { local: true, remote: false },
    transforms: [],
    bornAtMs: 0,
    children: [],
    retransmissions: 0,
    ...other,
  };
}
