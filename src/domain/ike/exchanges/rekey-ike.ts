/**
 * CREATE_CHILD_SA that replaces the IKE SA itself (RFC 7296 1.3.2, 2.18). The new IKE SA takes the CHILD SAs over as they are,
 * begins with message ids 0 both ways, and its initiator is who asked for it. The old one only answers until it is deleted.
 *
 * If both ask at once, two new IKE SAs stand for a moment: the one made with the lowest of the four nonces is deleted by who asked
 * for it, the other inherits (2.8.2).
 */
import { compareOctets, type Octets } from '../../bytes/octets.ts';
import { err, ok, type Result } from '../../bytes/result.ts';
import type { GroupNumber, KeyPair } from '../../crypto/provider.ts';
import { Channel } from '../channel.ts';
import { chosenFrom, groupOf, ikeSuiteOf, offerUnder, ownGroupsOf } from '../choice.ts';
import type { Fact } from '../facts.ts';
import { deriveRekeyedIkeKeys, type IkeKeyInput, protectIke } from '../keys.ts';
import { chance, lifeFrom } from '../lifetime.ts';
import { type IkeSpi, type NotifyPayload, noSpi, type Payload, type Proposal } from '../message/message.ts';
import { exchangeTypes, notifyTypes } from '../message/names.ts';
import { ikeSpiOf, octetsOfIkeSpi } from '../message/spi.ts';
import { moves } from '../moves.ts';
import { errorIn } from '../notifies.ts';
import { find } from '../payloads.ts';
import { selectProposal } from '../proposal.ts';
import { notifyOf, type Refusal } from '../refusal.ts';
import type { Keyed, Live, PendingIkeRekey, Task } from '../state.ts';
import { viewOf } from '../view.ts';
import { freshWindow } from '../window.ts';
import { lower } from './create-child-sa.ts';
import { type Answered, type Asked, type Change, type Env, failed, toNotify } from './exchange.ts';
import { isNonceShort } from './ike-sa-init.ts';

const exchange = exchangeTypes.numbers.CREATE_CHILD_SA;
const nonceOctets = 32;
const groupTries = 3;
const busyTries = 20;

type RekeyTask = Extract<Task, { type: 'rekeyIke' }>;

// The side that asks

export async function requestIkeRekey(env: Env, live: Live, task: RekeyTask): Promise<Asked<Live>> {
  const ownSpi = env.freshIkeSpi();
  const proposals = offerUnder(live.connection.ikeProposals, octetsOfIkeSpi(ownSpi));
  const offered = ownGroupsOf(proposals);
  const group = [task.group, live.group].find((each) => each !== undefined && offered.includes(each)) ?? live.group;
  const keyPair = await env.means.keyPair(group); // first the group in use, as peers do
  const nonce = env.means.random(nonceOctets);
  return {
    session: live,
    exchange,
    payloads: [{ type: 'SA', proposals }, { type: 'NONCE', nonce }, keOf(keyPair)],
    pending: { type: 'rekeyIke', tries: task.tries, ownSpi, nonce, keyPair, proposals },
  };
}

export async function concludeIkeRekey(
  env: Env,
  live: Live,
  pending: PendingIkeRekey,
  payloads: readonly Payload[],
): Promise<Change> {
  const error = errorIn(payloads);
  if (error) return concludeError(env, live, pending, error);

  const made = await readAnswer(env, live, pending, payloads);
  if (!made.ok) return later(env, live, [failure(env, live, 'local', made.error)]);
  const { successor, nonceR } = made.value;
  const { rival } = pending;
  const hasLost = rival !== undefined && compareOctets(lower(pending.nonce, nonceR), rival.lowestNonce) < 0;
  return hasLost ? yieldTo(env, live, successor, rival.ownSpi) : succeed(env, live, successor, { isAsker: true });
}

