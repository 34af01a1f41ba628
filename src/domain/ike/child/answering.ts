/**
 * Answering the offer of a CHILD SA (RFC 7296 1.3.1, 2.7, 2.9): which template it is for, its mode, selectors and proposal, or why
 * there is none. Keys come later (making.ts).
 *
 * For transport the selectors are those of the path; a tunnel speaks of what was offered, whatever a NAT has rewritten (2.23.1).
 */
import { err, ok, type Result } from '../../bytes/result.ts';
import { packetIn, populate } from '../../spd/from-packet.ts';
import { narrow } from '../../spd/narrow.ts';
import type { TrafficSelector } from '../../spd/selector.ts';
import type { ChildTemplate } from '../connection.ts';
import type { Env } from '../env.ts';
import { proposalsTowards } from '../keys/additional-key-exchange.ts';
import type { EspSpi, Payload, Proposal } from '../message/message.ts';
import { hasNotify, notify } from '../message/notifies.ts';
import { lacking } from '../message/occurrence.ts';
import { find, readSelectors, writeSelectors } from '../message/payloads.ts';
import { espSpiOf, octetsOfEspSpi } from '../message/spi.ts';
import { outerView } from '../nat/transport-nat.ts';
import { selectProposal } from '../proposal/proposal.ts';
import type { Refusal, SelectorPair } from '../refusal.ts';
import type { Child } from './child.ts';
import type { ChildSa, Mode } from './child-sa.ts';
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

/** What both ends have agreed on; keys come later. */
export interface ChildChoice {
  readonly template: ChildTemplate;
  readonly proposal: Proposal;
  readonly outSpi: EspSpi;
  readonly mode: Mode;
  readonly local: readonly TrafficSelector[];
  readonly remote: readonly TrafficSelector[];
  /** Behind a NAT (transport-nat.ts). */
  readonly original?: ChildSa['originalAddresses'];
  /** A responder's: more of the offer would have been allowed, in other SAs. */
  readonly isMorePossible?: boolean;
}

/** A responder judges an offer; `old` is the SA that is to be replaced. */
export function chooseChild(
  env: Env,
  above: Above,
  payloads: readonly Payload[],
  where: Where,
  old?: Child,
): Result<ChildChoice, Refusal> {
  const sa = find(payloads, 'SA');
  const tsi = find(payloads, 'TSi');
  const tsr = find(payloads, 'TSr');
  if (!sa || !tsi || !tsr) return err({ code: 'malformed', at: lacking('CHILD SA', 'SA, TSi, TSr', payloads) });

  const asksTransport = hasNotify(payloads, 'USE_TRANSPORT_MODE');
  const offered = { local: readSelectors(tsr.selectors), remote: readSelectors(tsi.selectors) };
  const tries = above.connection.children
    .filter(({ name }) => old === undefined || name === old.template.name)
    .map((template) => tryOf(above, template, modeOf(template, asksTransport), offered));
  const fitting = tries.find(({ shared }) => shared !== undefined);
  if (!fitting?.shared) {
    const [first] = tries;
    return err({ code: 'selectors', offered: first?.offered ?? offered, allowed: first?.allowed ?? noSelectors });
  }

  const { template, mode, shared, original } = fitting;
  if (template.mode.strictness === 'require' && mode !== template.mode.want) {
    return err({ code: 'mode', wanted: template.mode.want, got: mode });
  }
  const kept = old && keptSelectors(old, fitting.allowed);
  const { fromPacket } = template;
  const chosen = fromPacket ? populate(shared, packetIn(kept ?? fitting.offered), fromPacket) : shared;
  if (!chosen) return err({ code: 'singlePair', offered: fitting.offered });
  if (kept && !isPairWithin(kept, chosen)) {
    return err({ code: 'selectors', offered: fitting.offered, allowed: kept, isRekey: true });
  }
  const usable = espProposalsOf(template);
  if (!usable.ok) return usable;
  const accepted = proposalsTowards(above.peer ?? anyPeer, usable.value);
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
    ...chosen,
    isMorePossible: !isPairWithin(shared, chosen),
    ...(original ? { original } : {}),
  });
}

/** A responder's SA, TSi and TSr, and the notifies around them. */
export function choicePayloads(choice: ChildChoice, inSpi: EspSpi): ChildPayloads {
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

const noSelectors: SelectorPair = { local: [], remote: [] };

/** Transport only where both want it; what `require` makes of another mode is judged later. */
const modeOf = (template: ChildTemplate, asksTransport: boolean): Mode =>
  asksTransport && template.mode.want === 'transport' ? 'transport' : 'tunnel';

/** What a template in a mode and the offer share, if anything. */
function tryOf(above: Above, template: ChildTemplate, mode: Mode, wire: SelectorPair) {
  const { selectors: offered, original } = outerView(above, mode === 'transport', wire);
  const allowed = policySelectors(template, above.path, mode);
  const local = narrow(offered.local, allowed.local)?.selectors;
  const remote = narrow(offered.remote, allowed.remote)?.selectors;
  const shared: SelectorPair | undefined = local && remote && { local, remote };
  return { template, mode, offered, allowed, shared, original };
}
