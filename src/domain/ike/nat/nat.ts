/**
 * NAT detection (RFC 7296 2.23): each end hashes SPIs, address and port as it sees them; a hash that does not fit tells that
 * somebody rewrote them. `offer` writes both notifies, `read` compares. SHA-1 is the RFC's choice and hides nothing.
 */
import { compareOctets, type Octets } from '../../bytes/octets.ts';
import { Writer } from '../../bytes/writer.ts';
import type { Awaitable } from '../../crypto/provider.ts';
import { ikePort, natPort, type UdpEnd } from '../datagram.ts';
import type { Means } from '../means.ts';
import { type IkeSpi, noSpi, type Payload } from '../message/message.ts';
import { notifyTypes } from '../message/names.ts';
import { notify } from '../message/notifies.ts';
import { writeIkeSpi } from '../message/spi.ts';

export interface Path {
  readonly local: UdpEnd;
  readonly remote: UdpEnd;
}

/** Which end a NAT hides. */
export interface HasNat {
  readonly local: boolean;
  readonly remote: boolean;
}

export const noNat: HasNat = { local: false, remote: false };
export const isBehindNat = ({ local, remote }: HasNat): boolean => local || remote;

export interface Spis {
  readonly initiator: IkeSpi;
  readonly responder: IkeSpi;
}

/** `forces`: a source hash that can never fit, so that both ends put ESP into UDP. */
export async function offerNatDetection(
  means: Means,
  spis: Spis,
  path: Path,
  { forces }: { readonly forces: boolean },
): Promise<readonly Payload[]> {
  const [source, destination] = await Promise.all([
    forces ? means.random(20) : hashOf(means, spis, path.local),
    hashOf(means, spis, path.remote),
  ]);
  return [notify('NAT_DETECTION_SOURCE_IP', source), notify('NAT_DETECTION_DESTINATION_IP', destination)];
}

/**
 * A peer that sends neither notify does not do NAT traversal, and no NAT is assumed. `forces`: we pretended one before us, and
 * the peer believes it, so we do too.
 */
export async function readNatDetection(
  means: Means,
  spis: Spis,
  path: Path,
  payloads: readonly Payload[],
  { forces }: { readonly forces: boolean },
): Promise<HasNat> {
  const sources = dataOf(payloads, notifyTypes.numbers.NAT_DETECTION_SOURCE_IP);
  const destinations = dataOf(payloads, notifyTypes.numbers.NAT_DETECTION_DESTINATION_IP);
  if (sources.length === 0 || destinations.length === 0) return noNat;
  const [remote, local] = await Promise.all([hashOf(means, spis, path.remote), hashOf(means, spis, path.local)]);
  const holds = (hashes: readonly Octets[], wanted: Octets) => hashes.some((each) => compareOctets(each, wanted) === 0);
  return { local: forces || !holds(destinations, local), remote: !holds(sources, remote) };
}

/** The peer looks for NATs: it serves 4500 too, and an end that may move goes there at once (RFC 4555 3.3). */
export const doesNatTraversal = (payloads: readonly Payload[]): boolean =>
  dataOf(payloads, notifyTypes.numbers.NAT_DETECTION_SOURCE_IP).length > 0;

/** From IKE_AUTH on behind a NAT: both ends on 4500, unless the peer's port is not the standard one to begin with. */
export const floated = (path: Path, localNatPort: number): Path => ({
  local: { ...path.local, port: localNatPort },
  remote: path.remote.port === ikePort ? { ...path.remote, port: natPort } : path.remote,
});

/** In a request of IKE_SA_INIT the responder's SPI is 0, and so it is in the hash. */
export const spisOfRequest = (initiator: IkeSpi): Spis => ({ initiator, responder: noSpi });

function hashOf(means: Means, spis: Spis, end: UdpEnd): Awaitable<Octets> {
  const writer = new Writer();
  writeIkeSpi(writer, spis.initiator);
  writeIkeSpi(writer, spis.responder);
  return means.provider.digest('SHA-1', writer.octets(end.address.octets).u16(end.port).done());
}

function dataOf(payloads: readonly Payload[], notifyNumber: number): readonly Octets[] {
  const found: Octets[] = [];
  for (const each of payloads) if (each.type === 'NOTIFY' && each.notify === notifyNumber) found.push(each.data);
  return found;
}
