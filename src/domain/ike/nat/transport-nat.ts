/**
 * Transport mode through a NAT (RFC 7296 2.23.1): each end names itself and its peer by the addresses that it sees, and those
 * differ from the other end's. `outerView` puts the addresses of the outer path in the place of what came, at the ends that a NAT
 * hides, before any policy is asked. A responder answers with what it chose in that view, so that either end learns how the other
 * names the two: over those addresses the other's transport checksums were made (RFC 3948 3.1.2), and they stay with the SA.
 */
import { equalAddresses, type IpAddress } from '../../net/address.ts';
import { isSingleHost, type TrafficSelector } from '../../spd/selector.ts';
import type { ChildSa } from '../child/child-sa.ts';
import type { SelectorPair } from '../refusal.ts';
import type { HasNat, Path } from './nat.ts';

export interface Seen {
  readonly selectors: SelectorPair;
  /** Where something was substituted. */
  readonly original?: NonNullable<ChildSa['originalAddresses']>;
}

export function outerView(
  { path, hasNat }: { readonly path: Path; readonly hasNat: HasNat },
  isTransport: boolean,
  selectors: SelectorPair,
): Seen {
  const local = onlyHost(selectors.local);
  const remote = onlyHost(selectors.remote);
  if (!isTransport || !local || !remote) return { selectors };
  const outer = {
    local: hasNat.local ? path.local.address : local,
    remote: hasNat.remote ? path.remote.address : remote,
  };
  if (equalAddresses(outer.local, local) && equalAddresses(outer.remote, remote)) return { selectors };
  return {
    selectors: {
      local: selectors.local.map((each) => at(each, outer.local)),
      remote: selectors.remote.map((each) => at(each, outer.remote)),
    },
    original: { local, remote },
  };
}

const at = (selector: TrafficSelector, address: IpAddress): TrafficSelector => ({
  ...selector,
  start: address,
  end: address,
});

/** The address that all selectors name alone; several of them, or a range, cannot be substituted. */
function onlyHost(selectors: readonly TrafficSelector[]): IpAddress | undefined {
  const [first] = selectors;
  const isOne = first && selectors.every((each) => isSingleHost(each) && equalAddresses(each.start, first.start));
  return isOne ? first.start : undefined;
}
