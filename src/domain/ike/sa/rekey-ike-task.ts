/** An IKE SA that this end wants in the place of the one that stands (RFC 7296 1.3.2). */
import type { GroupNumber } from '../../crypto/provider.ts';

export interface RekeyIkeTask {
  readonly type: 'rekeyIke';
  /** The group to begin with, because the peer asked for it. */
  readonly group?: GroupNumber;
  /** Groups that the peer did not want. */
  readonly triedGroups?: readonly GroupNumber[];
  /** How often the peer was too busy. */
  readonly tries: number;
  /** How often it began anew because the peer had forgotten what was agreed on (RFC 9370 2.2.4). */
  readonly restarts?: number;
  readonly notBeforeMs?: number;
  /** CHILD SAs that are to be made or deleted wait for it, since the peer was refused its own rekey for one. */
  readonly goesFirst?: true;
}
