/**
 * The security policy database: an ordered list, of which the first entry that fits decides, and an explicit answer for traffic
 * that none fits (RFC 4301 4.4.1 discards it; ONTAP lets it pass in clear, and so does a host). The order is the caller's: a
 * cluster sorts by `orderByBestMatch`, a host keeps the order of its dialect.
 */
import { isExtension } from '../net/ip-layout.ts';
import { anyPort, isAnyPort } from '../net/ports.ts';
import { bitsOf } from '../net/prefix.ts';
import { anyProtocol } from '../net/protocol.ts';
import { type Flow, showsPorts } from './flow.ts';
import { fits, type SpdPolicy } from './policy.ts';
import { indexPolicies } from './policy-index.ts';
import { enclosingPrefix } from './range.ts';
import type { TrafficSelector } from './selector.ts';

/** The policy that decides; without one, the database's default does. */
export type Verdict = SpdPolicy | { readonly action: 'bypass' | 'discard'; readonly name?: undefined };

export interface Spd {
  readonly policies: readonly SpdPolicy[];
  readonly otherwise: 'bypass' | 'discard';
  lookUp(flow: Flow): Verdict;
  /**
   * Of a fragment that is let pass although it does not show its ports: the policy before the one that lets it pass which may be meant to
   * protect or to discard it. Nobody can tell, so it must not leave in clear (RFC 4301 7.4).
   */
  inDoubt(flow: Flow): Pick<SpdPolicy, 'name'> | undefined;
}

/** Below so many policies a scan is quicker than the index, and always answers alike. */
const worthAnIndex = 32;

export function makeSpd(policies: readonly SpdPolicy[], otherwise: Spd['otherwise']): Spd {
  const noPolicy: Verdict = { action: otherwise };
  const find = finderOf(policies);
  const findUnported = once(() => finderOf(policies.map(forAnyPort)));
  const findUnread = once(() => finderOf(policies.map(forAnyPort).map(forAnyProtocol)));
  return {
    policies,
    otherwise,
    lookUp: (flow) => find(flow) ?? noPolicy,
    inDoubt: (flow) => {
      const { protocol, local, localPort } = flow;
      if (localPort !== undefined) return undefined;
      const isUnread = local.family === 6 && isExtension(protocol); // a later fragment: the first one has the rest of the headers
      if (!isUnread && !showsPorts(protocol)) return undefined;
      const meant = (isUnread ? findUnread() : findUnported())(flow);
      return meant?.action === 'bypass' ? undefined : meant;
    },
  };
}

const finderOf = (policies: readonly SpdPolicy[]): ((flow: Flow) => SpdPolicy | undefined) =>
  policies.length < worthAnIndex ? (flow) => policies.find((policy) => fits(policy, flow)) : indexPolicies(policies);

/** A policy for whatever a fragment may be, where its ports cannot be seen; what lets it pass must be for it as it is. */
const forAnyPort = (policy: SpdPolicy): SpdPolicy =>
  policy.action === 'bypass' ? policy : withSelectors(policy, (each) => [{ ...each, ports: anyPort }]);

/** The same where its protocol cannot be seen; what lets it pass must be for every protocol. */
const forAnyProtocol = (policy: SpdPolicy): SpdPolicy =>
  policy.action === 'bypass'
    ? withSelectors(policy, (each) => (each.protocol === anyProtocol ? [each] : []))
    : withSelectors(policy, (each) => [{ ...each, protocol: anyProtocol }]);

const withSelectors = (
  policy: SpdPolicy,
  change: (selector: TrafficSelector) => readonly TrafficSelector[],
): SpdPolicy => ({ ...policy, local: policy.local.flatMap(change), remote: policy.remote.flatMap(change) });

/** Made when first asked for: fragments in clear are seldom. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/**
 * The cluster's order: longer remote prefix, longer local prefix, given port, given protocol, then name. A narrow policy inside a
 * wide one wins whatever was created first (ONTAP: "the best match"; its tie-breaks are not published).
 */
export function orderByBestMatch(policies: readonly SpdPolicy[]): readonly SpdPolicy[] {
  return policies
    .map((policy) => ({ policy, rank: rankOf(policy) }))
    .sort((a, b) => compareRanks(a.rank, b.rank) || compareNames(a.policy.name, b.policy.name))
    .map(({ policy }) => policy);
}

/** Larger is more specific, the first number first. */
function rankOf({ local, remote }: SpdPolicy): readonly number[] {
  const both = [...local, ...remote];
  return [
    shortestPrefix(remote),
    shortestPrefix(local),
    Number(both.some(({ ports }) => !isAnyPort(ports))),
    Number(both.some(({ protocol }) => protocol !== anyProtocol)),
  ];
}

/** Prefix bits of the widest selector, counted so that IPv4 and IPv6 compare: host bits are what counts. */
function shortestPrefix(selectors: readonly TrafficSelector[]): number {
  const hostBits = selectors.map(({ start, end }) => bitsOf(start) - enclosingPrefix(start, end).prefix.length);
  return -Math.max(0, ...hostBits);
}

function compareRanks(a: readonly number[], b: readonly number[]): number {
  for (const [i, value] of a.entries()) {
    const difference = (b[i] ?? 0) - value;
    if (difference !== 0) return difference;
  }
  return 0;
}

function compareNames(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
