/** What the owner asks of an IKE SA or a CHILD SA, as the input of the session that has it; undefined: there is nothing to do. */
import type { IpAddress } from '../../net/address.ts';
import type { UdpEnd } from '../datagram.ts';
import type { ChildRef } from '../facts.ts';
import type { IkeSpi } from '../message/message.ts';
import type { CloseReason, Refusal } from '../refusal.ts';
import { isLive } from '../sa/state.ts';
import type { Task } from '../sa/tasks.ts';
import type { Input } from '../session/session.ts';
import type { Slot, Slots } from './slots.ts';

export interface Order {
  readonly slot: Slot;
  readonly input: Input;
}

/** When the last packet came on a CHILD SA; undefined: none did. */
export type HeardAt = (inSpi: ChildRef) => number | undefined;

export const onCommand: Refusal = { code: 'asked', by: 'local', reason: 'command' };

export class Orders {
  constructor(private readonly slots: Slots) {}

  rekeyChild(inSpi: ChildRef): Order | undefined {
    const child = this.slots.ofChild(inSpi)?.child;
    return child === undefined
      ? undefined
      : this.#ofChild(inSpi, { type: 'createChild', child, replaces: inSpi, tries: 0 });
  }

  deleteChild(inSpi: ChildRef, reason: CloseReason): Order | undefined {
    return this.#ofChild(inSpi, { type: 'deleteChild', inSpi, because: { code: 'asked', by: 'local', reason } });
  }

  rekeyIke(initiatorSpi: IkeSpi): Order | undefined {
    return this.#ofIke(initiatorSpi, { type: 'rekeyIke', tries: 0 });
  }

  deleteIkeSa(initiatorSpi: IkeSpi): Order | undefined {
    return this.#ofIke(initiatorSpi, { type: 'deleteIke', because: onCommand });
  }

  moveTo(initiatorSpi: IkeSpi, local: IpAddress): Order | undefined {
    return this.#ofIke(initiatorSpi, { type: 'move', local });
  }

  /** Unless the peer was heard lately, by IKE or on any CHILD SA of the same IKE SA (RFC 7296 2.4), or is asked something already. */
  probe(inSpi: ChildRef, nowMs: number, heardAt: HeardAt = () => undefined): Order | undefined {
    const session = this.slots.ofChild(inSpi)?.slot.session;
    if (!session || !isLive(session) || session.window.outstanding) return undefined;
    const { livenessAfterMs } = session.connection;
    if (livenessAfterMs === undefined) return undefined;
    const isSilentSince = (atMs: number) => nowMs - atMs >= livenessAfterMs;
    const isSilent =
      isSilentSince(session.heardAtMs) &&
      session.children.every(({ sa }) => isSilentSince(heardAt(sa.inSpi) ?? -Infinity));
    return isSilent ? this.#ofChild(inSpi, { type: 'probe' }) : undefined;
  }

  confirm(inSpi: ChildRef): Order | undefined {
    const slot = this.slots.ofChild(inSpi)?.slot;
    const isAwaited = slot && isLive(slot.session) && slot.session.confirmAtMs !== undefined;
    return isAwaited ? { slot, input: { type: 'confirmed' } } : undefined;
  }

  met(inSpi: ChildRef, remote: UdpEnd): Order | undefined {
    const slot = this.slots.ofChild(inSpi)?.slot;
    return slot && { slot, input: { type: 'met', remote } };
  }

  #ofChild(inSpi: ChildRef, task: Task): Order | undefined {
    const slot = this.slots.ofChild(inSpi)?.slot;
    return slot && { slot, input: { type: 'want', task } };
  }

  #ofIke(initiatorSpi: IkeSpi, task: Task): Order | undefined {
    const slot = this.slots.byInitiatorSpi(initiatorSpi);
    return slot && { slot, input: { type: 'want', task } };
  }
}
