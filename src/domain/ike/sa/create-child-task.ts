/** A CHILD SA that this end wants of the other. */
import type { GroupNumber } from '../../crypto/provider.ts';
import type { Flow } from '../../spd/flow.ts';
import type { EspSpi } from '../message/message.ts';
import type { SelectorPair } from '../refusal.ts';

export interface CreateChildTask {
  readonly type: 'createChild';
  /** The name of a template. */
  readonly child: string;
  readonly trigger?: Flow;
  /** What it is to carry first of all, since an SA of another IKE SA does whose place it takes (RFC 7296 2.8.3). */
  readonly like?: SelectorPair;
  /** A rekey of the SA that we receive on under this SPI. */
  readonly replaces?: EspSpi;
  /** The peer takes one address at each end and no more (RFC 7296 2.9). */
  readonly isSinglePair?: true;
  /** The group to begin with, because the peer asked for it. */
  readonly group?: GroupNumber;
  /** Groups that the peer did not want. */
  readonly triedGroups?: readonly GroupNumber[];
  /** How often the peer was too busy. */
  readonly tries: number;
  /** How often it began anew because the peer had forgotten what was agreed on (RFC 9370 2.2.4). */
  readonly restarts?: number;
  readonly notBeforeMs?: number;
}
