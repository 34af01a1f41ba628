/**
 * Why something was refused, as data: both sides' facts as far as this end knows them. explain/ makes sentences of it,
 * `notifyOf` makes what the peer may learn (RFC 7296 2.21), deciding-rule.ts says which rule decided.
 */
import type { Octets } from '../bytes/octets.ts';
import type { WirePlace } from '../bytes/reader.ts';
import type { IpAddress } from '../net/address.ts';
import type { Prefix } from '../net/prefix.ts';
import type { CertificateLabel } from '../pki/certificate.ts';
import type { PathFault } from '../pki/path-judge.ts';
import type { TrafficSelector } from '../spd/selector.ts';
import type { Identity, IdentityPattern } from './auth/identity.ts';
import type { SignatureFault } from './auth/signature-auth.ts';
import type { Mode } from './child/child-sa.ts';
import type { Gateway } from './message/gateway.ts';
import type { Proposal } from './message/message.ts';
import { notifyTypes } from './message/names.ts';

export type Refusal =
  /** Octets or a set of payloads that RFC 7296 does not allow. */
  | { readonly code: 'malformed'; readonly at: WirePlace }
  | { readonly code: 'unknownCritical'; readonly payload: number }
  /** No entry of ours for these two addresses. */
  | { readonly code: 'noConnection'; readonly local: IpAddress; readonly remote: IpAddress }
  /** What was to begin names a connection that is not there; `known` are. */
  | { readonly code: 'unknownConnection'; readonly name: string; readonly known: readonly string[] }
  /** Neither the connection nor who asks says at which of these addresses to begin, ours or the peer's; absent: that end is known. */
  | { readonly code: 'noAddress'; readonly local?: readonly Prefix[]; readonly remote?: readonly Prefix[] }
  /** `accepted` is absent where the peer decided: it does not say what it would have taken. */
  | {
      readonly code: 'noProposal';
      readonly protocol: 'IKE' | 'ESP';
      readonly offered: readonly Proposal[];
      readonly accepted?: readonly Proposal[];
    }
  /** No group that is configured may be negotiated: there is nothing to begin a key exchange with (RFC 8247 2.4). */
  | { readonly code: 'noGroup'; readonly configured: readonly Proposal[] }
  /** The answer chose what we had not offered. */
  | { readonly code: 'notOffered'; readonly offered: readonly Proposal[]; readonly chosen: readonly Proposal[] }
  /** The answer chose what may not run: broken algorithms, or a cipher without integrity (RFC 8247, RFC 8221). */
  | { readonly code: 'notRunnable'; readonly chosen: Proposal }
  /** The peer wants a group that we did not offer or have tried already: perhaps a downgrade (RFC 7296 2.7). */
  | {
      readonly code: 'groupRefused';
      readonly wanted: number;
      readonly tried: readonly number[];
      readonly offered: readonly number[];
    }
  /** A public value that RFC 6989, 5903 or 8031 tells us to refuse. */
  | { readonly code: 'badPublicValue'; readonly group: number }
  /** A key exchange by another method than the one whose turn it is; absent: none is due, none came. */
  | { readonly code: 'wrongMethod'; readonly due?: number; readonly got?: number }
  | { readonly code: 'nonceLength'; readonly octets: number }
  | {
      readonly code: 'authFailed';
      /** Which check failed here; `peer`: the other end refused us, and never says which check it was. */
      readonly check:
        | 'psk'
        | 'method'
        | 'identity'
        /** Whoever this identity is held for is to have other IKE proposals than IKE_SA_INIT has agreed on: `agreed`, `accepted`. */
        | 'suite'
        | 'noSecret'
        /** The peer's certificates lead to no anchor of ours: `path`. */
        | 'certificate'
        /** The peer's certificate is good and somebody else's: `certificate`. */
        | 'certified'
        /** The peer's signature is none, or not of that key: `signature`. */
        | 'signature'
        /** We cannot sign so that the peer could verify: `signature`. */
        | 'ownSignature'
        | 'peer';
      readonly ownIdentity?: Identity;
      readonly peerIdentity?: Identity;
      readonly expectedIdentity?: IdentityPattern;
      /** Of further connections that hold the same addresses. */
      readonly alsoExpected?: readonly IdentityPattern[];
      /** IDr that the initiator asked for and this end does not have. */
      readonly askedIdentity?: Identity;
      readonly agreed?: readonly Proposal[];
      readonly accepted?: readonly Proposal[];
      readonly method?: number;
      readonly expectedMethod?: 'psk' | 'certificate';
      readonly path?: PathFault;
      readonly certificate?: CertificateLabel;
      readonly signature?: SignatureFault;
    }
  /** The postquantum pre-shared keys do not meet. */
  | { readonly code: 'ppk'; readonly why: PpkFault; readonly ownId?: string; readonly peerId?: string }
  | {
      readonly code: 'selectors';
      readonly offered: SelectorPair;
      /** Absent where the peer decided. */
      readonly allowed?: SelectorPair;
      /** `allowed` is what the SA is in use for that was to be replaced: nothing narrower takes its place (RFC 7296 2.9.2). */
      readonly isRekey?: true;
      /** `offered` is the packet that asked; `allowed`, the SA that the peer made, goes without it. */
      readonly isWithoutPacket?: true;
    }
  /** We make an SA for one address at each end, and several were asked for (RFC 7296 2.9); or the peer does, and ours were. */
  | { readonly code: 'singlePair'; readonly offered: SelectorPair }
  /** The connection has no child of the name that was asked for, or has it no more; absent: it has none at all. */
  | { readonly code: 'noTemplate'; readonly child?: string }
  /** A CHILD SA is to have extended sequence numbers and no others, and checks no replays (RFC 4303 3.4.3). */
  | { readonly code: 'esnUnchecked' }
  | { readonly code: 'mode'; readonly wanted: Mode; readonly got: Mode }
  /** The peer does not know the SA that we named, or the other way round. */
  | { readonly code: 'unknownChild'; readonly spi: number }
  | { readonly code: 'busy'; readonly why: Busy }
  | { readonly code: 'noAdditionalSas' }
  /** A NAT hides several peers at this address, and what asks for an SA does not tell which is meant (RFC 3948 5.2). */
  | { readonly code: 'severalPeers'; readonly remote: IpAddress }
  /** The peer sends us on to another gateway, and we do not go. `to`: absent where it cannot be read. `times`: how often we went lately. */
  | {
      readonly code: 'redirect';
      readonly why: RedirectFault;
      readonly from: IpAddress;
      readonly to?: Gateway;
      readonly times: number;
    }
  /** An IKE SA with a peer of this identity stands already, at that address, and we keep the first (RFC 7296 2.4). */
  | { readonly code: 'notUnique'; readonly peerIdentity: Identity; readonly remote: IpAddress }
  /** The peer has moved, and we do not follow it to `to` (RFC 4555). */
  | { readonly code: 'move'; readonly why: MoveFault; readonly to: IpAddress }
  /** One end makes no CHILD SA in IKE_AUTH, the other none outside of it; `insists`: who goes without (RFC 6023). */
  | { readonly code: 'childless'; readonly insists: 'local' | 'remote' }
  | { readonly code: 'noAnswer'; readonly tries: number; readonly forMs: number }
  /** A responder waited for IKE_AUTH in vain. */
  | { readonly code: 'halfOpenExpired'; readonly afterMs: number }
  /**
   * The peer answered IKE_AUTH with this error alone: it said not who it is and proved nothing, so the IKE SA fell with whatever it
   * did not like. `offered` is the CHILD SA that we had asked for.
   */
  | {
      readonly code: 'refusedUnproven';
      readonly notify: number;
      readonly data: Octets;
      readonly offered?: OfferedChild;
    }
  /** Any other error notify of the peer. */
  | { readonly code: 'peerRefused'; readonly notify: number; readonly data: Octets }
  /** Not a failure: what was asked for on this end or the other. */
  | { readonly code: 'asked'; readonly by: 'local' | 'remote'; readonly reason: CloseReason };

