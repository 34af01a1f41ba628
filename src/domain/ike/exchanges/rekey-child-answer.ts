/**
 * CREATE_CHILD_SA that replaces a CHILD SA, the side that answers (RFC 7296 1.3.3, 2.25): which SA is meant, and whether it may be replaced now.
 * All else is as for a new CHILD SA (create-child-sa-answer.ts).
 */
import { emptyOctets } from '../../bytes/octets.ts';
import type { Child } from '../child/child.ts';
import { wantsAdditional } from '../keys/additional-key-exchange.ts';
import type { NotifyPayload, Payload } from '../message/message.ts';
import { notifyTypes, protocols } from '../message/names.ts';
import { findNotify } from '../message/notifies.ts';
import { espSpiOf } from '../message/spi.ts';
import type { Busy } from '../refusal.ts';
import type { Answered } from '../sa/change.ts';
import type { Live } from '../sa/state.ts';

/** What a request says of an SA that is to be replaced. */
export type Named =
  /** Of none: it is for a new one. */
  | { readonly type: 'none' }
  | { readonly type: 'known'; readonly old: Child }
  | { readonly type: 'busy'; readonly why: Busy }
  | { readonly type: 'unknown'; readonly notify: NotifyPayload };

/** The peer names it by ESP and the SPI that it receives on (3.10). */
export function namedBy(live: Live, payloads: readonly Payload[]): Named {
  const notify = findNotify(payloads, 'REKEY_SA');
  if (!notify) return { type: 'none' };
  const outSpi = notify.protocol === protocols.numbers.ESP ? espSpiOf(notify.spi) : undefined;
  const old = outSpi === undefined ? undefined : live.children.find(({ sa }) => sa.outSpi === outSpi);
  if (!old) {
    // Perhaps the SA whose making we have not heard the end of.
    const isMaking = live.window.outstanding?.pending.type === 'createChild';
    return isMaking ? { type: 'busy', why: 'rekeyingChild' } : { type: 'unknown', notify };
  }
  if (old.state === 'deleting') return { type: 'busy', why: 'deletingChild' };
  if (old.state === 'replaced' || isReplacing(live, old)) return { type: 'busy', why: 'rekeyingChild' };
  return { type: 'known', old };
}

/** We are, and it takes more than one exchange: no two of them at once. */
function isReplacing(live: Live, { sa }: Child): boolean {
  const pending = live.window.outstanding?.pending;
  return (
    pending?.type === 'createChild' && pending.task.replaces === sa.inSpi && wantsAdditional(pending.offer.proposals)
  );
}

/** The names come back in CHILD_SA_NOT_FOUND (2.25). */
export function notFound(live: Live, { protocol, spi }: NotifyPayload): Answered {
  const notify = notifyTypes.numbers.CHILD_SA_NOT_FOUND;
  return { session: live, facts: [], payloads: [{ type: 'NOTIFY', protocol, spi, notify, data: emptyOctets }] };
}
