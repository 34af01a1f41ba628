/**
 * What a session knows, phase by phase. Plain and readonly: a step makes the next value, and a refused input gives back the very
 * same one. What is secret lies in `Secret`s and in the `Channel`, and is gone with the phase that held it.
 */
import type { Octets } from '../../bytes/octets.ts';
import type { Secret } from '../../bytes/secret.ts';
import type { GroupNumber, KeyPair } from '../../crypto/provider.ts';
import type { IpAddress } from '../../net/address.ts';
import type { Flow } from '../../spd/flow.ts';
import type { TrafficSelector } from '../../spd/selector.ts';
import type { VerifiedPeer } from '../auth/auth.ts';
import type { Identity } from '../auth/identity.ts';
import type { Intermediate } from '../auth/intermediate-auth.ts';
import type { Channel } from '../channel/channel.ts';
import type { FragmentSet } from '../channel/fragmentation.ts';
import type { Window } from '../channel/window.ts';
import type { ChildChoice, ChildKeying } from '../child/child-negotiation.ts';
import type { ChildSa } from '../child/child-sa.ts';
import type { ChildTemplate, Connection } from '../connection.ts';
import type { Failure } from '../facts.ts';
import type { KeyExchangeMethod, KeyShare } from '../keys/additional-key-exchange.ts';
import type { IkeKeyInput, IkeKeys, IkeSuite } from '../keys/keys.ts';
import type { EspSpi, IkeSpi, Payload, Proposal, Transform } from '../message/message.ts';
import type { HasNat, Path, Spis } from '../nat/nat.ts';
import type { Refusal } from '../refusal.ts';

export type Session = AwaitingInit | AwaitingIntermediate | AwaitingAuth | AwaitingAuthReply | Live | Refusing | Closed;

interface Common {
  /** Of this IKE SA: roles may swap at a rekey. */
  readonly isInitiator: boolean;
  readonly spis: Spis;
  readonly path: Path;
  readonly window: Window<Pending>;
  readonly bornAtMs: number;
  /** A message of the peer that has come in part (RFC 7383). */
  readonly fragments?: FragmentSet;
}

/** IKE_SA_INIT request sent, perhaps more than once. */
export interface AwaitingInit extends Common {
  readonly phase: 'awaitingInit';
  readonly connection: Connection;
  readonly offer: InitOffer;
  /** An unprotected refusal: believed only when nothing better came (RFC 7296 2.21.1). */
  readonly doubt?: { readonly failure: Failure; readonly believeAtMs: number };
  readonly tasks: readonly Task[];
}

export interface InitOffer {
  readonly proposals: readonly Proposal[];
  readonly nonce: Octets;
  readonly keyPair: KeyPair;
  readonly triedGroups: readonly GroupNumber[];
  readonly cookie?: Octets;
  readonly cookieCount: number;
  /** As sent last: AUTH covers it. */
  readonly request: Octets;
}

/** Both IKE_SA_INIT messages, as AUTH needs them, and what they agreed on. */
export interface Agreed {
  readonly transforms: readonly Transform[];
  readonly suite: IkeSuite;
  readonly group: GroupNumber;
  readonly nonceI: Octets;
  readonly nonceR: Octets;
  readonly initRequest: Octets;
  readonly initResponse: Octets;
  readonly hasNat: HasNat;
  readonly peer: PeerFeatures;
  /** Methods that follow the first, each in an IKE_INTERMEDIATE of its own (RFC 9370). */
  readonly additional: readonly KeyExchangeMethod[];
  /** What has gone between IKE_SA_INIT and IKE_AUTH: AUTH covers it. */
  readonly intermediate: Intermediate;
}

/** What the peer's notifies said that it can do. */
export interface PeerFeatures {
  readonly doesFragments: boolean;
  readonly doesChildless: boolean;
  /** By their numbers (RFC 7427 4); empty: it knows no method 14. */
  readonly signatureHashes: readonly number[];
  /** CERTREQ came with IKE_SA_INIT. */
  readonly asksForCertificate: boolean;
  readonly doesPpk: boolean;
  readonly doesIntermediate: boolean;
}

