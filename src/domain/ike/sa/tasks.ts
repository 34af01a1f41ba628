/** What this end wants of the other: the exchanges that it is still to begin, first come first served. */
import type { IpAddress } from '../../net/address.ts';
import type { EspSpi, NotifyPayload } from '../message/message.ts';
import type { Refusal } from '../refusal.ts';
import type { CreateChildTask } from './create-child-task.ts';
import type { Making } from './pending.ts';
import type { RekeyIkeTask } from './rekey-ike-task.ts';

/** The next of the key exchanges that an SA in the making takes (RFC 9370 2.2.4). */
export interface FollowUpTask {
  readonly type: 'followUp';
  readonly making: Making;
  /** How often the peer was too busy for this one. */
  readonly tries: number;
  readonly notBeforeMs?: number;
}

/** Something this end wants of the other. */
export type Task =
  | CreateChildTask
  | RekeyIkeTask
  | FollowUpTask
  | { readonly type: 'deleteChild'; readonly inSpi: EspSpi; readonly because: Refusal; readonly notBeforeMs?: number }
  | { readonly type: 'deleteIke'; readonly because: Refusal; readonly notBeforeMs?: number }
  /** `provesAddress`: with a cookie that must come back, since the peer has moved (RFC 4555 3.7). */
  | { readonly type: 'probe'; readonly provesAddress?: true; readonly notBeforeMs?: number }
  /** A hint, and seldom (hints.ts). */
  | { readonly type: 'tell'; readonly notify: NotifyPayload; readonly notBeforeMs?: number }
  /** We have another address now. */
  | { readonly type: 'move'; readonly local: IpAddress; readonly notBeforeMs?: number };

/**
 * The peer is refused its rekey of the IKE SA while one of these is out (RFC 7296 2.25.2). The end of a CHILD SA whose lifetime is over waits for
 * nothing: else a peer that begins a rekey again and again would keep it alive.
 */
export const waitsForRekey = (task: Task): boolean =>
  task.type === 'createChild' || (task.type === 'deleteChild' && !isOverdue(task.because));

const isOverdue = (because: Refusal): boolean => because.code === 'asked' && because.reason === 'lifetime';
