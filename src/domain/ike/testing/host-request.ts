/** An INFORMATIONAL request as the host would seal it, whatever it has asked so far, as it reaches the cluster. */
import type { Datagram } from '../datagram.ts';
import type { Payload } from '../message/message.ts';
import { exchangeTypes } from '../message/names.ts';
import { noRandomness } from './other-answer.ts';
import type { Pair } from './pair.ts';

export async function hostRequest(pair: Pair, messageId: number, payloads: readonly Payload[] = []): Promise<Datagram> {
  const [datagram] = await hostRequestInParts(pair, messageId, payloads, 1);
  if (!datagram) throw new Error('nothing was sealed');
  return datagram;
}

/** The same in so many fragments at least. */
export async function hostRequestInParts(
  pair: Pair,
  messageId: number,
  payloads: readonly Payload[],
  partsAtLeast: number,
): Promise<readonly Datagram[]> {
  const [session] = pair.host.endpoint.sessions();
  if (!session || !('channel' in session)) throw new Error('the host has no keys');
  const header = {
    initiatorSpi: session.spis.initiator,
    responderSpi: session.spis.responder,
    exchange: exchangeTypes.numbers.INFORMATIONAL,
    ...{ majorVersion: 2, minorVersion: 0, isFromInitiator: true, isResponse: false, messageId },
  };
  const sealed = await session.channel.seal(noRandomness, header, payloads, undefined, partsAtLeast);
  return sealed.map((octets) => ({ local: session.path.remote, remote: session.path.local, octets }));
}
