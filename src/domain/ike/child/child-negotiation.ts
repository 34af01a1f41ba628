/**
 * What IKE_AUTH and CREATE_CHILD_SA have in common: offering a CHILD SA, answering an offer, taking an answer (RFC 7296 1.2,
 * 1.3.1, 2.9). Decisions first, keys last.
 *
 * Selectors: transport mode speaks of the two hosts alone (2.23.1), so both ends cut to their addresses. A first, narrow selector
 * tells the packet that asked.
 */

import type { Octets } from '../../bytes/octets.ts';
import { err, ok, type Result } from '../../bytes/result.ts';
import type { Secret } from '../../bytes/secret.ts';
import { anyPort } from '../../net/ports.ts';
import type { Flow } from '../../spd/flow.ts';
import { areWithin, cutToHosts, narrow, resolveDynamic } from '../../spd/narrow.ts';
import { hostSelector, type TrafficSelector } from '../../spd/selector.ts';
import type { ChildTemplate, Connection } from '../connection.ts';
import type { Env } from '../exchanges/exchange.ts';
import { proposalsTowards } from '../keys/additional-key-exchange.ts';
import { deriveChildKeys } from '../keys/keys.ts';
import type { EspSpi, Payload, Proposal } from '../message/message.ts';
import { hasNotify, notify } from '../message/notifies.ts';
import { find, readSelectors, writeSelectors } from '../message/payloads.ts';
import { espSpiOf, octetsOfEspSpi } from '../message/spi.ts';
import { type HasNat, isBehindNat, type Path, type Spis } from '../nat/nat.ts';
import { outerView } from '../nat/transport-nat.ts';
import { chosenFrom, espSuiteOf, groupOf, hasEsn, offerUnder, ownGroupsOf } from '../proposal/choice.ts';
import { selectProposal, withoutKeyExchange } from '../proposal/proposal.ts';
import type { Refusal, SelectorPair } from '../refusal.ts';
import type { Child, ChildOffer } from '../session/state.ts';
import type { ChildSa, Mode } from './child-sa.ts';
import { lifeFrom } from './lifetime.ts';

/** The IKE SA above, as far as a CHILD SA needs it. */
export interface Above {
  readonly connection: Connection;
  readonly path: Path;
  readonly spis: Spis;
  readonly hasNat: HasNat;
  /** What the peer can do; without it nothing more than every peer can. */
  readonly peer?: { readonly doesIntermediate: boolean };
}

const anyPeer = { doesIntermediate: false };

/** `inAuth`: the first CHILD SA has no key exchange of its own. */
export type Where = 'inAuth' | 'alone';

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
export function offerPayloads(offer: ChildOffer): {
  readonly notifies: readonly Payload[];
  readonly sa: Payload;
  readonly selectors: readonly Payload[];
} {
  return {
    notifies: offer.wantsTransport ? transportNotifies() : [],
    sa: { type: 'SA', proposals: offer.proposals },
    selectors: [
      { type: 'TSi', selectors: writeSelectors(offer.local) },
      { type: 'TSr', selectors: writeSelectors(offer.remote) },
    ],
  };
}

/** What a responder decided about an offer; keys come later. */
export interface ChildChoice {
  readonly template: ChildTemplate;
  readonly proposal: Proposal;
  readonly outSpi: EspSpi;
  readonly mode: Mode;
  readonly local: readonly TrafficSelector[];
  readonly remote: readonly TrafficSelector[];
  readonly isMorePossible: boolean;
  readonly original?: ChildSa['originalAddresses'];
}

