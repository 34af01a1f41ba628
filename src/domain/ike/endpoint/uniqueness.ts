/**
 * A peer that proves itself anew while an IKE SA with it stands (RFC 7296 2.4): what becomes of the older ones, and when we say that there is
 * none. Older are those that stood before it began this one; younger ones cross it (crossing.ts). The same peer is the same two identities,
 * whatever the connection.
 */
import { equalIdentities, matchesIdentity, mayMeanTheSame } from '../auth/identity.ts';
import type { Connection } from '../connection.ts';
import type { Beginning, Between } from '../env.ts';
import { isSameEnd } from '../nat/moving.ts';
import { isLive, type Live, type Session } from '../sa/state.ts';
import type { Order } from './orders.ts';
import type { Slot, Slots } from './slots.ts';

/** A peer that reauthenticates from the same end has so long to take its CHILD SAs over and to delete the old IKE SA itself. */
const reauthenticationMs = 10_000;

export const olderThan = (slots: Slots, { identity, peer, bornAtMs }: Between): readonly { slot: Slot; live: Live }[] =>
  slots.all().flatMap((slot) => {
    const { session: live } = slot;
    if (!isLive(live) || live.establishedAtMs >= bornAtMs) return [];
    return equalIdentities(live.verified.identity, peer) && equalIdentities(live.identity, identity)
      ? [{ slot, live }]
      : [];
  });

/** `initialContact`: the peer holds them no more. `replaced`: it may, and is told that they go. */
export function endOlder(
  slots: Slots,
  newest: Live,
  why: 'initialContact' | 'replaced',
  nowMs: number,
): readonly Order[] {
  const between = { identity: newest.identity, peer: newest.verified.identity, bornAtMs: newest.bornAtMs };
  return olderThan(slots, between).map(({ slot, live }): Order => {
    if (why === 'initialContact')
      return { slot, input: { type: 'end', because: { code: 'asked', by: 'remote', reason: why } } };
    const because = { code: 'asked', by: 'local', reason: why } as const;
    const mayReauthenticate = isSameEnd(live.path.remote, newest.path.remote);
    const delay = mayReauthenticate ? { notBeforeMs: nowMs + reauthenticationMs } : {};
    return { slot, input: { type: 'want', task: { type: 'deleteIke', because, ...delay } } };
  });
}

/**
 * Whether an IKE SA of ours that is about to authenticate may say INITIAL_CONTACT: "the only IKE SA currently active between the
 * authenticated identities". Who the peer is we learn only then, so others count that may turn out to be with the same one. Of two
 * that we are beginning, the first says it.
 */
export function isFirstContact(slots: Slots, ours: Beginning): boolean {
  const all = slots.all().map(({ session }) => session);
  const own = all.findIndex(({ spis }) => spis.initiator === ours.spis.initiator);
  return !all.some((each, i) => mayBeBetweenTheSame(each, ours.connection, { isEarlier: i < own }));
}

function mayBeBetweenTheSame(
  session: Session,
  { identity, peerIdentity }: Connection,
  { isEarlier }: { readonly isEarlier: boolean },
): boolean {
  const mayMean = (other: Connection) => mayMeanTheSame(other.peerIdentity, peerIdentity);
  switch (session.phase) {
    case 'established':
    case 'superseded':
    case 'deleting':
      return equalIdentities(session.identity, identity) && matchesIdentity(session.verified.identity, peerIdentity);
    case 'awaitingInit':
    case 'awaitingIntermediate':
      return isEarlier && equalIdentities(session.connection.identity, identity) && mayMean(session.connection);
    case 'awaitingAuthReply':
      return equalIdentities(session.connection.identity, identity) && mayMean(session.connection);
    case 'awaitingAuth':
      return session.candidates.some(
        (each) => (each.takesAskedIdentity || equalIdentities(each.identity, identity)) && mayMean(each),
      );
    case 'refusing':
    case 'closed':
      return false;
  }
}
