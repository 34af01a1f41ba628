import { expect, test } from 'vitest';
import { type Octets, textOf } from '../bytes/octets.ts';
import { address } from '../net/address.ts';
import { layOut } from '../net/ip-layout.ts';
import { readTcp } from '../net/tcp.ts';
import type { TrafficKind } from './application-payload.ts';
import { summarize } from './proof.ts';
import { SlidingRate } from './rate.ts';
import { TrafficStream } from './traffic.ts';

/** Draws that come round: every operation of a kind has its turn. */
const turning = () => {
  let at = 0;
  return () => (at = (at + 0.19) % 1);
};

const makeStream = (kind: TrafficKind = 'nfs', family: 4 | 6 = 4) => {
  const [client, server] = family === 4 ? ['10.1.4.17', '10.1.0.20'] : ['2001:db8:4::17', '2001:db8:1::20'];
  const stream = new TrafficStream(
    { kind, client: address(client), server: address(server), clientPort: 51_034 },
    turning(),
  );
  stream.start(0);
  return stream;
};

const sizesOf = (packets: readonly Octets[]) => packets.map((packet) => packet.length);

/** Lets both ends talk over a perfect wire; gives every packet. */
function talk(stream: TrafficStream, untilMs: number): { toServer: Octets[]; toClient: Octets[] } {
  const toServer: Octets[] = [];
  const toClient: Octets[] = [];
  for (let nowMs = stream.nextAtMs ?? untilMs; nowMs < untilMs; nowMs = stream.nextAtMs ?? untilMs) {
    const asked = stream.clientPackets(nowMs);
    const answers = [...stream.serverPackets(nowMs), ...asked.flatMap((packet) => [...stream.atServer(packet)])];
    for (const packet of answers) stream.atClient(packet, nowMs);
    toServer.push(...asked);
    toClient.push(...answers);
  }
  return { toServer, toClient };
}

test.each([
  ['nfs', 4],
  ['nfs', 6],
  ['smb', 4],
  ['iscsi', 6],
] as const)('%s over IPv%i: whole TCP packets under 1500 octets, at a rate that a browser idles at', (kind, family) => {
  const { toServer, toClient } = talk(makeStream(kind, family), 60_000);

  const packets = [...toServer, ...toClient];
  const segments = packets.map((packet) => {
    const layout = layOut(packet);
    return layout.ok ? readTcp(packet, layout.value) : undefined;
  });
  expect(segments).not.toContain(undefined);
  expect(Math.max(...sizesOf(packets))).toBeLessThanOrEqual(1_500 - 80);
  expect(packets.length / 60).toBeGreaterThan(8);
  expect(packets.length / 60).toBeLessThan(20);
});

test('an answer comes only when the whole request has arrived', () => {
  const stream = makeStream('iscsi');
  let asked = stream.clientPackets(400);
  while (asked.length < 2) {
    for (const packet of asked.flatMap((each) => [...stream.atServer(each)]))
      stream.atClient(packet, stream.nextAtMs ?? 0);
    asked = stream.clientPackets(stream.nextAtMs ?? 0);
  }

  const [first, ...others] = asked;

  expect(others.flatMap((packet) => [...stream.atServer(packet)])).toEqual([]);
  expect(first && stream.atServer(first)).toHaveLength(1);
});

test('an unanswered request is sent again, octet for octet, every second', () => {
  const stream = makeStream();
  const first = stream.clientPackets(400);

  expect(stream.clientPackets(1_000)).toEqual([]);
  expect(stream.clientPackets(1_400)).toEqual(first);
  expect(stream.clientPackets(2_400)).toEqual(first);
});

test('segments of another connection, damaged and repeated ones change nothing', () => {
  const stream = makeStream();
  const other = makeStream('smb');
  const [request] = stream.clientPackets(400);
  const [foreign] = other.clientPackets(400);
  const damaged = request?.slice().fill(0xff, 60, 61);

  expect(foreign && stream.atServer(foreign)).toEqual([]);
  expect(damaged && stream.atServer(damaged)).toEqual([]);
  expect(request && stream.atServer(request)).not.toEqual([]);
  expect(request && stream.atServer(request)).not.toEqual([]); // asked again: answered again
});

test('a stream that is off sends nothing', () => {
  const stream = makeStream();
  stream.stop();

  expect(stream.nextAtMs).toBeUndefined();
  expect([...stream.clientPackets(10_000), ...stream.serverPackets(10_000)]).toEqual([]);
});

test('anybody on the wire can read what goes in clear', () => {
  const { toClient } = talk(makeStream(), 10_000);
  const summary = toClient[0] && summarize(toClient[0]);

  expect(summary).toMatchObject({ form: 'clear', text: expect.stringMatching(/^TCP 2049 > 51034, \d+ octets$/) });
  expect(toClient.map((packet) => textOf(packet)).join('')).toContain('in clear you can read this');
});

test('a sliding rate forgets what is older than its window', () => {
  const rate = new SlidingRate();
  for (let second = 0; second < 10; second++) rate.add(1_000, second * 1_000 + 500);

  expect(rate.perSecond(9_999)).toBe(1_000);
  expect(rate.perSecond(60_000)).toBe(0);
});
