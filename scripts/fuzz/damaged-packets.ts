/**
 * A boundary that has an SA and is sent what others made of an honest end's packets: changed octets, lengths that lie, pieces, fragments
 * put together from several, copies. It must not throw, must do no more for a packet than its octets are worth, must deliver every honest
 * packet at most once and nothing else by ESP, and must take the next honest one.
 */
import { concat, equalOctets, type Octets, utf8 } from '../../src/domain/bytes/octets.ts';
import { seededProvider } from '../../src/domain/crypto/seeded-provider.ts';
import { type Draw, drawFrom } from '../../src/domain/ike/message/testing/mutate.ts';
import { espCiphers, sequenceNumbers } from '../../src/domain/ike/testing/agreement-plan.ts';
import { hostAddress, lifAddress, twoBoundaries } from '../../src/domain/ipsec/testing/two-boundaries.ts';
import { address } from '../../src/domain/net/address.ts';
import { writeUdp } from '../../src/domain/net/udp.ts';
import { nodeProvider } from '../../src/server/node-provider.ts';
import { tooMuchFor, WorkMeter } from './work-meter.ts';

const packets = 100;

/** The claim that does not hold, or undefined. The same seed does the same. */
export async function sendDamagedPackets(seed: number): Promise<string | undefined> {
  const draw = drawFrom(seed);
  const thrown: unknown[] = [];
  const one = <T>(of: readonly [T, ...T[]]): T => of[draw(of.length)] ?? of[0];
  const esp = [`${one(espCiphers)}-${one(sequenceNumbers)}`];
  const meter = new WorkMeter(seededProvider(nodeProvider, `${seed}`));
  const world = await twoBoundaries({
    provider: meter.provider,
    both: { esp, more: { forcesUdpEncapsulation: draw(2) === 0 } },
    cluster: { ports: { onError: (error) => thrown.push(error) } },
  });
  const { host, cluster } = world;
  const honest = Array.from({ length: 12 }, (_, i) => aRequest(`request ${i} ${'x'.repeat(draw(300))}`));
  for (const packet of honest.slice(0, 6)) host.send(packet);
  await world.run();
  world.passes = () => false;
  for (const packet of honest.slice(6)) host.send(packet);
  await world.run();

  const seen = host.transmitted;
  let tooMuch: string | undefined;
  for (let i = 0; i < packets; i++) {
    const packet = damaged(seen, draw);
    const { length } = packet;
    const work = await meter.workOf(async () => {
      cluster.boundary.receiveIp(packet, world.nowMs);
      await cluster.boundary.settle();
    });
    tooMuch ??= tooMuchFor(length, work);
  }
  for (const packet of seen) cluster.boundary.receiveIp(packet, world.nowMs);
  await cluster.boundary.settle();
  world.passes = () => true;
  const last = aRequest('the last');
  host.send(last);
  await world.run();

  for (const error of thrown)
    return `thrown: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  const byEsp = cluster.delivered.filter(({ delivery }) => delivery.via === 'esp').map(({ packet }) => packet);
  const times = [...honest, last].map((packet) => byEsp.filter((each) => equalOctets(each, packet)).length);
  if (times.some((count) => count !== 1)) return `honest packets were delivered ${times.join(', ')} times`;
  return byEsp.length === times.length ? tooMuch : 'a packet was delivered that nobody had sent';
}

/** One of them, or two, of which something is changed; or octets that nobody sent. */
function damaged(seen: readonly Octets[], draw: Draw): Octets {
  const [one, other] = [seen[draw(seen.length)], seen[draw(seen.length)]];
  if (!one || !other || draw(12) === 0) return octetsFrom(draw, draw(120));
  const cut = one.slice(0, 1 + draw(one.length));
  const whole = [
    one.slice(),
    cut,
    concat(one, octetsFrom(draw, draw(40))),
    concat(cut, other.slice(draw(other.length))),
  ];
  const packet = whole[draw(whole.length)] ?? cut;
  for (let changes = draw(4); changes > 0; changes--) packet[draw(packet.length)] = draw(256);
  if (draw(4) === 0 && packet.length >= 8) packet.set([0, draw(256), draw(2) * 0x20 + draw(8), draw(256)], 4); // of a fragment
  return packet;
}

const octetsFrom = (draw: Draw, length: number): Octets => Uint8Array.from({ length }, () => draw(256));

function aRequest(text: string): Octets {
  const ends = { source: address(hostAddress), destination: address(lifAddress) };
  return writeUdp({ ...ends, sourcePort: 700, destinationPort: 2049, payload: utf8(text) });
}
