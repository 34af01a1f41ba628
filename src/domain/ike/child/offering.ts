/**
 * Offering a CHILD SA (RFC 7296 1.2, 1.3.1, 2.9, 2.9.2). Transport mode speaks of the two hosts alone (2.23.1), so it is cut to
 * their addresses.
 */
import { err, ok, type Result } from '../../bytes/result.ts';
import { equalAddresses } from '../../net/address.ts';
import { anyPort } from '../../net/ports.ts';
import type { Flow } from '../../spd/flow.ts';
import { addressesOfPacket, type FromPacket, populate, type Shown } from '../../spd/from-packet.ts';
import { mostSelectors } from '../../spd/narrow.ts';
import { hostSelector, type TrafficSelector } from '../../spd/selector.ts';
import { type ChildTemplate, templateOf } from '../connection.ts';
import type { Env } from '../env.ts';
import { proposalsTowards } from '../keys/additional-key-exchange.ts';
import type { EspSpi, Proposal } from '../message/message.ts';
import { writeSelectors } from '../message/payloads.ts';
import { octetsOfEspSpi } from '../message/spi.ts';
import type { Path } from '../nat/nat.ts';
import { offerable, offerUnder } from '../proposal/choice.ts';
import { withoutKeyExchange } from '../proposal/proposal.ts';
import type { Refusal, SelectorPair } from '../refusal.ts';
import type { Child } from './child.ts';
import type { Mode } from './child-sa.ts';
import {
  type Above,
  anyPeer,
  type ChildPayloads,
  espProposalsOf,
  isPairWithin,
  keptSelectors,
  policySelectors,
  transportNotifies,
  type Where,
} from './negotiating.ts';

/** What we offered for a CHILD SA. */
export interface ChildOffer {
  readonly template: ChildTemplate;
  readonly inSpi: EspSpi;
  readonly proposals: readonly Proposal[];
  /** Seen from this end. */
  readonly local: readonly TrafficSelector[];
  readonly remote: readonly TrafficSelector[];
  readonly wantsTransport: boolean;
  /** What the SA has that is to be replaced: its successor may carry no less (RFC 7296 2.9.2). */
  readonly atLeast?: SelectorPair;
}

export interface OfferWish {
  /** The child of that name. */
  readonly child: string;
  /** The packet that asks: it is told in a first, narrow selector. */
  readonly trigger?: Flow | undefined;
  /** What an SA of another IKE SA carries, whose place it takes: told first, as a packet is. */
  readonly like?: SelectorPair | undefined;
  /** The SA that is to be replaced: its successor has its mode, and carries no less (2.9.2). */
  readonly old?: Child | undefined;
  /** The peer takes one address at each end and no more (SINGLE_PAIR_REQUIRED). */
  readonly isSinglePair?: boolean | undefined;
}

/** Refused where nothing could come of it. */
export function offerChild(env: Env, above: Above, where: Where, wish: OfferWish): Result<ChildOffer, Refusal> {
  const { child, trigger, old } = wish;
  const template = templateOf(above.connection, child);
  if (!template) return err({ code: 'noTemplate', child });
  const mode = old?.sa.mode ?? template.mode.want;
  const own = ownSelectors(template, mode, above.path, trigger);
  if (!own.ok) return own;
  const usable = espProposalsOf(template);
  if (!usable.ok) return usable;

  const atLeast = old && keptSelectors(old, own.value);
  const asked = packetSelectors(trigger);
  const wanted = wantedSelectors(template, own.value, atLeast, wish);
  const inSpi = env.freshEspSpi();
  const offered = offerable(usable.value);
  const proposals =
    where === 'inAuth' ? offered.map(withoutKeyExchange) : proposalsTowards(above.peer ?? anyPeer, offered);
  return ok({
    template,
    inSpi,
    proposals: offerUnder(proposals, octetsOfEspSpi(inSpi)),
    local: [...asked.local, ...wanted.local].slice(0, mostSelectors),
    remote: [...asked.remote, ...wanted.remote].slice(0, mostSelectors),
    wantsTransport: mode === 'transport',
    ...(atLeast ? { atLeast } : {}),
  });
}

