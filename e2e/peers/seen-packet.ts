/** A packet as the application behind our boundary sees it. */
import type { Octets } from '../../src/domain/bytes/octets.ts';
import { printAddress } from '../../src/domain/net/address.ts';
import { checksumOf, pseudoHeaderSum, sumOf } from '../../src/domain/net/checksum.ts';
import { destinationOf, layOut, sourceOf } from '../../src/domain/net/ip-layout.ts';

/** Whether the checksum of its TCP or UDP is over these very addresses (RFC 3948 3.1.2). */
export function seenAt(packet: Octets) {
  const layout = layOut(packet);
  if (!layout.ok) throw new Error('no packet');
  const { family, protocol, upperAt, length } = layout.value;
  const [source, destination] = [sourceOf(packet, family), destinationOf(packet, family)];
  const upper = packet.subarray(upperAt, length);
  const sum = checksumOf(pseudoHeaderSum(source, destination, protocol, upper.length) + sumOf(upper));
  return { protocol, source: printAddress(source), destination: printAddress(destination), isChecksumTrue: sum === 0 };
}
