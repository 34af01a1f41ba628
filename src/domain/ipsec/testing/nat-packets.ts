/** Packets of applications on both sides of a NAT, and how they look where they arrive. For tests alone. */
import { type Octets, textOf, utf8 } from '../../bytes/octets.ts';
import { address, printAddress } from '../../net/address.ts';
import { checksumOf, pseudoHeaderSum, sumOf } from '../../net/checksum.ts';
import { destinationOf, layOut, sourceOf } from '../../net/ip-layout.ts';
import { protocols } from '../../net/protocol.ts';
import { tcpFlags, writeTcp } from '../../net/tcp.ts';
import { writeUdp } from '../../net/udp.ts';
import { publicAddress } from './nat-world.ts';

/** To or from port 2049 of the cluster; `port` is the client's. */
export function aPacket(
  kind: 'TCP' | 'UDP',
  source: string,
  destination: string,
  text: string,
  port = 51_034,
  flags: number = tcpFlags.ack,
): Octets {
  const isRequest = destination === publicAddress;
  const ports = isRequest ? { sourcePort: port, destinationPort: 2049 } : { sourcePort: 2049, destinationPort: port };
  const fields = { source: address(source), destination: address(destination), ...ports, payload: utf8(text) };
  if (kind === 'UDP') return writeUdp(fields);
  return writeTcp({ ...fields, sequence: 1, acknowledgement: 0, flags, window: 1000 });
}

/** From whom to whom, what it says, and whether its checksum is that of these very addresses. */
export function seen(packet: Octets): readonly [string, string, string, boolean] {
  const layout = layOut(packet);
  if (!layout.ok) throw new Error('no packet');
  const { family, protocol, upperAt, length } = layout.value;
  const [source, destination] = [sourceOf(packet, family), destinationOf(packet, family)];
  const upper = packet.subarray(upperAt, length);
  const isTrue = checksumOf(pseudoHeaderSum(source, destination, protocol, upper.length) + sumOf(upper)) === 0;
  const text = textOf(upper.subarray(protocol === protocols.udp ? 8 : 20));
  return [printAddress(source), printAddress(destination), text, isTrue];
}