/** What comes first (RFC 7296 2.25); `peer`: the other end is busy, and does not say with what. */
export type Busy = 'rekeyingIke' | 'rekeyingChild' | 'deletingChild' | 'deletingIke' | 'moving' | 'peer';

export type PpkFault =
  /** Ours is required, and the peer does not use any. */
  | 'peerLacks'
  /** The peer names one that we do not have. */
  | 'unknownId'
  /** Ours is required, and the peer's answer goes without. */
  | 'notConfirmed'
  /** Both have it, and what it is made of differs. */
  | 'differs';

export type RedirectFault =
  /** We did not say that we follow, and may not be sent. */
  | 'unasked'
  | 'unreadable'
  /** A name, and nobody here looks names up. */
  | 'name'
  /** We have no address of that family. */
  | 'family'
  /** The connection does not hold that address. */
  | 'notHeld'
  /** Gateways that send us to and fro. */
  | 'tooOften';

export type MoveFault =
  /** The connection does not hold that address. */
  | 'notHeld'
  /** The peer forbids NATs, and one has changed its addresses. */
  | 'nat'
  /** What is sent there does not come back as it went: somebody else may be there. */
  | 'unproven';

/** Why an SA ended although nothing went wrong. */
export type CloseReason =
  | 'command'
  | 'configuration'
  | 'lifetime'
  | 'rekeyed'
  | 'redundant'
  | 'initialContact'
  | 'reauthenticated'
  | 'redirected'
  | 'replaced'
  | 'delete'
  | 'unused';

