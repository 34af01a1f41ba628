/**
 * What comes and goes on UDP 500 and 4500 (RFC 7296 2.23, RFC 3948 2): IKE, behind four zero octets where ESP may come the same
 * way; ESP; and keepalives of one octet, which only keep a NAT's mapping open.
 */
import type { Octets } from '../bytes/octets.ts';
import { type Datagram, ikePort, natPort, needsMarker } from '../ike/datagram.ts';
import { type IpLayout, u16At } from '../net/ip-layout.ts';
import { protocols } from '../net/protocol.ts';
import { readUdp, udpHeaderOctets, writeUdp } from '../net/udp.ts';

export type UdpContent =
  | { readonly type: 'ike'; readonly datagram: Datagram }
  /** Where ESP begins in the packet. */
  | { readonly type: 'esp'; readonly espAt: number }
  | { readonly type: 'keepalive' }
  | { readonly type: 'malformed' };

export type UdpPath = Omit<Datagram, 'octets'>;

const keepalive = 0xff;
const markerOctets = 4;

/** The packet is for one of the two ports. */
export function isForIke(packet: Octets, { protocol, upperAt, length }: IpLayout): boolean {
  if (protocol !== protocols.udp || upperAt + udpHeaderOctets > length) return false;
  const port = u16At(packet, upperAt + 2);
  return port === ikePort || port === natPort;
}

export function readContent(packet: Octets, layout: IpLayout): UdpContent {
  const udp = readUdp(packet, layout);
  if (!udp) return { type: 'malformed' };
  const { payload } = udp;
  const path: UdpPath = {
    local: { address: udp.destination, port: udp.destinationPort },
    remote: { address: udp.source, port: udp.sourcePort },
  };
  if (!needsMarker(path)) return { type: 'ike', datagram: { ...path, octets: payload } };
  if (payload.length === 1 && payload[0] === keepalive) return { type: 'keepalive' };
  const isMarked = payload.length >= markerOctets && payload.subarray(0, markerOctets).every((octet) => octet === 0);
  if (isMarked) return { type: 'ike', datagram: { ...path, octets: payload.subarray(markerOctets) } };
  return { type: 'esp', espAt: layout.upperAt + udpHeaderOctets };
}

/** The IP packet of a message of IKE. */
export function writeIke({ octets, ...path }: Datagram): Octets {
  if (!needsMarker(path)) return writeOn(path, octets);
  const marked = new Uint8Array(markerOctets + octets.length);
  marked.set(octets, markerOctets);
  return writeOn(path, marked);
}

export function writeKeepalive(path: UdpPath): Octets {
  return writeOn(path, Uint8Array.of(keepalive));
}

function writeOn({ local, remote }: UdpPath, payload: Octets): Octets {
  return writeUdp({
    ...{ source: local.address, destination: remote.address },
    ...{ sourcePort: local.port, destinationPort: remote.port, payload },
  });
}
