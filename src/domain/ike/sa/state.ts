/**
 * What a session knows, phase by phase. Plain and readonly: a step makes the next value, and a refused input gives back the very
 * same one. What is secret lies in `Secret`s and in the `Channel`, and is gone with the phase that held it; but while the
 * IKE SA lives, an answer keeps the channel that it went by as long as it may have to go again.
 */
import type { Octets } from '../../bytes/octets.ts';
import type { Once } from '../../bytes/once.ts';
import type { GroupNumber, KeyPair } from '../../crypto/provider.ts';
import type { IpAddress } from '../../net/address.ts';
import type { VerifiedPeer } from '../auth/auth.ts';
import type { CertificateRequest } from '../auth/certificate-requests.ts';
import type { Identity } from '../auth/identity.ts';
import type { Intermediate } from '../auth/intermediate-auth.ts';
import type { Channel } from '../channel/channel.ts';
import type { FragmentSets } from '../channel/fragmentation.ts';
import type { Window } from '../channel/window.ts';
import type { Child } from '../child/child.ts';
import type { Connection } from '../connection.ts';
import type { Failure } from '../facts.ts';
import type { KeyExchangeMethod } from '../keys/additional-key-exchange.ts';
import type { IkeKeys, IkeSuite } from '../keys/keys.ts';
import type { Header, IkeSpi, Proposal, Transform } from '../message/message.ts';
import type { HasNat, Path, Spis } from '../nat/nat.ts';
import type { Refusal } from '../refusal.ts';
import type { Making, Pending } from './pending.ts';
import type { Task } from './tasks.ts';

export type Session = AwaitingInit | AwaitingIntermediate | AwaitingAuth | AwaitingAuthReply | Live | Refusing | Closed;

interface Common {
  /** Of this IKE SA: roles may swap at a rekey. */
  readonly isInitiator: boolean;
  readonly spis: Spis;
  readonly path: Path;
  readonly window: Window<Pending>;
  readonly bornAtMs: number;
  /** Messages of the peer that have come in part (RFC 7383). */
  readonly fragments?: FragmentSets;
  /** Absent: no gateway may send us on. */
  readonly redirection?: Redirection;
}

/** How far we have been sent on by gateways, we who began the first IKE SA and said that we follow (RFC 5685). */
export interface Redirection {
  /** Whom we meant to call: who asks for CHILD SAs goes on asking for this address. */
  readonly askedFor: IpAddress;
  /** Who sent us here; absent: nobody yet. */
  readonly from?: IpAddress;
  /** When, the last few times. */
  readonly atMs: readonly number[];
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

/** What the peer's notifies said that it can do; of fragments, what we want of it besides. */
export interface PeerFeatures {
  readonly sendsFragments: boolean;
  readonly takesFragments: boolean;
  readonly doesChildless: boolean;
  /** By their numbers (RFC 7427 4); empty: it knows no method 14. */
  readonly signatureHashes: readonly number[];
  /** Of the CERTREQ that came with IKE_SA_INIT. */
  readonly certificateRequest: CertificateRequest | undefined;
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
  /** By which we proved ourselves (RFC 7296 3.8). */
  readonly ownAuthMethod: number;
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
  /** By which we proved ourselves (RFC 7296 3.8), in this IKE SA or the one that it comes of. */
  readonly ownAuthMethod: number;
  readonly verified: VerifiedPeer;
  readonly hasNat: HasNat;
  readonly peer: PeerFeatures;
  /** Both ends speak MOBIKE (RFC 4555). */
  readonly mobike?: Mobike;
  /** The message id of the request that moved the peer last: one that it overtook moves nobody (RFC 4555 3.5). */
  readonly movedById?: number;
  readonly children: readonly Child[];
  /** The peer makes no more CHILD SAs in this IKE SA (RFC 7296 1.3): what else is wanted goes into another. */
  readonly isFull?: true;
  /** Its gateway has sent us on (RFC 5685 5): nothing new goes in here, and it ends when the next IKE SA has what it has. */
  readonly isLeaving?: true;
  /** What we have to ask, first come first served, one at a time. */
  readonly tasks: readonly Task[];
  readonly establishedAtMs: number;
  readonly heardAtMs: number;
  /**
   * We answered the request that made this IKE SA, and the peer has not shown since that it heard us: if it never does, it holds
   * nothing, and we are to ask. Gone with the next message of the peer.
   */
  readonly confirmAtMs?: number;
  /** When the peer was last told of something that it had not asked for (hints.ts). */
  readonly toldAtMs?: number;
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

/** An error and a delete are out; only their answer is awaited. */
export interface Refusing extends Common, Keyed {
  readonly phase: 'refusing';
  readonly connection: Connection;
  readonly because: Refusal;
  /** The error notify that tells the peer so. Which check an answer of IKE_AUTH failed it does not learn. */
  readonly says: number;
}

/** Gone; until it is forgotten, its last answer goes out again to who did not hear it. */
export interface Closed extends Common {
  readonly phase: 'closed';
  /** Absent: nobody knew yet whose it was to be. */
  readonly connection?: Pick<Connection, 'name'>;
  readonly because: Refusal;
  readonly forgetAtMs: number;
}

/** It stands, or is on its way out. */
export const isLive = (session: Session): session is Live =>
  session.phase === 'established' || session.phase === 'superseded' || session.phase === 'deleting';

/** The peer has shown that it has this IKE SA. */
export function confirmed(live: Live): Live {
  if (live.confirmAtMs === undefined) return live;
  const { confirmAtMs: _, ...rest } = live;
  return rest;
}

/** Undefined before IKE_SA_INIT has told, and of an SA that is going. */
export const peerFeaturesOf = (session: Session): PeerFeatures | undefined =>
  'peer' in session ? session.peer : 'agreed' in session ? session.agreed.peer : undefined;

/** The SPI under which datagrams find us. */
export const ownSpiOf = ({ isInitiator, spis }: Pick<Common, 'isInitiator' | 'spis'>): IkeSpi =>
  isInitiator ? spis.initiator : spis.responder;

/** The header of a message of ours. */
export function headerOf(
  { spis, isInitiator }: Pick<Session, 'spis' | 'isInitiator'>,
  exchange: number,
  messageId: number,
  { isResponse }: { readonly isResponse: boolean },
): Header {
  return {
    initiatorSpi: spis.initiator,
    responderSpi: spis.responder,
    exchange,
    majorVersion: 2,
    minorVersion: 0,
    isFromInitiator: isInitiator,
    isResponse,
    messageId,
  };
}
