/**
 * A path that swallows datagrams of our size (RFC 7383 2.5.2): a request that nobody answers is sealed anew in smaller fragments, under
 * the same id and fresh IVs. Who has answered it already and gets it once more, cut smaller, answers in smaller fragments too, under
 * the keys that both are sealed with: after IKE_INTERMEDIATE the next message goes under others (RFC 9370 2.2.2).
 */
import type { Octets } from '../../bytes/octets.ts';
import type { Channel } from '../channel/channel.ts';
import { datagramOctetsFor } from '../channel/fragmentation.ts';
import { type Answer, narrowAnswer, narrowRequest, type Outstanding } from '../channel/window.ts';
import type { Datagram } from '../datagram.ts';
import type { Env } from '../env.ts';
import type { Message } from '../message/message.ts';
import { readMessage } from '../message/parse.ts';
import { find } from '../message/payloads.ts';
import type { Pending } from '../sa/pending.ts';
import type { Keyed, Session } from '../sa/state.ts';
import type { Turn } from './turn.ts';

/** What came in fragments as short as that was cut for a path like this. */
export const isCutNarrowly = ({ settings }: Env, { path }: Pick<Session, 'path'>, { length }: Octets): boolean =>
  length <= datagramOctetsFor(path.remote.address, settings.narrowIpOctets);

/** The request in smaller fragments. */
export async function askNarrowly(
  turn: Turn,
  session: Session & Pick<Keyed, 'channel'>,
  outstanding: Outstanding<Pending>,
  clear: Message,
): Promise<void> {
  const { env } = turn;
  const datagrams = await sealNarrowly(turn, session.channel, clear, outstanding.datagrams.length);
  const window = narrowRequest(session.window, outstanding, datagrams, env.nowMs, env.settings.retransmit);
  turn.session = { ...session, window };
  turn.transmit(datagrams, session.path, clear);
}

/** A request that we have answered comes in more fragments than before; its first one asks for the answer (RFC 7383 2.6.1). */
export async function answerNarrowly(
  turn: Turn,
  datagram: Datagram,
  message: Message,
  { clear, ...answer }: Answer,
): Promise<void> {
  const { session } = turn;
  const { channel } = answer;
  const fragment = find(message.payloads, 'SKF');
  if (!channel || fragment?.number !== 1 || fragment.total <= totalOf(answer.request)) return;
  if (!(await channel.open(datagram.octets, fragment.sealed))) return;
  turn.note('in', datagram, { header: message.header, note: 'fragment' });
  const response = clear ? await sealNarrowly(turn, channel, clear, answer.response.length) : answer.response;
  turn.session = {
    ...session,
    window: narrowAnswer(session.window, { ...answer, request: datagram.octets, response }),
  };
  if (clear) turn.transmit(response, datagram, clear);
  else turn.repeat(response, datagram);
}

const sealNarrowly = (
  { env, session }: Turn,
  channel: Channel,
  { header, payloads }: Message,
  partsBefore: number,
): Promise<readonly Octets[]> => {
  const octets = datagramOctetsFor(session.path.remote.address, env.settings.narrowIpOctets);
  return channel.seal(env.means, header, payloads, octets, partsBefore + 1);
};

/** In how many fragments a message came; 0: in none. */
function totalOf(datagram: Octets): number {
  const read = readMessage(datagram);
  return (read.ok && find(read.value.payloads, 'SKF')?.total) || 0;
}
