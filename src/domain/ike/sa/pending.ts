/**
 * What a session keeps of an exchange while it is under way: of the one request of ours that has no answer yet, and of what takes
 * more exchanges than one.
 */
import type { Octets } from '../../bytes/octets.ts';
import type { Secret } from '../../bytes/secret.ts';
import type { GroupNumber, KeyPair } from '../../crypto/provider.ts';
import type { AgreedChild } from '../child/making.ts';
import type { ChildOffer } from '../child/offering.ts';
import type { KeyExchangeMethod, KeyShare } from '../keys/additional-key-exchange.ts';
import type { IkeKeyInput } from '../keys/keys.ts';
import type { EspSpi, IkeSpi, Proposal } from '../message/message.ts';
import type { Refusal } from '../refusal.ts';
import type { CreateChildTask } from './create-child-task.ts';
import type { RekeyIkeTask } from './rekey-ike-task.ts';

/** What the answer to our outstanding request is for. */
export type Pending =
  | { readonly type: 'init' }
  | PendingIntermediate
  | { readonly type: 'auth'; readonly task?: CreateChildTask; readonly offer?: ChildOffer }
  | PendingChild
  | PendingIkeRekey
  | PendingFollowUp
  | { readonly type: 'deleteChild'; readonly inSpi: EspSpi; readonly because: Refusal }
  | { readonly type: 'deleteIke'; readonly because: Refusal }
  | { readonly type: 'probe'; readonly cookie2?: Octets }
  | { readonly type: 'tell' }
  | { readonly type: 'move' };

export interface PendingFollowUp {
  readonly type: 'followUp';
  readonly making: Making;
  readonly share: KeyShare;
  /** As in its task. */
  readonly tries: number;
}

export interface PendingIntermediate {
  readonly type: 'intermediate';
  readonly share: KeyShare;
  /** What counts of the request for AUTH. */
  readonly covered: Octets;
}

export interface PendingChild {
  readonly type: 'createChild';
  readonly task: CreateChildTask;
  readonly offer: ChildOffer;
  readonly nonce: Octets;
  readonly keyPair?: KeyPair;
  /** The lower nonce of the peer's rekey of the same SA, which came while ours was out (RFC 7296 2.8.1). */
  readonly rivalNonce?: Octets;
  /** SPIs that the peer deleted meanwhile and that we did not know: the answer that is on its way may be about one of them. */
  readonly deletedSpis?: readonly EspSpi[];
}

export interface PendingIkeRekey {
  readonly type: 'rekeyIke';
  readonly task: RekeyIkeTask;
  readonly ownSpi: IkeSpi;
  readonly nonce: Octets;
  readonly keyPair: KeyPair;
  readonly proposals: readonly Proposal[];
  /** The IKE SA that the peer made of this one while our rekey was out (RFC 7296 2.8.2). */
  readonly rival?: { readonly ownSpi: IkeSpi; readonly lowestNonce: Octets };
}

/** What CREATE_CHILD_SA has agreed on, while IKE_FOLLOWUP_KE brings its further secrets (RFC 9370 2.2.4). */
export type Making = IkeMaking | ChildMaking;

/** Further key exchanges (RFC 9370 2.2.2), and what has come of them. */
export interface Rounds {
  /** What is still to be run. */
  readonly methods: readonly KeyExchangeMethod[];
  readonly secrets: readonly Secret[];
  /** How the answering side calls it. */
  readonly link: Octets;
}

/** `keying` has the secret of the first method. */
export interface ChildMaking extends Rounds, AgreedChild {
  readonly type: 'child';
  /** What we asked for, if it was we. */
  readonly asked?: PendingChild;
  /** As in PendingChild. */
  readonly deletedSpis?: readonly EspSpi[];
}

/** All that two messages have said of the IKE SA that is to take the place of this one. */
export interface AgreedIke {
  readonly proposal: Proposal;
  readonly group: GroupNumber;
  /** With the secret of the first method. */
  readonly input: IkeKeyInput;
}

export interface IkeMaking extends Rounds, AgreedIke {
  readonly type: 'ike';
  /** What we asked for, if it was we. */
  readonly task?: RekeyIkeTask;
}