async function readAnswer(
  env: Env,
  live: Live,
  pending: PendingIkeRekey,
  payloads: readonly Payload[],
): Promise<Result<{ readonly successor: Live; readonly nonceR: Octets }, Refusal>> {
  const sa = find(payloads, 'SA');
  const ke = find(payloads, 'KE');
  const nonceR = find(payloads, 'NONCE')?.nonce;
  if (!sa || !ke || !nonceR) return err(malformed(payloads));
  const proposal = chosenFrom(pending.proposals, sa.proposals);
  const peerSpi = proposal && spiOf(proposal);
  if (!proposal || !peerSpi) return err({ code: 'notOffered', offered: pending.proposals, chosen: sa.proposals });
  const group = groupOf(proposal);
  if (group !== pending.keyPair.group || ke.group !== group) return err(wrongGroup(pending, ke.group));
  const suite = ikeSuiteOf(proposal);
  if (isNonceShort(nonceR, suite.prf.id)) return err({ code: 'nonceLength', octets: nonceR.length });

  const input = { suite, nonceI: pending.nonce, nonceR, spiI: pending.ownSpi, spiR: peerSpi };
  const keyed = await keyAnew(env, live, pending.keyPair, ke.publicValue, input, { isInitiator: true });
  if (!keyed) return err({ code: 'badPublicValue', group });
  return ok({ successor: successorOf(env, live, proposal, group, keyed, input, { isInitiator: true }), nonceR });
}

function concludeError(env: Env, live: Live, pending: PendingIkeRekey, error: NotifyPayload): Change {
  const { numbers } = notifyTypes;
  const { tries } = pending;
  if (pending.rival) return handOverTo(env, live, pending.rival.ownSpi); // the peer's rekey came through, ours did not
  if (error.notify === numbers.INVALID_KE_PAYLOAD) {
    const wanted = error.data.length === 2 ? 256 * (error.data[0] ?? 0) + (error.data[1] ?? 0) : 0;
    const group = ownGroupsOf(pending.proposals).find((each) => each === wanted);
    if (group !== undefined && group !== pending.keyPair.group && tries < groupTries) {
      return again(live, { type: 'rekeyIke', group, tries: tries + 1 });
    }
    return later(env, live, [failure(env, live, 'remote', wrongGroup(pending, wanted), error.notify)]);
  }
  if (error.notify === numbers.TEMPORARY_FAILURE && tries < busyTries) {
    const notBeforeMs = env.nowMs + env.settings.busyMs * (1 + chance(env.means));
    return again(live, { type: 'rekeyIke', tries: tries + 1, notBeforeMs });
  }
  const refusal: Refusal =
    error.notify === numbers.NO_PROPOSAL_CHOSEN
      ? { code: 'noProposal', protocol: 'IKE', offered: pending.proposals }
      : { code: 'peerRefused', notify: error.notify, data: error.data };
  return later(env, live, [failure(env, live, 'remote', refusal, error.notify)]);
}

// The side that answers

export async function respondIkeRekey(env: Env, live: Live, payloads: readonly Payload[]): Promise<Answered> {
  const refuse = (refusal: Refusal, data?: Octets) => refused(env, live, refusal, data);
  const busy = whyBusy(live);
  if (busy) return refuse({ code: 'busy', why: busy });
  const sa = find(payloads, 'SA');
  const ke = find(payloads, 'KE');
  const nonceI = find(payloads, 'NONCE')?.nonce;
  if (!sa || !ke || !nonceI) return refuse(malformed(payloads));

  const accepted = live.connection.ikeProposals;
  const proposal = selectProposal(sa.proposals, accepted, { prefer: env.settings.prefers, keyExchange: 'keep' });
  const peerSpi = proposal && spiOf(proposal);
  const group = proposal && groupOf(proposal);
  if (!proposal || !peerSpi || group === undefined) {
    return refuse({ code: 'noProposal', protocol: 'IKE', offered: sa.proposals, accepted });
  }
  if (ke.group !== group) {
    const question = refuse(
      { code: 'groupRefused', wanted: group, tried: [ke.group], offered: ownGroupsOf(sa.proposals) },
      Uint8Array.of(group >>> 8, group),
    );
    return { ...question, facts: [] };
  }
  const suite = ikeSuiteOf(proposal);
  if (isNonceShort(nonceI, suite.prf.id)) return refuse({ code: 'nonceLength', octets: nonceI.length });
  return answerIkeRekey(env, live, proposal, { group, peerSpi, nonceI, publicValue: ke.publicValue });
}

