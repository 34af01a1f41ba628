/** What an end's own code would not say, sealed as well as its own words. The host began the IKE SA. */
import type { Octets } from '../../bytes/octets.ts';
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
  await answerEachWith(pair, exchange, [payloads], who);
  await pair.run(400);
}

/** The same for the next answers, one after the other; when it is back, the last of them is on its way. */
export async function answerEachWith(
  pair: Pair,
  exchange: keyof typeof exchangeTypes.numbers,
  answers: readonly (readonly Payload[])[],
  who: EndName = 'cluster',
): Promise<void> {
  const taken: Datagram[] = [];
  const inTheirPlace = new Set<Octets>();
  pair.wire.tamper = (datagram) => {
    const header = messageFrom(datagram)?.header;
    const isIts = header?.isResponse && header.isFromInitiator === (who === 'host');
    if (!isIts || header.exchange !== exchangeTypes.numbers[exchange]) return [datagram];
    if (inTheirPlace.has(datagram.octets)) return [datagram];
    taken.push(datagram);
    return [];
  };
  for (const payloads of answers) {
    for (let tries = 0; taken.length === 0 && tries < 1000; tries++) await pair.runFor(5);
    const own = taken.shift();
    const header = own && messageFrom(own)?.header;
    const [session] = pair[who].endpoint.sessions();
    if (!own || !header || !session || !('channel' in session)) throw new Error(`${who} has not answered`);
    for (const octets of await session.channel.seal(noRandomness, header, payloads)) {
      inTheirPlace.add(octets);
      pair.wire.send({ ...own, octets }, pair.nowMs);
    }
  }
  pair.wire.tamper = undefined;
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
