/**
 * Which of several connections over the same path a peer is meant for (RFC 4301 4.4.3), and where it is for none, which came nearest: a
 * failure names that one and what it lacked, not the first of the list.
 */
import { err, ok, type Result } from '../../bytes/result.ts';
import type { Connection, SomeConnections } from '../connection.ts';
import type { Proposal } from '../message/message.ts';
import { compareProposals, selectProposal } from '../proposal/proposal.ts';
import type { Refusal } from '../refusal.ts';
import { factsOf } from './authentication.ts';
import { equalIdentities, type Identity, matchesIdentity } from './identity.ts';

/** `connection`: the one that the refusal speaks of; absent: none more than another. */
export interface Unfit {
  readonly refusal: Refusal;
  readonly connection?: Connection;
}

/** The only one there is. */
export const onlyOf = ([first, ...others]: readonly Connection[]): { readonly connection?: Connection } =>
  first && others.length === 0 ? { connection: first } : {};

/** Whose IKE proposals have the fewest kinds of transform that the offer lacks; of equals the first. */
export function nearestByProposals(connections: SomeConnections, offered: readonly Proposal[]): Connection {
  const apart = ({ ikeProposals }: Connection): number =>
    compareProposals(offered, ikeProposals)?.types.filter(({ isApart }) => isApart).length ?? Number.POSITIVE_INFINITY;
  return connections.reduce((nearest, each) => (apart(each) < apart(nearest) ? each : nearest));
}

/** What a peer shows in IKE_AUTH before it proves anything. */
export interface Claimed {
  readonly identity: Identity;
  /** IDr: whom it wishes to meet. */
  readonly wish: Identity | undefined;
  /** What IKE_SA_INIT has agreed on. */
  readonly agreed: Proposal;
}

/** Those that are for a peer of this identity, have the identity that it asks for, and accept what was agreed on. */
export function fittingOf(
  connections: SomeConnections,
  { identity, wish, agreed }: Claimed,
): Result<SomeConnections, Unfit> {
  const isAsked = (each: Connection) => !wish || each.takesAskedIdentity || equalIdentities(wish, each.identity);
  const asked = connections.filter(isAsked);
  const known = connections.filter((each) => matchesIdentity(identity, each.peerIdentity));

  const [fitting, ...more] = known.filter(isAsked);
  if (!fitting) {
    const [other] = wish && known.length > 0 ? known : [];
    if (other) return err(unfit(other, identity, { check: 'identity', ...(wish && { askedIdentity: wish }) }));
    const [expecting = connections[0], ...others] = asked.length > 0 ? asked : connections;
    const also = others.map(({ peerIdentity }) => peerIdentity);
    const { refusal } = unfit(expecting, identity, {
      check: 'identity',
      ...(also.length > 0 && { alsoExpected: also }),
      ...(wish && asked.length === 0 && { askedIdentity: wish }),
    });
    return err({ refusal, ...onlyOf([expecting, ...others]) });
  }
  const accepts = ({ ikeProposals }: Connection) =>
    selectProposal([agreed], ikeProposals, { prefer: 'offered', keyExchange: 'keep' }) !== undefined;
  const [first, ...others] = [fitting, ...more].filter(accepts);
  if (first) return ok([first, ...others]);
  const nearest = nearestByProposals([fitting, ...more], [agreed]);
  return err(unfit(nearest, identity, { check: 'suite', agreed: [agreed], accepted: nearest.ikeProposals }));
}

type AuthFailed = Extract<Refusal, { code: 'authFailed' }>;

const unfit = (connection: Connection, peer: Identity, why: Omit<AuthFailed, 'code'>) => ({
  connection,
  refusal: { code: 'authFailed', ...factsOf(connection, peer), ...why } as const,
});
