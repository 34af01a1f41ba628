/**
 * Answering the offer of a CHILD SA (RFC 7296 1.3.1, 2.7, 2.9): which template it is for, its mode, selectors and proposal, or why
 * there is none. Keys come later (making.ts).
 */
import { err, ok, type Result } from '../../bytes/result.ts';
import { narrow } from '../../spd/narrow.ts';
import type { TrafficSelector } from '../../spd/selector.ts';
import type { ChildTemplate } from '../connection.ts';
import type { Env } from '../exchanges/exchange.ts';
import { proposalsTowards } from '../keys/additional-key-exchange.ts';
import type { EspSpi, Payload, Proposal } from '../message/message.ts';
import { hasNotify, notify } from '../message/notifies.ts';
import { find, readSelectors, writeSelectors } from '../message/payloads.ts';
import { espSpiOf, octetsOfEspSpi } from '../message/spi.ts';
import type { Path } from '../nat/nat.ts';
import { outerView } from '../nat/transport-nat.ts';
import { selectProposal } from '../proposal/proposal.ts';
import type { Refusal, SelectorPair } from '../refusal.ts';
import type { ChildSa, Mode } from './child-sa.ts';
import {
  type Above,
  anyPeer,
  type ChildPayloads,
  missing,
  policySelectors,
  transportNotifies,
  type Where,
} from './negotiating.ts';

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

function narrowFor(template: ChildTemplate, path: Path, isTransport: boolean, offered: SelectorPair) {
  const own = policySelectors(template, path, modeFor(template, isTransport));
  const local = narrow(offered.local, own.local);
  const remote = narrow(offered.remote, own.remote);
  return local && remote ? { local, remote } : undefined;
}

/** Transport only where both want it; what `require` makes of another mode is judged later. */
const modeFor = (template: ChildTemplate, isTransport: boolean): Mode =>
  isTransport && template.mode.want === 'transport' ? 'transport' : 'tunnel';