/**
 * Refused where the template insists on transport mode and its selectors, or the packet that asks, are not of the two hosts: nothing
 * could come of it. One that takes a tunnel too offers them uncut, as charon does, since the peer may answer with a tunnel.
 */
function ownSelectors(
  template: ChildTemplate,
  mode: Mode,
  path: Path,
  trigger: Flow | undefined,
): Result<SelectorPair, Refusal> {
  const uncut = policySelectors(template, path, 'tunnel');
  const cut = policySelectors(template, path, mode);
  const holdsHosts = cut.local.length > 0 && cut.remote.length > 0;
  const refuse = (offered: SelectorPair) => err({ code: 'selectors', offered, allowed: hostsOf(path) } as const);
  const insists = template.mode.strictness === 'require';
  if (insists && !holdsHosts) return refuse(uncut);
  if (insists && mode === 'transport' && !isBetween(trigger, path)) return refuse(packetSelectors(trigger));
  return ok(holdsHosts ? cut : uncut);
}

/** All of ours; or one pair, as the packet, the template or the peer wants it, and no less than the SA that is replaced has. */
function wantedSelectors(
  template: ChildTemplate,
  own: SelectorPair,
  atLeast: SelectorPair | undefined,
  { trigger, like, isSinglePair = false }: OfferWish,
): SelectorPair {
  const first = like && isPairWithin(like, own) ? like : undefined;
  const fromPacket = [...(isSinglePair ? addressesOfPacket : []), ...(template.fromPacket ?? [])];
  return fromPacket.length > 0 ? (atLeast ?? first ?? forPacket(own, trigger, fromPacket)) : firstly(first, own);
}

/** SA, and the selectors and notifies around it; nonce and KE stand between them in CREATE_CHILD_SA. */
export function offerPayloads(offer: ChildOffer): ChildPayloads {
  return {
    notifies: offer.wantsTransport ? transportNotifies() : [],
    sa: { type: 'SA', proposals: offer.proposals },
    selectors: [
      { type: 'TSi', selectors: writeSelectors(offer.local) },
      { type: 'TSr', selectors: writeSelectors(offer.remote) },
    ],
  };
}

/** Nothing is said twice. */
const firstly = (first: SelectorPair | undefined, all: SelectorPair): SelectorPair =>
  !first || isPairWithin(all, first)
    ? all
    : { local: [...first.local, ...all.local], remote: [...first.remote, ...all.remote] };

/** What of ours is for the packet. Without one, the first address of each side; what else cannot be seen of it stays as it is. */
function forPacket(own: SelectorPair, trigger: Flow | undefined, from: FromPacket): SelectorPair {
  const packet: Shown = { local: own.local[0]?.start, remote: own.remote[0]?.start, ...trigger };
  const seen = from.filter((field) => packet[field] !== undefined);
  return populate(own, packet, seen) ?? { local: [], remote: [] };
}

const hostsOf = ({ local, remote }: Path): SelectorPair => ({
  local: [hostSelector(local.address)],
  remote: [hostSelector(remote.address)],
});

/** No packet, or one of the two hosts themselves: a gateway may have sent us on to another than the packet is for (RFC 5685). */
const isBetween = (flow: Flow | undefined, { local, remote }: Path): boolean =>
  !flow || (equalAddresses(flow.local, local.address) && equalAddresses(flow.remote, remote.address));

/** The packet that asks, and nothing else. */
export const packetSelectors = (flow: Flow | undefined): SelectorPair => ({
  local: sideOf(flow, 'local'),
  remote: sideOf(flow, 'remote'),
});

function sideOf(flow: Flow | undefined, side: 'local' | 'remote'): readonly TrafficSelector[] {
  if (!flow) return [];
  const port = side === 'local' ? flow.localPort : flow.remotePort;
  return [hostSelector(flow[side], flow.protocol, port === undefined ? anyPort : { start: port, end: port })];
}