/** A responder judges an offer. `only` names the template of an SA that is rekeyed. */
export function chooseChild(
  env: Env,
  above: Above,
  payloads: readonly Payload[],
  where: Where,
  only?: string,
): Result<ChildChoice, Refusal> {
  const sa = find(payloads, 'SA');
  const tsi = find(payloads, 'TSi');
  const tsr = find(payloads, 'TSr');
  if (!sa || !tsi || !tsr) return err({ code: 'malformed', at: missing('SA, TSi, TSr', payloads) });

  const isTransport = hasNotify(payloads, 'USE_TRANSPORT_MODE');
  const seen = outerView(above, isTransport, {
    local: readSelectors(tsr.selectors),
    remote: readSelectors(tsi.selectors),
  });
  const templates = above.connection.children.filter(({ name }) => only === undefined || name === only);
  const fitting = templates
    .map((template) => ({ template, narrowed: narrowFor(template, above.path, isTransport, seen.selectors) }))
    .find(({ narrowed }) => narrowed !== undefined);
  if (!fitting?.narrowed) {
    const [first] = templates;
    const allowed = first ? policySelectors(first, above.path, modeFor(first, isTransport)) : noSelectors;
    return err({ code: 'selectors', offered: seen.selectors, allowed });
  }

  const { template, narrowed } = fitting;
  const mode = modeFor(template, isTransport);
  if (template.mode.strictness === 'require' && mode !== template.mode.want) {
    return err({ code: 'mode', wanted: template.mode.want, got: mode });
  }
  const accepted = proposalsTowards(above.peer ?? anyPeer, template.espProposals);
  const proposal = selectProposal(sa.proposals, accepted, {
    prefer: env.settings.prefers,
    keyExchange: where === 'inAuth' ? 'strip' : 'keep',
  });
  const outSpi = proposal && espSpiOf(proposal.spi);
  if (!proposal || outSpi === undefined) {
    return err({ code: 'noProposal', protocol: 'ESP', offered: sa.proposals, accepted });
  }
  return ok({
    template,
    proposal,
    outSpi,
    mode,
    local: narrowed.local.selectors,
    remote: narrowed.remote.selectors,
    isMorePossible: narrowed.local.isMorePossible || narrowed.remote.isMorePossible,
    ...(seen.original ? { original: seen.original } : {}),
  });
}

/** A responder's SA, TSi and TSr, and the notifies around them. */
export function choicePayloads(choice: ChildChoice, inSpi: EspSpi): ReturnType<typeof offerPayloads> {
  return {
    notifies: [
      ...(choice.mode === 'transport' ? transportNotifies() : []),
      ...(choice.isMorePossible ? [notify('ADDITIONAL_TS_POSSIBLE')] : []),
    ],
    sa: { type: 'SA', proposals: [{ ...choice.proposal, spi: octetsOfEspSpi(inSpi) }] },
    selectors: [
      { type: 'TSi', selectors: writeSelectors(choice.remote) },
      { type: 'TSr', selectors: writeSelectors(choice.local) },
    ],
  };
}

/** An initiator judges the answer to its offer. A choice that we had not offered, or wider selectors, end the CHILD SA. */
export function checkAnswer(
  above: Above,
  offer: ChildOffer,
  payloads: readonly Payload[],
): Result<ChildChoice, Refusal> {
  const sa = find(payloads, 'SA');
  const tsi = find(payloads, 'TSi');
  const tsr = find(payloads, 'TSr');
  if (!sa || !tsi || !tsr) return err({ code: 'malformed', at: missing('SA, TSi, TSr', payloads) });

  const proposal = chosenFrom(offer.proposals, sa.proposals);
  const outSpi = proposal && espSpiOf(proposal.spi);
  if (!proposal || outSpi === undefined) {
    return err({ code: 'notOffered', offered: offer.proposals, chosen: sa.proposals });
  }

  const isTransport = offer.wantsTransport && hasNotify(payloads, 'USE_TRANSPORT_MODE');
  const mode = isTransport ? 'transport' : 'tunnel';
  const answered = outerView(above, isTransport, {
    local: readSelectors(tsi.selectors),
    remote: readSelectors(tsr.selectors),
  });
  const { local, remote } = answered.selectors;
  if (!areWithin(local, offer.local) || !areWithin(remote, offer.remote)) {
    return err({
      code: 'selectors',
      offered: answered.selectors,
      allowed: { local: offer.local, remote: offer.remote },
    });
  }
  if (offer.template.mode.strictness === 'require' && mode !== offer.template.mode.want) {
    return err({ code: 'mode', wanted: offer.template.mode.want, got: mode });
  }
  return ok({
    template: offer.template,
    proposal,
    outSpi,
    mode,
    local,
    remote,
    isMorePossible: hasNotify(payloads, 'ADDITIONAL_TS_POSSIBLE'),
    ...(answered.original ? { original: answered.original } : {}),
  });
}

export interface ChildKeying {
  readonly prf: number;
  readonly skD: Secret;
  /** Of the exchange that makes the CHILD SA. */
  readonly isInitiator: boolean;
  readonly nonceI: Octets;
  readonly nonceR: Octets;
  readonly sharedSecret?: Secret;
}

