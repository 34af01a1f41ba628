/**
 * TCP and UDP checksums behind a NAT (RFC 3948 3.1.2): in transport mode the NAT could not correct what ESP hides, so the sum
 * still speaks of the addresses that the sender saw. The difference of the addresses is worked in (RFC 1624); nothing is
 * recomputed over the payload, so a sum that was wrong stays wrong.
 */
import type { Octets } from '../bytes/octets.ts';
import type { IpAddress } from '../net/address.ts';
import { checksumOf, sumOf } from '../net/checksum.ts';
import { setU16 } from '../net/ip.ts';
import { destinationOf, layOut, sourceOf, u16At } from '../net/ip-layout.ts';
import { protocols } from '../net/protocol.ts';

/** Where the checksum stands in the upper header. */
const checksumAt: ReadonlyMap<number, number> = new Map([
  [protocols.tcp, 16],
  [protocols.udp, 6],
  [protocols.icmpv6, 2],
]);

/** Corrects a packet that we have just restored, in place. */
export function fixUpperChecksum(
  packet: Octets,
  original: { readonly source: IpAddress; readonly destination: IpAddress },
): void {
  const layout = layOut(packet);
  if (!layout.ok) return;
  const { protocol, upperAt, family, length } = layout.value;
  const offset = checksumAt.get(protocol);
  if (offset === undefined || upperAt + offset + 2 > length) return;
  const at = upperAt + offset;
  const sent = u16At(packet, at);
  if (protocol === protocols.udp && sent === 0) return; // sent without a checksum

  const before = sumOf(original.source.octets) + sumOf(original.destination.octets);
  const after = sumOf(sourceOf(packet, family).octets) + sumOf(destinationOf(packet, family).octets);
  const fixed = checksumOf(0xffff - sent + complementOf(before) + after); // RFC 1624 eqn. 3
  setU16(packet, at, protocol === protocols.udp && fixed === 0 ? 0xffff : fixed);
}

/** What takes `sum` away in ones' complement arithmetic. */
function complementOf(sum: number): number {
  return checksumOf(sum);
}