/** Keys at work. */
export interface Keyed {
  readonly keys: IkeKeys;
  readonly channel: Channel;
}

/** IKE_SA_INIT answered. The keys are made when they are first needed, once: a flood of requests costs no derivation. */
export interface AwaitingAuth extends Common {
  readonly phase: 'awaitingAuth';
  readonly agreed: Agreed;
  readonly keyed: Once<Keyed | undefined>;
  /** Connections that fit the addresses; IKE_AUTH chooses among them. */
  readonly candidates: readonly Connection[];
}

/** Work that is done when it is first wanted, and then not again. */
export interface Once<T> {
  get(): Promise<T>;
  /** What is there already, if anything is. */
  made(): Promise<T> | undefined;
}

/** IKE_INTERMEDIATE request sent. */
export interface AwaitingIntermediate extends Common, Keyed {
  readonly phase: 'awaitingIntermediate';
  readonly connection: Connection;
  readonly agreed: Agreed;
  readonly tasks: readonly Task[];
}

/** IKE_AUTH request sent. */
export interface AwaitingAuthReply extends Common, Keyed {
  readonly phase: 'awaitingAuthReply';
  readonly connection: Connection;
  readonly agreed: Agreed;
  /** The keys with our postquantum pre-shared key in them: the response tells which are in use (RFC 8784). */
  readonly mixed?: IkeKeys;
  /** That we proved ourselves with, if it was one: the peer most likely holds the same. */
  readonly secret?: Secret;
  readonly tasks: readonly Task[];
}

/** An IKE SA that stands, or is on its way out. */
export interface Live extends Common, Keyed {
  readonly phase: 'established' | 'superseded' | 'deleting';
  readonly connection: Connection;
  readonly suite: IkeSuite;
  readonly group: GroupNumber;
  readonly transforms: readonly Transform[];
  readonly identity: Identity;
  readonly verified: VerifiedPeer;
  readonly hasNat: HasNat;
  readonly peer: PeerFeatures;
  /** Both ends speak MOBIKE (RFC 4555). */
  readonly mobike?: Mobike;
  readonly children: readonly Child[];
  /** The peer makes no more CHILD SAs in this IKE SA (RFC 7296 1.3): what else is wanted goes into another. */
  readonly isFull?: true;
  /** What we have to ask, first come first served, one at a time. */
  readonly tasks: readonly Task[];
  readonly establishedAtMs: number;
  readonly heardAtMs: number;
  /**
   * We answered the request that made this IKE SA, and the peer has not shown since that it heard us: if it never does, it holds
   * nothing, and we are to ask. Gone with the next message of the peer.
   */
  readonly confirmAtMs?: number;
  readonly rekeyAtMs?: number;
  readonly expiresAtMs?: number;
  /**
   * Born of a collision that is not decided here yet: what it inherits, if anything, comes later (RFC 7296 2.8.2). Requests but for
   * its own delete are left for their repetition, since they may speak of CHILD SAs that are still on their way.
   */
  readonly awaitsInheritance?: true;
  /** What the peer is making in more than one exchange; forgotten after a while. */
  readonly making?: Making & { readonly untilMs: number };
}

export interface Mobike {
  /** Who began the first IKE SA: that end moves both, whoever began its successors. */
  readonly decides: 'local' | 'remote';
  /** Where else the peer says that it can be met (RFC 4555 3.4). */
  readonly otherAddresses: readonly IpAddress[];
}

/** One CHILD SA and where it stands in its life. */
export interface Child {
  readonly sa: ChildSa;
  readonly template: ChildTemplate;
  /** `replaced`: a successor stands, one end deletes this one. */
  readonly state: 'installed' | 'replaced' | 'deleting';
  readonly rekeyAtMs?: number;
  readonly expiresAtMs?: number;
}

/** AUTHENTICATION_FAILED and a delete are out; only their answer is awaited. */
export interface Refusing extends Common, Keyed {
  readonly phase: 'refusing';
  readonly connection: Connection;
  readonly because: Refusal;
}

