/**
 * MOBIKE (RFC 4555): the end that began the first IKE SA decides where both are met; it says so in an INFORMATIONAL request, sent
 * from the new address. The other follows, looks for NATs anew, and asks at the new address whether the peer is really there
 * (COOKIE2), since an authentic message tells who wrote it and not who stands where it came from. Who decides sits behind a NAT,
 * maybe, and asks now and then as whom we see it (3.8): a NAT that has begun anew is a move.
 *
 * Announced where the connection says so or the peer did; never by a responder that was not asked. Addresses that the connection
 * does not hold are UNACCEPTABLE_ADDRESSES. Tunnels follow; a CHILD SA in transport mode is one of two addresses (RFC 4555 1.2),
 * and traffic of the new address asks for one of its own.
 */
import { compareOctets, concat, type Octets } from '../../bytes/octets.ts';
import { addressOf, type IpAddress } from '../../net/address.ts';
import type { Connection } from '../connection.ts';
import type { Env } from '../env.ts';
import type { Payload } from '../message/message.ts';
import { exchangeTypes, notifyTypes } from '../message/names.ts';
import { errorIn, findNotify, hasNotify, notifiesOf, notify } from '../message/notifies.ts';
import { type Answered, type Asked, type Change, failed } from '../sa/change.ts';
import { close, failureOf } from '../sa/closing.ts';
import type { Pending } from '../sa/pending.ts';
import type { Live, Mobike } from '../sa/state.ts';
import type { Task } from '../sa/tasks.ts';
import { holdsPath } from './address-match.ts';
import { moveTo } from './moving.ts';
import { doesNatTraversal, offerNatDetection, type Path, readNatDetection } from './nat.ts';

const exchange = exchangeTypes.numbers.INFORMATIONAL;
const cookieOctets = 16;
const { ADDITIONAL_IP4_ADDRESS, ADDITIONAL_IP6_ADDRESS } = notifyTypes.numbers;

/** In the request of IKE_AUTH (RFC 4555 3.1). */
export const offerMobike = ({ mobike }: Connection): readonly Payload[] =>
  mobike === 'offered' ? [notify('MOBIKE_SUPPORTED')] : [];

/** In the answer to it: only to whom asked. */
export const answerMobike = ({ mobike }: Pick<Live, 'mobike'>): readonly Payload[] =>
  mobike ? [notify('MOBIKE_SUPPORTED')] : [];

/** What both ends' words come to; undefined: no MOBIKE. */
export function readMobike(
  connection: Connection,
  payloads: readonly Payload[],
  isInitiator: boolean,
): Mobike | undefined {
  const isOurs = isInitiator ? connection.mobike === 'offered' : connection.mobike !== 'never';
  if (!isOurs || !hasNotify(payloads, 'MOBIKE_SUPPORTED')) return undefined;
  return { decides: isInitiator ? 'local' : 'remote', otherAddresses: additionalAddresses(payloads) };
}

// The end that decides

type Move = Extract<Task, { type: 'move' }>;

/** What is out goes on from the new address at once: at the old one no answer may come any more (RFC 4555 3.5). */
export function sendFrom(live: Live, { local: address }: Move): Live {
  if (live.mobike?.decides !== 'local') return live;
  return { ...live, path: { ...live.path, local: { ...live.path.local, address } } };
}

/** The same two ends over another path: from the new address, already (RFC 4555 3.5). */
export async function requestMove(env: Env, live: Live, task: Move): Promise<Asked<Live>> {
  const session = sendFrom(live, task);
  const detection = await offerNatDetection(env.means, live.spis, session.path, forcing(live));
  return {
    session,
    exchange,
    payloads: [notify('UPDATE_SA_ADDRESSES'), ...detection],
    pending: { type: 'move' },
  };
}

export async function concludeMove(env: Env, live: Live, payloads: readonly Payload[]): Promise<Change> {
  const error = errorIn(payloads);
  if (!error) {
    const hasNat = await readNatDetection(env.means, live.spis, live.path, payloads, forcing(live));
    return moveTo(env, live, live.path, hasNat);
  }
  const refusal = { code: 'peerRefused', notify: error.notify, data: error.data } as const;
  const decidedAt = { exchange, message: 'response' } as const;
  const fact = failed(env, live, { by: 'remote', scope: 'request', decidedAt, notify: error.notify, refusal });
  return { session: live, facts: [fact] };
}

// The end that follows

/** A request, as far as addresses go. */
export interface Came {
  readonly path: Path;
  readonly messageId: number;
}

