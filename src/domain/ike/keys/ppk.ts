/**
 * Postquantum pre-shared keys (RFC 8784): a secret that both ends hold besides what proves them, mixed into SK_d, SK_pi and SK_pr
 * before AUTH. Who records the exchange today and breaks its Diffie-Hellman later still lacks the keys of the CHILD SAs.
 *
 * USE_PPK in both IKE_SA_INIT messages says that both ends know how; PPK_IDENTITY in both IKE_AUTH messages says that they do it.
 * An end that may do without shows a second AUTH, in NO_PPK_AUTH, over the keys as they were. A peer that names another PPK than
 * the one that a connection has is refused even so, as charon does: two configured secrets that differ are a fault to be told.
 */
import { compareOctets, concat, type Octets, textOf, utf8 } from '../../bytes/octets.ts';
import { err, ok, type Result } from '../../bytes/result.ts';
import type { Connection, PostquantumKey, SomeConnections } from '../connection.ts';
import type { NotifyPayload, Payload } from '../message/message.ts';
import { findNotify, notify } from '../message/notifies.ts';
import type { Refusal } from '../refusal.ts';
import type { IkeKeys } from './keys.ts';

/** PPK_ID_FIXED (RFC 8784 5.1): both ends hold the secret under this very identity. */
const fixedId = 2;

/** In IKE_SA_INIT: this end could. */
export const offerPpk = (connections: readonly Connection[]): readonly Payload[] =>
  connections.some(({ ppk }) => ppk) ? [notify('USE_PPK')] : [];

/** What an initiator does about its PPK once the peer has answered IKE_SA_INIT; undefined: it goes without. */
export function ppkTowards(
  { ppk }: Connection,
  peer: { readonly doesPpk: boolean },
): Result<PostquantumKey | undefined, Refusal> {
  if (ppk?.required && !peer.doesPpk) return err({ code: 'ppk', why: 'peerLacks', ownId: ppk.id });
  return ok(peer.doesPpk ? ppk : undefined);
}

/** In the IKE_AUTH request: which PPK, and the AUTH data without it where it may be done without. */
export const namePpk = ({ id }: PostquantumKey, authWithout: Octets | undefined): readonly NotifyPayload[] => [
  ...(authWithout ? [notify('NO_PPK_AUTH', authWithout)] : []),
  notify('PPK_IDENTITY', concat(Uint8Array.of(fixedId), utf8(id))),
];

/** In the IKE_AUTH response: the PPK is in use. */
export const confirmPpk = (): NotifyPayload => notify('PPK_IDENTITY');

/** The initiator's two sets of keys, and which of them the response is made with. */
export function ppkConfirmed(
  { ppk }: Connection,
  { plain, mixed }: { readonly plain: IkeKeys; readonly mixed: IkeKeys | undefined },
  response: readonly Payload[],
): Result<IkeKeys, Refusal> {
  if (mixed && findNotify(response, 'PPK_IDENTITY')) return ok(mixed);
  return mixed && ppk?.required ? err({ code: 'ppk', why: 'notConfirmed', ownId: ppk.id }) : ok(plain);
}

/** What a responder does about an IKE_AUTH request. */
export interface PpkChoice {
  /** Those that can do it so, in their order. */
  readonly connections: SomeConnections;
  /** Absent: without. */
  readonly ppk?: PostquantumKey;
  /** The AUTH data over the keys as they were, where the request has them. */
  readonly authWithout?: Octets;
}

/** The table of RFC 8784 3, over several connections: who has the named PPK, else who may do without one. */
export function choosePpk(
  connections: SomeConnections,
  peer: { readonly doesPpk: boolean },
  request: readonly Payload[],
): Result<PpkChoice, Refusal> {
  const named = peer.doesPpk ? findNotify(request, 'PPK_IDENTITY') : undefined;
  const own = connections.find(({ ppk }) => ppk)?.ppk?.id;
  const ownId = own === undefined ? {} : { ownId: own };
  if (!named) {
    const [first, ...more] = connections.filter(({ ppk }) => !ppk?.required);
    return first ? ok({ connections: [first, ...more] }) : err({ code: 'ppk', why: 'peerLacks', ...ownId });
  }
  const authWithout = findNotify(request, 'NO_PPK_AUTH')?.data;
  const without = authWithout ? { authWithout } : {};
  const [first, ...more] = connections.filter(({ ppk }) => ppk && isNamed(named.data, ppk.id));
  if (first?.ppk) {
    const { ppk } = first;
    return ok({ connections: [first, ...more.filter((each) => each.ppk?.secret === ppk.secret)], ppk, ...without });
  }
  const [bare, ...others] = authWithout ? connections.filter(({ ppk }) => !ppk) : [];
  if (bare) return ok({ connections: [bare, ...others], ...without });
  return err({ code: 'ppk', why: 'unknownId', ...ownId, peerId: textOf(named.data.subarray(1)) });
}

const isNamed = (data: Octets, id: string): boolean =>
  data[0] === fixedId && compareOctets(data.subarray(1), utf8(id)) === 0;