async function answerIkeRekey(
  env: Env,
  live: Live,
  proposal: Proposal,
  asked: {
    readonly group: GroupNumber;
    readonly peerSpi: IkeSpi;
    readonly nonceI: Octets;
    readonly publicValue: Octets;
  },
): Promise<Answered> {
  const { group, peerSpi, nonceI } = asked;
  const ownSpi = env.freshIkeSpi();
  const nonceR = env.means.random(nonceOctets);
  const keyPair = await env.means.keyPair(group);
  const input = { suite: ikeSuiteOf(proposal), nonceI, nonceR, spiI: peerSpi, spiR: ownSpi };
  const keyed = await keyAnew(env, live, keyPair, asked.publicValue, input, { isInitiator: false });
  if (!keyed) return refused(env, live, { code: 'badPublicValue', group });

  const successor = successorOf(env, live, proposal, group, keyed, input, { isInitiator: false });
  const rival = { ownSpi, lowestNonce: lower(nonceI, nonceR) };
  return {
    ...(rivalled(env, live, successor, rival) ?? succeed(env, live, successor, { isAsker: false })),
    payloads: [
      { type: 'SA', proposals: [{ ...proposal, spi: octetsOfIkeSpi(ownSpi) }] },
      { type: 'NONCE', nonce: nonceR },
      keOf(keyPair),
    ],
  };
}

/** Our own rekey is out: both new IKE SAs stand until its answer comes, and this one waits for what it may inherit. */
function rivalled(
  env: Env,
  live: Live,
  successor: Live,
  rival: NonNullable<PendingIkeRekey['rival']>,
): Change | undefined {
  const { outstanding } = live.window;
  if (outstanding?.pending.type !== 'rekeyIke') return undefined;
  const pending = { ...outstanding.pending, rival };
  return {
    session: { ...live, window: { ...live.window, outstanding: { ...outstanding, pending } } },
    facts: [],
    born: [waiting(env, successor)],
  };
}

/** Nothing half-open below, and nothing on its way out (RFC 7296 2.25.2). */
function whyBusy(live: Live): Extract<Refusal, { code: 'busy' }>['why'] | undefined {
  if (live.phase === 'deleting') return 'deletingIke';
  if (live.phase === 'superseded') return 'rekeyingIke';
  switch (live.window.outstanding?.pending.type) {
    case 'createChild':
      return 'rekeyingChild';
    case 'deleteChild':
      return 'deletingChild';
    default:
      return undefined;
  }
}

// Both sides

/** The new IKE SA takes everything over. Who asked for it deletes the old one; the other waits for that, but not for ever. */
function succeed(env: Env, live: Live, successor: Live, { isAsker }: { readonly isAsker: boolean }): Change {
  const heir = inherit(successor, live.children, live.tasks);
  const because = { code: 'asked', by: 'local', reason: 'rekeyed' } as const;
  const { rekeyAtMs: _, ...rest } = live;
  return {
    session: {
      ...rest,
      phase: moves.established.rekeyed,
      children: [],
      tasks: isAsker ? [{ type: 'deleteIke', because }] : [],
      expiresAtMs: env.nowMs + env.settings.supersededMs,
    },
    facts: [established(env, heir, live)],
    born: [heir],
  };
}

/** We lost: our new IKE SA goes at once, the peer's inherits. */
function yieldTo(env: Env, live: Live, loser: Live, winner: IkeSpi): Change {
  const because = { code: 'asked', by: 'local', reason: 'redundant' } as const;
  return {
    ...handOverTo(env, live, winner),
    born: [{ ...waiting(env, loser), tasks: [{ type: 'deleteIke', because }] }],
  };
}

/** The IKE SA that the peer made inherits, and the peer deletes the old one. */
function handOverTo(env: Env, live: Live, winner: IkeSpi): Change {
  const { rekeyAtMs: _, ...rest } = live;
  return {
    session: {
      ...rest,
      phase: moves.established.rekeyed,
      children: [],
      tasks: [],
      expiresAtMs: env.nowMs + env.settings.supersededMs,
    },
    facts: [],
    handOver: { toOwnSpi: winner, children: live.children, tasks: live.tasks },
  };
}

/** What a session takes over from the one before: CHILD SAs as they are, and what is still wanted but the rekey itself. */
export function inherit(heir: Live, children: Live['children'], tasks: Live['tasks']): Live {
  const moved = children.map((child) => ({ ...child, sa: { ...child.sa, ikeSpis: heir.spis } }));
  return {
    ...heir,
    children: [...heir.children, ...moved],
    tasks: [...heir.tasks, ...tasks.filter(({ type }) => type !== 'rekeyIke')],
  };
}

