/** What an end's own code would not say, sealed as well as its own words. The host began the IKE SA. */
import type { Datagram } from '../datagram.ts';
import type { Payload } from '../message/message.ts';
import { exchangeTypes } from '../message/names.ts';
import type { EndName, Pair } from './pair.ts';
import { messageFrom } from './tamper.ts';

/** Until the end `who` answers this exchange; then another answer of it, as well sealed, takes the place of its own. */
export async function answerWith(
  pair: Pair,
  exchange: keyof typeof exchangeTypes.numbers,
  payloads: readonly Payload[],
  who: EndName = 'cluster',
): Promise<void> {
  const answers: Datagram[] = [];
  pair.wire.tamper = (datagram) => {
    const header = messageFrom(datagram)?.header;
    const isIts = header?.isResponse && header.isFromInitiator === (who === 'host');
    if (!isIts || header.exchange !== exchangeTypes.numbers[exchange]) return [datagram];
    answers.push(datagram);
    return [];
  };
  await pair.run(500);
  pair.wire.tamper = undefined;
  const [own] = answers;
  const header = own && messageFrom(own)?.header;
  const [session] = pair[who].endpoint.sessions();
  if (!own || !header || !session || !('channel' in session)) throw new Error(`${who} has not answered`);
  for (const octets of await session.channel.seal(noRandomness, header, payloads)) {
    pair.wire.send({ ...own, octets }, pair.nowMs);
  }
  await pair.run(400);
}

/** A request of the host, with an id that has its turn. */
export async function askWith(
  pair: Pair,
  exchange: keyof typeof exchangeTypes.numbers,
  messageId: number,
  payloads: readonly Payload[],
): Promise<void> {
  const [session] = pair.host.endpoint.sessions();
  if (!session || !('channel' in session)) throw new Error('the host has no IKE SA');
  const { spis, path, channel } = session;
  const header = {
    ...{
      initiatorSpi: spis.initiator,
      responderSpi: spis.responder,
      exchange: exchangeTypes.numbers[exchange],
      messageId,
    },
    ...{ majorVersion: 2, minorVersion: 0, isFromInitiator: true, isResponse: false },
  };
  for (const octets of await channel.seal(noRandomness, header, payloads))
    pair.wire.send({ ...path, octets }, pair.nowMs);
  await pair.run();
}

export const noRandomness = { random: (count: number) => new Uint8Array(count) };
