/**
 * What the carrier and the engine hand each other: one UDP payload and its two ends.
 *
 * The non-ESP marker (RFC 3948 2.2) is the carrier's affair: `octets` never hold it. The carrier writes it exactly where
 * `needsMarker` says so, and takes it off what comes; charon keeps the same rule (no marker as soon as one port is 500).
 */
import type { Octets } from '../bytes/octets.ts';
import type { IpAddress } from '../net/address.ts';

export interface UdpEnd {
  readonly address: IpAddress;
  readonly port: number;
}

export interface Datagram {
  readonly local: UdpEnd;
  readonly remote: UdpEnd;
  readonly octets: Octets;
}

export const ikePort = 500;
export const natPort = 4500;

/** Whether four zero octets stand before an IKE message on this path, so that it is not taken for ESP. */
export const needsMarker = (path: { readonly local: { port: number }; readonly remote: { port: number } }): boolean =>
  path.local.port !== ikePort && path.remote.port !== ikePort;
