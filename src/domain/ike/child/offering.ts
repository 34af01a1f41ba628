/**
 * Offering a CHILD SA (RFC 7296 1.2, 1.3.1, 2.9). Transport mode speaks of the two hosts alone (2.23.1), so it is cut to their
 * addresses. A first, narrow selector tells the packet that asked.
 */
import { err, ok, type Result } from '../../bytes/result.ts';
import { anyPort } from '../../net/ports.ts';
import type { Flow } from '../../spd/flow.ts';
import { hostSelector, type TrafficSelector } from '../../spd/selector.ts';
import type { ChildTemplate } from '../connection.ts';
import type { Env } from '../exchanges/exchange.ts';
import { proposalsTowards } from '../keys/additional-key-exchange.ts';
import type { EspSpi, Proposal } from '../message/message.ts';
import { writeSelectors } from '../message/payloads.ts';
import { octetsOfEspSpi } from '../message/spi.ts';
import type { Path } from '../nat/nat.ts';
import { offerUnder } from '../proposal/choice.ts';
import { withoutKeyExchange } from '../proposal/proposal.ts';
import type { Refusal, SelectorPair } from '../refusal.ts';
import {
  type Above,
  anyPeer,
  type ChildPayloads,
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
}

/**
 * Refused where the template insists on transport mode and its selectors do not hold the two hosts: nothing could come of it. One
 * that takes a tunnel too offers them uncut, as charon does, since the peer may answer with a tunnel.
 */
export function offerChild(
  env: Env,
  above: Above,
  template: ChildTemplate,
  where: Where,
  trigger?: Flow,
  isSinglePair = false,
): Result<ChildOffer, Refusal> {
  const wantsTransport = template.mode.want === 'transport';
  const uncut = policySelectors(template, above.path, 'tunnel');
  const cut = policySelectors(template, above.path, wantsTransport ? 'transport' : 'tunnel');
  const holdsHosts = cut.local.length > 0 && cut.remote.length > 0;
  if (!holdsHosts && template.mode.strictness === 'require') {
    return err({ code: 'selectors', offered: uncut, allowed: hostsOf(above.path) });
  }
  const own = holdsHosts ? cut : uncut;
  const local = [...triggerSelector(trigger, 'local'), ...own.local];
  const remote = [...triggerSelector(trigger, 'remote'), ...own.remote];
  const inSpi = env.freshEspSpi();
  const proposals =
    where === 'inAuth'
      ? template.espProposals.map(withoutKeyExchange)
      : proposalsTowards(above.peer ?? anyPeer, template.espProposals);
  return ok({
    template,
    inSpi,
    proposals: offerUnder(proposals, octetsOfEspSpi(inSpi)),
    local: isSinglePair ? firstHost(local) : local,
    remote: isSinglePair ? firstHost(remote) : remote,
    wantsTransport,
  });
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

/** A peer that answered SINGLE_PAIR_REQUIRED takes one address at each end (RFC 7296 2.9). */
const firstHost = ([first]: readonly TrafficSelector[]): readonly TrafficSelector[] =>
  first ? [{ ...first, end: first.start }] : [];

const hostsOf = ({ local, remote }: Path): SelectorPair => ({
  local: [hostSelector(local.address)],
  remote: [hostSelector(remote.address)],
});

function triggerSelector(flow: Flow | undefined, side: 'local' | 'remote'): readonly TrafficSelector[] {
  if (!flow) return [];
  const port = side === 'local' ? flow.localPort : flow.remotePort;
  return [hostSelector(flow[side], flow.protocol, port === undefined ? anyPort : { start: port, end: port })];
}