/** Keys, and everything else in its place. */
export async function makeChild(
  env: Env,
  above: Above,
  choice: ChildChoice,
  inSpi: EspSpi,
  keying: ChildKeying,
  payloads: readonly Payload[],
  replaces?: EspSpi,
): Promise<Child> {
  const keys = await deriveChildKeys(env.means.provider, { ...keying, suite: espSuiteOf(choice.proposal) });
  const life = lifeFrom(choice.template.lifetime, env.means, env.nowMs);
  const sa: ChildSa = {
    connection: above.connection.name,
    child: choice.template.name,
    inSpi,
    outSpi: choice.outSpi,
    local: above.path.local.address,
    remote: above.path.remote.address,
    mode: choice.mode,
    transforms: choice.proposal.transforms,
    hasEsn: hasEsn(choice.proposal),
    inKeys: keying.isInitiator ? keys.fromResponder : keys.fromInitiator,
    outKeys: keying.isInitiator ? keys.fromInitiator : keys.fromResponder,
    localSelectors: choice.local,
    remoteSelectors: choice.remote,
    ...(isBehindNat(above.hasNat)
      ? { encapsulation: { localPort: above.path.local.port, remotePort: above.path.remote.port } }
      : {}),
    ...(choice.original ? { originalAddresses: choice.original } : {}),
    replayWindow: choice.template.replayWindow,
    acceptsTfcPadding: !hasNotify(payloads, 'ESP_TFC_PADDING_NOT_SUPPORTED'),
    bornAtMs: env.nowMs,
    ...life,
    volume: choice.template.volume,
    ...(replaces === undefined ? {} : { replaces }),
    ikeSpis: above.spis,
    isInitiator: keying.isInitiator,
  };
  return { sa, template: choice.template, state: 'installed', ...life };
}

/** The group of a template's offer that a KE payload is for; undefined: no PFS is offered. */
export const firstGroupOf = (proposals: readonly Proposal[]) => ownGroupsOf(proposals)[0];

export const groupOfChoice = (choice: ChildChoice) => groupOf(choice.proposal);

/** In transport mode nothing tells where a packet ends and padding of ours begins (RFC 4303 2.7). */
const transportNotifies = (): readonly Payload[] => [
  notify('USE_TRANSPORT_MODE'),
  notify('ESP_TFC_PADDING_NOT_SUPPORTED'),
];

/** A peer that answered SINGLE_PAIR_REQUIRED takes one address at each end (RFC 7296 2.9). */
const firstHost = ([first]: readonly TrafficSelector[]): readonly TrafficSelector[] =>
  first ? [{ ...first, end: first.start }] : [];

const noSelectors: SelectorPair = { local: [], remote: [] };

function narrowFor(template: ChildTemplate, path: Path, isTransport: boolean, offered: SelectorPair) {
  const own = policySelectors(template, path, modeFor(template, isTransport));
  const local = narrow(offered.local, own.local);
  const remote = narrow(offered.remote, own.remote);
  return local && remote ? { local, remote } : undefined;
}

/** Transport only where both want it; what `require` makes of another mode is judged later. */
const modeFor = (template: ChildTemplate, isTransport: boolean): Mode =>
  isTransport && template.mode.want === 'transport' ? 'transport' : 'tunnel';

function policySelectors(template: ChildTemplate, path: Path, mode: Mode): SelectorPair {
  const local = resolveDynamic(template.localSelectors, [path.local.address]);
  const remote = resolveDynamic(template.remoteSelectors, [path.remote.address]);
  if (mode === 'tunnel') return { local, remote };
  return { local: cutToHosts(local, [path.local.address]), remote: cutToHosts(remote, [path.remote.address]) };
}

const hostsOf = ({ local, remote }: Path): SelectorPair => ({
  local: [hostSelector(local.address)],
  remote: [hostSelector(remote.address)],
});

function triggerSelector(flow: Flow | undefined, side: 'local' | 'remote'): readonly TrafficSelector[] {
  if (!flow) return [];
  const port = side === 'local' ? flow.localPort : flow.remotePort;
  return [hostSelector(flow[side], flow.protocol, port === undefined ? anyPort : { start: port, end: port })];
}

const missing = (expected: string, payloads: readonly Payload[]) => ({
  offset: 0,
  path: 'payloads',
  expected,
  got: payloads.map(({ type }) => type).join(', '),
});