/** What an INFORMATIONAL request says of addresses. Undefined: nothing. */
export async function respondMobike(
  env: Env,
  live: Live,
  payloads: readonly Payload[],
  { path: from, messageId }: Came,
): Promise<Answered | undefined> {
  const asksForNats = doesNatTraversal(payloads);
  const isAbout = asksForNats || notifiesOf(payloads).some((each) => isAboutAddresses(each.notify));
  if (!live.mobike || !isAbout) return undefined;
  const cookie = findNotify(payloads, 'COOKIE2');
  const echo = cookie ? [notify('COOKIE2', cookie.data)] : [];
  const detection = asksForNats ? await offerNatDetection(env.means, live.spis, from, forcing(live)) : [];
  const known = hasOtherAddresses(payloads)
    ? { ...live, mobike: { ...live.mobike, otherAddresses: additionalAddresses(payloads) } }
    : live;
  const isMove = hasNotify(payloads, 'UPDATE_SA_ADDRESSES') && live.mobike.decides === 'remote';
  const isOvertaken = messageId < (live.movedById ?? 0);
  if (!isMove || isOvertaken) return { session: known, facts: [], payloads: [...detection, ...echo] };

  const why = faultOf(live, payloads, from);
  if (why) {
    const notified = notify(why === 'nat' ? 'UNEXPECTED_NAT_DETECTED' : 'UNACCEPTABLE_ADDRESSES');
    const fact = failed(env, live, {
      ...{ by: 'local', scope: 'request', isInitiator: false, decidedAt: { exchange, message: 'request' } },
      notify: notified.notify,
      refusal: { code: 'move', why, to: from.remote.address },
    });
    return { session: known, facts: [fact], payloads: [notified, ...echo] };
  }
  const hasNat = await readNatDetection(env.means, live.spis, from, payloads, forcing(live));
  const { session, facts } = moveTo(env, { ...known, movedById: messageId }, from, hasNat);
  const proof: Task = { type: 'probe', provesAddress: true };
  const asking = { ...session, tasks: [...session.tasks.filter(({ type }) => type !== 'probe'), proof] };
  return { session: asking, facts, payloads: [...detection, ...echo] };
}

/** Whether who answers is where we send to (RFC 4555 3.7). */
export const freshCookie2 = (env: Env): Octets => env.means.random(cookieOctets);

/** Another cookie than ours did not come from where ours went: the IKE SA ends. */
export function concludeProof(
  env: Env,
  live: Live,
  { cookie2 }: Extract<Pending, { type: 'probe' }>,
  payloads: readonly Payload[],
): Change {
  const echoed = findNotify(payloads, 'COOKIE2')?.data;
  if (!cookie2 || (echoed && compareOctets(echoed, cookie2) === 0)) return { session: live, facts: [] };
  const refusal = { code: 'move', why: 'unproven', to: live.path.remote.address } as const;
  const decidedAt = { exchange, message: 'response' } as const;
  return close(env, live, refusal, failureOf(env, live, { by: 'local', decidedAt, refusal }));
}

/** An address that is not of this connection, or a NAT that the peer forbids (RFC 4555 3.5, 3.9). */
function faultOf({ connection }: Live, payloads: readonly Payload[], from: Path): 'notHeld' | 'nat' | undefined {
  if (!holdsPath(connection, from)) return 'notHeld';
  const wanted = findNotify(payloads, 'NO_NATS_ALLOWED');
  return wanted && compareOctets(wanted.data, endsOf(from)) !== 0 ? 'nat' : undefined;
}

/** Addresses and ports as the sender of such a notify has them (RFC 4555 4.2.6). */
function endsOf({ local, remote }: Path): Octets {
  const ports = [remote.port, local.port].flatMap((port) => [port >>> 8, port & 255]);
  return concat(remote.address.octets, local.address.octets, Uint8Array.from(ports));
}

const isAboutAddresses = (number: number): boolean =>
  number >= ADDITIONAL_IP4_ADDRESS && number <= notifyTypes.numbers.NO_NATS_ALLOWED;

const hasOtherAddresses = (payloads: readonly Payload[]): boolean =>
  hasNotify(payloads, 'NO_ADDITIONAL_ADDRESSES') || additionalAddresses(payloads).length > 0;

function additionalAddresses(payloads: readonly Payload[]): readonly IpAddress[] {
  return notifiesOf(payloads)
    .filter((each) => each.notify === ADDITIONAL_IP4_ADDRESS || each.notify === ADDITIONAL_IP6_ADDRESS)
    .flatMap((each) => addressOf(each.data) ?? []);
}

const forcing = ({ connection }: Live) => ({ forces: connection.forcesUdpEncapsulation === true });