/** Gone; until it is forgotten, its last answer goes out again to who did not hear it. */
export interface Closed extends Common {
  readonly phase: 'closed';
  readonly because: Refusal;
  readonly forgetAtMs: number;
}

/** Something this end wants of the other. */
export type Task =
  | CreateChildTask
  | { readonly type: 'rekeyIke'; readonly notBeforeMs?: number; readonly tries: number; readonly group?: GroupNumber }
  | { readonly type: 'followUp'; readonly making: Making; readonly notBeforeMs?: number }
  | { readonly type: 'deleteChild'; readonly inSpi: EspSpi; readonly because: Refusal; readonly notBeforeMs?: number }
  | { readonly type: 'deleteIke'; readonly because: Refusal; readonly notBeforeMs?: number }
  /** `provesAddress`: with a cookie that must come back, since the peer has moved (RFC 4555 3.7). */
  | { readonly type: 'probe'; readonly provesAddress?: true; readonly notBeforeMs?: number }
  /** We have another address now. */
  | { readonly type: 'move'; readonly local: IpAddress; readonly notBeforeMs?: number };

export interface CreateChildTask {
  readonly type: 'createChild';
  /** The name of a template. */
  readonly child: string;
  readonly trigger?: Flow;
  /** A rekey of the SA that we receive on under this SPI. */
  readonly replaces?: EspSpi;
  /** The peer takes one address at each end and no more (RFC 7296 2.9). */
  readonly isSinglePair?: true;
  /** The group to begin with, because the peer asked for it. */
  readonly group?: GroupNumber;
  readonly tries: number;
  readonly notBeforeMs?: number;
}

/** What CREATE_CHILD_SA has agreed on, while IKE_FOLLOWUP_KE brings its further secrets (RFC 9370 2.2.4). */
export type Making = IkeMaking | ChildMaking;

interface Rounds {
  /** What is still to be run. */
  readonly methods: readonly KeyExchangeMethod[];
  readonly secrets: readonly Secret[];
  /** How the answering side calls it. */
  readonly link: Octets;
}

export interface ChildMaking extends Rounds {
  readonly type: 'child';
  readonly choice: ChildChoice;
  readonly inSpi: EspSpi;
  /** With the secret of the first method. */
  readonly keying: ChildKeying;
  /** Of the peer's CREATE_CHILD_SA message. */
  readonly payloads: readonly Payload[];
  /** The SA that it takes the place of, by the SPI that we receive on. */
  readonly replaces?: EspSpi;
  /** What we asked for, if it was we. */
  readonly asked?: PendingChild;
}

export interface IkeMaking extends Rounds {
  readonly type: 'ike';
  readonly proposal: Proposal;
  readonly group: GroupNumber;
  /** With the secret of the first method. */
  readonly input: IkeKeyInput;
}

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
  | { readonly type: 'move' };

export interface PendingFollowUp {
  readonly type: 'followUp';
  readonly making: Making;
  readonly share: KeyShare;
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
  readonly tries: number;
  readonly ownSpi: IkeSpi;
  readonly nonce: Octets;
  readonly keyPair: KeyPair;
  readonly proposals: readonly Proposal[];
  /** The IKE SA that the peer made of this one while our rekey was out (RFC 7296 2.8.2). */
  readonly rival?: { readonly ownSpi: IkeSpi; readonly lowestNonce: Octets };
}

/** What we offered for a CHILD SA. */
export interface ChildOffer {
  readonly template: ChildTemplate;
  readonly inSpi: EspSpi;
  readonly proposals: readonly Proposal[];
  /** Seen from this end. */
  readonly local: readonly TrafficSelector[];
  readonly remote: readonly TrafficSelector[];
  readonly wantsTransport: boolean;
}

/** The peer has shown that it has this IKE SA. */
export function confirmed(live: Live): Live {
  if (live.confirmAtMs === undefined) return live;
  const { confirmAtMs: _, ...rest } = live;
  return rest;
}

/** The SPI under which datagrams find us. */
export const ownSpiOf = ({ isInitiator, spis }: Pick<Common, 'isInitiator' | 'spis'>): IkeSpi =>
  isInitiator ? spis.initiator : spis.responder;
