/**
 * Narrowing: which traffic selectors a responder may answer to an offer (RFC 7296 2.9). Never widens. The answer keeps our
 * policy's order, since that is the administrator's.
 */
import type { IpAddress } from '../net/address.ts';
import type { PortRange } from '../net/ports.ts';
import { hostSelector, includesAddress, intersect, isWithin, type TrafficSelector } from './selector.ts';

export interface Narrowed {
  readonly selectors: readonly TrafficSelector[];
  /** Less than this end is configured for. */
  readonly isNarrowed: boolean;
}

/** One side (TSi or TSr): what of `offered` our `allowed` selectors allow. Undefined: nothing, so TS_UNACCEPTABLE. */
export function narrow(offered: readonly TrafficSelector[], allowed: readonly TrafficSelector[]): Narrowed | undefined {
  const shared = sharedOf(offered, allowed);
  if (shared.length === 0) return undefined;
  return { selectors: shared, isNarrowed: !areWithin(allowed, shared) };
}

/** Every selector of `inner` lies within one of `outer`: what an initiator demands of an answer (RFC 7296 2.9). */
export function areWithin(inner: readonly TrafficSelector[], outer: readonly TrafficSelector[]): boolean {
  return inner.length > 0 && inner.every((each) => outer.some((other) => isWithin(each, other)));
}

/** A configured selector whose address is the host's own, known only when packets flow (strongSwan's `dynamic`). */
export interface DynamicSelector {
  readonly isDynamic: true;
  readonly protocol: number;
  readonly ports: PortRange;
}

/** Configured selectors with each dynamic one replaced by one for each of the hosts. */
export function resolveDynamic(
  configured: readonly (TrafficSelector | DynamicSelector)[],
  hosts: readonly IpAddress[],
): readonly TrafficSelector[] {
  return configured.flatMap((each) =>
    'isDynamic' in each ? hosts.map((host) => hostSelector(host, each.protocol, each.ports)) : [each],
  );
}

/** Selectors cut to the endpoints' addresses, as transport mode wants them (RFC 7296 2.23.1, RFC 4301 4.4.1.1). */
export function cutToHosts(
  selectors: readonly TrafficSelector[],
  hosts: readonly IpAddress[],
): readonly TrafficSelector[] {
  return withoutCovered(
    selectors.flatMap((each) =>
      hosts.filter((host) => includesAddress(each, host)).map((host) => hostSelector(host, each.protocol, each.ports)),
    ),
  );
}

/** A TS payload counts its selectors in one octet (RFC 7296 3.13). */
export const mostSelectors = 255;

/**
 * What both have, in our order. The first offered is looked at first, since it may tell the packet that asked: where there is more
 * than an answer can count, it is others that are left out.
 */
function sharedOf(
  offered: readonly TrafficSelector[],
  allowed: readonly TrafficSelector[],
): readonly TrafficSelector[] {
  const ranks = new Map<TrafficSelector, number>();
  for (const theirs of offered) {
    for (const [rank, ours] of allowed.entries()) {
      const shared = intersect(ours, theirs);
      if (shared) ranks.set(shared, rank);
    }
  }
  const rankOf = (selector: TrafficSelector) => ranks.get(selector) ?? 0;
  return withoutCovered([...ranks.keys()]).sort((a, b) => rankOf(a) - rankOf(b));
}

/** Without selectors that lie within another one; of equals the first stays. Compared with `mostSelectors` each, and no more of them. */
export function withoutCovered(selectors: readonly TrafficSelector[]): TrafficSelector[] {
  let kept: TrafficSelector[] = [];
  for (const each of selectors) {
    if (kept.some((other) => isWithin(each, other))) continue;
    const rest = kept.filter((other) => !isWithin(other, each));
    if (rest.length < mostSelectors) kept = [...rest, each];
  }
  return kept;
}
