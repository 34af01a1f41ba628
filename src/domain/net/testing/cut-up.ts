/**
 * Cuts an IP packet into fragments, as a router or a sender does (RFC 791 3.2, RFC 8200 4.5): for tests alone.
 */
import { concat, type Octets } from '../../bytes/octets.ts';
import { fitHeader, setU16 } from '../ip.ts';

/** @param partOctets octets of the payload in each fragment; a multiple of 8. */
export function cutUp(packet: Octets, partOctets: number, identification = 1): readonly Octets[] {
  const isIpv4 = (packet[0] as number) >> 4 === 4;
  const headOctets = isIpv4 ? 20 : 40;
  const payload = packet.subarray(headOctets);
  const fragments: Octets[] = [];
  for (let offset = 0; offset < payload.length; offset += partOctets) {
    const part = payload.subarray(offset, offset + partOctets);
    const hasMore = offset + partOctets < payload.length;
    const head = packet.slice(0, headOctets);
    if (isIpv4) {
      setU16(head, 4, identification);
      setU16(head, 6, (hasMore ? 0x2000 : 0) | (offset / 8));
      fragments.push(fitted(concat(head, part)));
    } else {
      const fragmentHeader = new Uint8Array(8);
      fragmentHeader[0] = head[6] as number;
      setU16(fragmentHeader, 2, offset | Number(hasMore));
      setU16(fragmentHeader, 6, identification);
      head[6] = 44;
      fragments.push(fitted(concat(head, fragmentHeader, part)));
    }
  }
  return fragments;
}

function fitted(packet: Octets): Octets {
  fitHeader(packet, packet.length);
  return packet;
}
