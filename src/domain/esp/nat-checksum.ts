/**
 * Checksums of TCP, UDP and their kin behind a NAT (RFC 3948 3.1.2): in transport mode the NAT could not correct what ESP hides, so the sum
 * still speaks of the addresses that the sender saw. The difference of the addresses is worked in (RFC 1624); nothing is
 * recomputed over the payload, so a sum that was wrong stays wrong.
 */
import { type Gathered, octetsIn } from '../bytes/gathered.ts';
import type { IpAddress } from '../net/address.ts';
import { checksumOf, sumOf } from '../net/checksum.ts';
import { setU16 } from '../net/ip.ts';
import { destinationOf, layOut, sourceOf, u16At, upperLayerOf } from '../net/ip-layout.ts';
import { protocols } from '../net/protocol.ts';

/** Where the checksum stands in the upper header. */
const checksumAt: ReadonlyMap<number, number> = new Map([
  [protocols.tcp, 16],
  [protocols.udp, 6],
  [protocols.icmpv6, 2],
  [protocols.dccp, 6],
  [protocols.udpLite, 6],
]);

/** Corrects a packet that we have just restored, in place. */
export function fixUpperChecksum(
  packet: Gathered,
  original: { readonly source: IpAddress; readonly destination: IpAddress },
): void {
  const [head] = packet;
  const layout = layOut(head, octetsIn(packet));
  if (!layout.ok) return;
  const { protocol, family } = layout.value;
  const upper = upperLayerOf(packet, layout.value);
  const at = checksumAt.get(protocol);
  if (at === undefined || at + 2 > upper.length) return;
  const sent = u16At(upper, at);
  if (protocol === protocols.udp && sent === 0) return; // sent without a checksum

  const before = sumOf(original.source.octets) + sumOf(original.destination.octets);
  const after = sumOf(sourceOf(head, family).octets) + sumOf(destinationOf(head, family).octets);
  const fixed = checksumOf(0xffff - sent + complementOf(before) + after); // RFC 1624 eqn. 3
  const zeroIsNone = protocol === protocols.udp || protocol === protocols.udpLite;
  setU16(upper, at, zeroIsNone && fixed === 0 ? 0xffff : fixed);
}

/** What takes `sum` away in ones' complement arithmetic. */
function complementOf(sum: number): number {
  return checksumOf(sum);
}