/** What was asked for in a request for a CHILD SA, as far as the peer may dislike it. */
export interface OfferedChild {
  readonly proposals: readonly Proposal[];
  readonly selectors: SelectorPair;
  readonly mode: Mode;
}

/** As seen from the end that holds the fact. */
export interface SelectorPair {
  readonly local: readonly TrafficSelector[];
  readonly remote: readonly TrafficSelector[];
}

const {
  UNSUPPORTED_CRITICAL_PAYLOAD,
  INVALID_SYNTAX,
  NO_PROPOSAL_CHOSEN,
  INVALID_KE_PAYLOAD,
  AUTHENTICATION_FAILED,
  SINGLE_PAIR_REQUIRED,
  NO_ADDITIONAL_SAS,
  TS_UNACCEPTABLE,
  TEMPORARY_FAILURE,
  CHILD_SA_NOT_FOUND,
} = notifyTypes.numbers;

/** The error notify (RFC 7296 3.10.1) that a refusal may put on the wire; absent: silence. */
export const notifyOf: { readonly [code in Refusal['code']]?: number } = {
  malformed: INVALID_SYNTAX, // only inside the protection or in answer to IKE_SA_INIT
  unknownCritical: UNSUPPORTED_CRITICAL_PAYLOAD,
  noConnection: NO_PROPOSAL_CHOSEN, // as charon says it
  noProposal: NO_PROPOSAL_CHOSEN,
  noGroup: NO_PROPOSAL_CHOSEN,
  notOffered: NO_PROPOSAL_CHOSEN,
  notRunnable: NO_PROPOSAL_CHOSEN,
  groupRefused: INVALID_KE_PAYLOAD,
  badPublicValue: INVALID_SYNTAX,
  wrongMethod: INVALID_SYNTAX,
  nonceLength: INVALID_SYNTAX,
  authFailed: AUTHENTICATION_FAILED, // the peer never learns which check (2.21.2)
  ppk: AUTHENTICATION_FAILED,
  notUnique: AUTHENTICATION_FAILED,
  selectors: TS_UNACCEPTABLE,
  singlePair: SINGLE_PAIR_REQUIRED,
  esnUnchecked: NO_PROPOSAL_CHOSEN,
  mode: NO_PROPOSAL_CHOSEN,
  unknownChild: CHILD_SA_NOT_FOUND,
  busy: TEMPORARY_FAILURE,
  noAdditionalSas: NO_ADDITIONAL_SAS,
  childless: INVALID_SYNTAX, // as charon says it
};
