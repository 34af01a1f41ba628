/** SAs that take several key exchanges (RFC 9370 2.2.4), and an answer to IKE_FOLLOWUP_KE that the cluster would not give of itself. */
import type { Datagram } from '../datagram.ts';
import { exchangeTypes, type notifyTypes } from '../message/names.ts';
import { notify } from '../message/notifies.ts';
import { noRandomness } from './other-answer.ts';
import { makePair, type Pair } from './pair.ts';
import { messageFrom } from './tamper.ts';

export const several = {
  ike: ['aes256gcm16-prfsha384-x25519-ke1_mlkem512'],
  esp: ['aes256gcm16-noesn-x25519-ke1_mlkem512'],
};
/** The request that never arrives leaves a gap in its ids. */
const settings = { fragmentIpOctets: 9000, busyMs: 5_000, windowSize: 8 };

/** The host asks for an SA; its IKE_FOLLOWUP_KE never arrives, and is answered with an error all the same. */
export async function followUpAnswered(
  error: keyof typeof notifyTypes.numbers,
  asks: (pair: Pair) => Promise<void>,
): Promise<Pair> {
  const pair = await makePair({ both: several, settings }).establish();
  await answerFollowUp(pair, await lostFollowUp(pair, asks), error);
  return pair;
}

/** Until the host has sent IKE_FOLLOWUP_KE, which is lost. */
export async function lostFollowUp(pair: Pair, asks: (pair: Pair) => Promise<void>): Promise<Datagram> {
  let lost: Datagram | undefined;
  pair.wire.tamper = (datagram) => {
    if (messageFrom(datagram)?.header.exchange !== exchangeTypes.numbers.IKE_FOLLOWUP_KE) return [datagram];
    lost = datagram;
    return [];
  };
  await asks(pair);
  await pair.runFor(500);
  pair.wire.tamper = undefined;
  if (!lost) throw new Error('the host has not sent IKE_FOLLOWUP_KE');
  return lost;
}

export async function answerFollowUp(
  pair: Pair,
  request: Datagram,
  error: keyof typeof notifyTypes.numbers,
): Promise<void> {
  const header = messageFrom(request)?.header;
  const [session] = pair.cluster.endpoint.sessions();
  if (!header || !session || !('channel' in session)) throw new Error('the cluster has no IKE SA');
  const answer = { ...header, isFromInitiator: false, isResponse: true };
  for (const octets of await session.channel.seal(noRandomness, answer, [notify(error)])) {
    pair.wire.send({ local: request.remote, remote: request.local, octets }, pair.nowMs);
  }
  await pair.runFor(500);
}
