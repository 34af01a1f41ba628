/**
 * Transport mode through a NAT (RFC 7296 2.23.1): each end names itself and its peer by the addresses that it sees, and those
 * differ from the other end's. `outerView` puts the addresses of the outer path in the place of what the peer wrote, before any
 * policy is asked; `wireView` gives the peer its own words back. The original addresses stay with the SA, since transport
 * checksums were made over them (RFC 3948 3.1.2).
 */
import type { IpAddress } from '../net/address.ts';
import { isSingleHost, type TrafficSelector } from '../spd/selector.ts';
import type { ChildSa } from './child-sa.ts';
import { type HasNat, isBehindNat, type Path } from './nat.ts';
import type { SelectorPair } from './refusal.ts';

export interface Seen {
  readonly selectors: SelectorPair;
  readonly original?: NonNullable<ChildSa['originalAddresses']>;
}

export function outerView(
  { path, hasNat }: { readonly path: Path; readonly hasNat: HasNat },
  isTransport: boolean,
  selectors: SelectorPair,
): Seen {
  const local = onlyHost(selectors.local);
  const remote = onlyHost(selectors.remote);
  if (!isTransport || !isBehindNat(hasNat) || !local || !remote) return { selectors };
  return {
    selectors: {
      local: selectors.local.map((each) => at(each, path.local.address)),
      remote: selectors.remote.map((each) => at(each, path.remote.address)),
    },
    original: { local, remote },
  };
}

export function wireView(choice: SelectorPair & { readonly original?: Seen['original'] }): SelectorPair {
  const { original } = choice;
  if (!original) return choice;
  return {
    local: choice.local.map((each) => at(each, original.local)),
    remote: choice.remote.map((each) => at(each, original.remote)),
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
  const isOne =
    first &&
    selectors.every(
      (each) => isSingleHost(each) && each.start.octets.every((octet, i) => octet === first.start.octets[i]),
    );
  return isOne ? first.start : undefined;
}
