/**
 * IKE_FOLLOWUP_KE (RFC 9370 2.2.4): CREATE_CHILD_SA has agreed on a new IKE SA whose proposal names additional key exchanges; each is
 * run in an exchange of its own, and with the last secret the new SA stands. ADDITIONAL_KEY_EXCHANGE in an answer says that another
 * is to come, and its data names the SA in the making.
 *
 * While one is in the making here, a rekey of the peer is put off: TEMPORARY_FAILURE to both ends, and who tries again first has it.
 */
import type { Octets } from '../../bytes/octets.ts';
import { compareOctets } from '../../bytes/octets.ts';
import { answerKeyExchange, beginKeyExchange, keOfShare } from '../additional-key-exchange.ts';
import { chance } from '../lifetime.ts';
import type { Payload } from '../message/message.ts';
import { exchangeTypes, notifyTypes } from '../message/names.ts';
import { errorIn, findNotify, notify } from '../notifies.ts';
import { find } from '../payloads.ts';
import { notifyOf, type Refusal } from '../refusal.ts';
import type { IkeMaking, Live, PendingFollowUp } from '../state.ts';
import { type Answered, type Asked, type Change, type Env, failed, toNotify } from './exchange.ts';
import { keySuccessor, succeedOwn, succeedPeers, successorOf } from './ike-succession.ts';

const exchange = exchangeTypes.numbers.IKE_FOLLOWUP_KE;
const { TEMPORARY_FAILURE, STATE_NOT_FOUND } = notifyTypes.numbers;
export const linkOctets = 8;

export const linkOf = (payloads: readonly Payload[]): Octets | undefined =>
  findNotify(payloads, 'ADDITIONAL_KEY_EXCHANGE')?.data;

export const linkTo = ({ link }: IkeMaking): Payload => notify('ADDITIONAL_KEY_EXCHANGE', link);

// The side that asks

export async function requestFollowUp(env: Env, live: Live, making: IkeMaking): Promise<Asked<Live> | undefined> {
  const [method] = making.methods;
  if (method === undefined) return undefined;
  const share = await beginKeyExchange(env.means, method);
  return {
    session: live,
    exchange,
    payloads: [keOfShare(share), linkTo(making)],
    pending: { type: 'followUp', making, share },
  };
}

export async function concludeFollowUp(
  env: Env,
  live: Live,
  { making, share }: PendingFollowUp,
  payloads: readonly Payload[],
): Promise<Change> {
  const error = errorIn(payloads);
  if (error?.notify === TEMPORARY_FAILURE) {
    const notBeforeMs = env.nowMs + env.settings.busyMs * (1 + chance(env.means));
    return { session: { ...live, tasks: [{ type: 'followUp', making, notBeforeMs }, ...live.tasks] }, facts: [] };
  }
  if (error) {
    return giveUp(env, live, 'remote', { code: 'peerRefused', notify: error.notify, data: error.data }, error.notify);
  }
  const ke = find(payloads, 'KE');
  if (ke?.group !== share.method) return giveUp(env, live, 'local', malformed(payloads, share.method));
  const secret = await share.derive(ke.publicValue);
  if (!secret) return giveUp(env, live, 'local', { code: 'badPublicValue', group: share.method });

  const next = { ...making, methods: making.methods.slice(1), secrets: [...making.secrets, secret] };
  if (next.methods.length === 0) {
    const { input } = next;
    const successor = await finish(env, live, next, { isInitiator: true });
    return succeedOwn(env, live, { nonce: input.nonceI }, successor, input.nonceR);
  }
  const link = linkOf(payloads);
  if (!link) return giveUp(env, live, 'local', malformed(payloads, next.methods[0]));
  return { session: { ...live, tasks: [{ type: 'followUp', making: { ...next, link } }, ...live.tasks] }, facts: [] };
}

/** The old IKE SA stays, and is rekeyed anew in half of the time that it has. */
function giveUp(env: Env, live: Live, by: 'local' | 'remote', refusal: Refusal, notifyNumber?: number): Change {
  const fact = failed(env, live, {
    by,
    scope: 'request',
    isInitiator: true,
    decidedAt: { exchange, message: 'response' },
    ...(notifyNumber === undefined ? {} : { notify: notifyNumber }),
    refusal,
  });
  if (live.expiresAtMs === undefined) return { session: live, facts: [fact] };
  const rekeyAtMs = env.nowMs + Math.max(10_000, (live.expiresAtMs - env.nowMs) / 2);
  return { session: { ...live, rekeyAtMs }, facts: [fact] };
}

// The side that answers

export async function respondFollowUp(env: Env, live: Live, payloads: readonly Payload[]): Promise<Answered> {
  const { making, ...rest } = live;
  const link = linkOf(payloads);
  if (!making || !link || compareOctets(link, making.link) !== 0 || making.untilMs < env.nowMs) {
    const unknown = { type: 'NOTIFY', protocol: 0, spi: new Uint8Array(0), notify: STATE_NOT_FOUND } as const;
    return { session: live, facts: [], payloads: [{ ...unknown, data: new Uint8Array(0) }] };
  }
  const [method, ...methods] = making.methods;
  const ke = find(payloads, 'KE');
  if (method === undefined || ke?.group !== method) return refuse(env, rest, malformed(payloads, method));
  const answer = await answerKeyExchange(env.means, method, ke.publicValue);
  if (!answer) return refuse(env, rest, { code: 'badPublicValue', group: method });

  const next = { ...making, methods, secrets: [...making.secrets, answer.sharedSecret] };
  const answerKe = keOfShare({ method, publicValue: answer.publicValue });
  if (methods.length > 0) {
    return { session: { ...live, making: next }, facts: [], payloads: [answerKe, linkTo(next)] };
  }
  const successor = await finish(env, rest, next, { isInitiator: false });
  return { ...succeedPeers(env, rest, successor, next.input), payloads: [answerKe] };
}

function refuse(env: Env, live: Live, refusal: Refusal): Answered {
  const number = notifyOf[refusal.code];
  const fact = failed(env, live, {
    by: 'local',
    scope: 'request',
    isInitiator: false,
    decidedAt: { exchange, message: 'request' },
    ...(number === undefined ? {} : { notify: number }),
    refusal,
  });
  return { session: live, facts: [fact], payloads: toNotify(refusal) };
}

// Both sides

/** All secrets are there: SKEYSEED = prf(SK_d, SK(0) | Ni | Nr | SK(1) | … SK(n)). */
async function finish(
  env: Env,
  live: Live,
  { proposal, group, input, secrets }: IkeMaking,
  role: { readonly isInitiator: boolean },
): Promise<Live> {
  const keyed = await keySuccessor(env, live, { ...input, additionalSecrets: secrets }, role);
  return successorOf(env, live, proposal, group, keyed, input, role);
}

const malformed = (payloads: readonly Payload[], method: number | undefined): Refusal => ({
  code: 'malformed',
  at: {
    offset: 0,
    path: 'IKE_FOLLOWUP_KE',
    expected: method === undefined ? 'nothing more' : `KE of method ${method}, N(ADDITIONAL_KEY_EXCHANGE)`,
    got: payloads.map((payload) => (payload.type === 'KE' ? `KE of method ${payload.group}` : payload.type)).join(', '),
  },
});