export const established = (env: Pick<Env, 'nowMs'>, heir: Live, old?: Pick<Live, 'spis'>): Fact => ({
  type: 'ikeEstablished',
  atMs: env.nowMs,
  ikeSa: viewOf(heir),
  ...(old ? { replaces: old.spis.initiator } : {}),
});

/** Without an inheritance it does not live long. */
const waiting = (env: Env, successor: Live): Live => ({
  ...successor,
  awaitsInheritance: true,
  expiresAtMs: env.nowMs + env.settings.supersededMs,
});

async function keyAnew(
  env: Env,
  live: Live,
  keyPair: KeyPair,
  peerPublicValue: Octets,
  input: Omit<IkeKeyInput, 'sharedSecret'>,
  { isInitiator }: { readonly isInitiator: boolean },
): Promise<Keyed | undefined> {
  const sharedSecret = await keyPair.derive(peerPublicValue);
  if (!sharedSecret) return undefined;
  const { provider } = env.means;
  const keys = await deriveRekeyedIkeKeys(
    provider,
    { prf: live.suite.prf.id, skD: live.keys.skD },
    { ...input, sharedSecret },
  );
  sharedSecret.wipe();
  env.keyLog?.({ ...input, keys });
  return { keys, channel: new Channel(await protectIke(provider, input.suite, keys), isInitiator) };
}

function successorOf(
  env: Env,
  live: Live,
  proposal: Proposal,
  group: GroupNumber,
  keyed: Keyed,
  { suite, spiI, spiR }: Omit<IkeKeyInput, 'sharedSecret'>,
  { isInitiator }: { readonly isInitiator: boolean },
): Live {
  return {
    ...keyed,
    phase: 'established',
    isInitiator,
    spis: { initiator: spiI, responder: spiR },
    path: live.path,
    window: freshWindow,
    bornAtMs: env.nowMs,
    connection: live.connection,
    suite,
    group,
    transforms: proposal.transforms,
    identity: live.identity,
    verified: live.verified,
    hasNat: live.hasNat,
    peer: live.peer,
    children: [],
    tasks: [],
    establishedAtMs: env.nowMs,
    heardAtMs: env.nowMs,
    ...lifeFrom(live.connection.ikeLifetime, env.means, env.nowMs),
  };
}

/** A rekey that failed is tried again in half of the time that is left. */
function later(env: Env, live: Live, facts: readonly Fact[]): Change {
  if (live.expiresAtMs === undefined) return { session: live, facts };
  const rekeyAtMs = env.nowMs + Math.max(10_000, (live.expiresAtMs - env.nowMs) / 2);
  return { session: { ...live, rekeyAtMs }, facts };
}

const again = (live: Live, task: RekeyTask): Change => ({
  session: { ...live, tasks: [task, ...live.tasks] },
  facts: [],
});

function refused(env: Env, live: Live, refusal: Refusal, data?: Octets): Answered {
  const notify = notifyOf[refusal.code];
  const fact = failed(env, live, {
    by: 'local',
    scope: 'request',
    isInitiator: false,
    decidedAt: { exchange, message: 'request' },
    ...(notify === undefined ? {} : { notify }),
    refusal,
  });
  return { session: live, facts: refusal.code === 'busy' ? [] : [fact], payloads: toNotify(refusal, data) };
}

function failure(env: Env, live: Live, by: 'local' | 'remote', refusal: Refusal, notify?: number): Fact {
  return failed(env, live, {
    by,
    scope: 'request',
    isInitiator: true,
    decidedAt: { exchange, message: 'response' },
    ...(notify === undefined ? {} : { notify }),
    refusal,
  });
}

const wrongGroup = ({ keyPair, proposals }: PendingIkeRekey, wanted: number): Refusal => ({
  code: 'groupRefused',
  wanted,
  tried: [keyPair.group],
  offered: ownGroupsOf(proposals),
});

function spiOf({ spi }: Proposal): IkeSpi | undefined {
  const peerSpi = spi.length === 8 ? ikeSpiOf(spi) : noSpi;
  return peerSpi === noSpi ? undefined : peerSpi;
}

const keOf = ({ group, publicValue }: KeyPair): Payload => ({ type: 'KE', group, publicValue });

const malformed = (payloads: readonly Payload[]): Refusal => ({
  code: 'malformed',
  at: {
    offset: 0,
    path: 'CREATE_CHILD_SA',
    expected: 'SA, Nonce, KE',
    got: payloads.map(({ type }) => type).join(', '),
  },
});
