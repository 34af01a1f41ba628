/** Taking the answer to our offer of a CHILD SA (RFC 7296 1.3.1, 2.7, 2.9): only what we offered is believed. */
import { err, ok, type Result } from '../../bytes/result.ts';
import type { Payload } from '../message/message.ts';
import { hasNotify } from '../message/notifies.ts';
import { lacking } from '../message/occurrence.ts';
import { find, readSelectors } from '../message/payloads.ts';
import { espSpiOf } from '../message/spi.ts';
import { outerView } from '../nat/transport-nat.ts';
import { chosenFrom } from '../proposal/choice.ts';
import type { Refusal } from '../refusal.ts';
import type { ChildChoice } from './answering.ts';
import { type Above, isPairWithin } from './negotiating.ts';
import type { ChildOffer } from './offering.ts';

/**
 * An initiator judges the answer to its offer. A choice that we had not offered, wider selectors, or narrower ones than the SA that
 * is replaced has, end the CHILD SA. That more would be possible (ADDITIONAL_TS_POSSIBLE) is seen when a packet asks for it.
 */
export function checkAnswer(
  above: Above,
  offer: ChildOffer,
  payloads: readonly Payload[],
): Result<ChildChoice, Refusal> {
  const sa = find(payloads, 'SA');
  const tsi = find(payloads, 'TSi');
  const tsr = find(payloads, 'TSr');
  if (!sa || !tsi || !tsr) return err({ code: 'malformed', at: lacking('CHILD SA', 'SA, TSi, TSr', payloads) });

  const chosen = chosenFrom(offer.proposals, sa.proposals);
  if (!chosen.ok) return chosen;
  const { value: proposal } = chosen;
  const outSpi = espSpiOf(proposal.spi);
  if (outSpi === undefined) return err({ code: 'notOffered', offered: offer.proposals, chosen: sa.proposals });

  const isTransport = offer.wantsTransport && hasNotify(payloads, 'USE_TRANSPORT_MODE');
  const mode = isTransport ? 'transport' : 'tunnel';
  const answered = outerView(above, isTransport, {
    local: readSelectors(tsi.selectors),
    remote: readSelectors(tsr.selectors),
  });
  const { selectors } = answered;
  if (!isPairWithin(selectors, offer)) {
    return err({ code: 'selectors', offered: selectors, allowed: { local: offer.local, remote: offer.remote } });
  }
  if (offer.atLeast && !isPairWithin(offer.atLeast, selectors)) {
    return err({ code: 'selectors', offered: selectors, allowed: offer.atLeast, isRekey: true });
  }
  if (offer.template.mode.strictness === 'require' && mode !== offer.template.mode.want) {
    return err({ code: 'mode', wanted: offer.template.mode.want, got: mode });
  }
  return ok({
    template: offer.template,
    proposal,
    outSpi,
    mode,
    ...selectors,
    ...(answered.original ? { original: answered.original } : {}),
  });
}
