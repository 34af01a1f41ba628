/**
 * What one end is willing to do with one peer: the peer authorization entry (RFC 4301 4.4.3) and the templates of the
 * CHILD SAs that it may ask for. Plain data; the endpoint takes the whole list at once and forgets what is gone.
 */
import type { Secret } from '../bytes/secret.ts';
import type { SigningKey } from '../crypto/provider.ts';
import type { SigningHash } from '../crypto/signature-scheme.ts';
import type { IpAddress } from '../net/address.ts';
import type { Prefix } from '../net/prefix.ts';
import type { Certificate } from '../pki/certificate.ts';
import type { FromPacket } from '../spd/from-packet.ts';
import type { DynamicSelector } from '../spd/narrow.ts';
import type { TrafficSelector } from '../spd/selector.ts';
import type { Identity, IdentityPattern } from './auth/identity.ts';
import type { Mode, VolumeLimits } from './child/child-sa.ts';
import type { Proposal } from './message/message.ts';

export interface Connection {
  /** Unique within the endpoint; facts and SAs carry it. */
  readonly name: string;
  /** Our addresses and the peer's for which this entry stands; the first that fits is taken. */
  readonly local: readonly Prefix[];
  readonly remote: readonly Prefix[];
  /** Whom to call when we initiate without a packet; absent: only as responder, or to where a packet goes. */
  readonly remoteAddress?: IpAddress;
  readonly localAddress?: IpAddress;
  readonly remotePort?: number;
  readonly localPort?: number;
  /** Best first. */
  readonly ikeProposals: readonly Proposal[];
  readonly identity: Identity;
  readonly peerIdentity: IdentityPattern;
  /** As responder we are whoever the initiator asks for in IDr, and `identity` if it names nobody. */
  readonly takesAskedIdentity?: true;
  /** Sends IDr, the identity we wish the responder to have (RFC 7296 2.15). */
  readonly asksForPeer?: Identity;
  /** How we prove ourselves. */
  readonly authentication: Authentication;
  /** How the peer is to; absent: in the same way, by the same secrets or anchors. */
  readonly peerAuthentication?: PeerAuthentication;
  /** Mixed into the keys of every SA with this peer (RFC 8784). */
  readonly ppk?: PostquantumKey;
  readonly children: readonly ChildTemplate[];
  /** Jitter takes up to this share off every soft limit, so that both ends seldom rekey at once (RFC 7296 2.8). */
  readonly ikeLifetime: Lifetime;
  /** A new IKE SA with a new authentication instead of a rekey (RFC 7296 2.8.3). */
  readonly reauthenticates?: boolean;
  /** Silence after which a sender asks whether the peer lives; absent: never (RFC 7296 2.4). */
  readonly livenessAfterMs?: number;
  /** Pretends a NAT before a peer that looks for NATs, so that ESP rides in UDP. */
  readonly forcesUdpEncapsulation?: boolean;
  /**
   * `force`: the IKE SA first, its CHILD SAs in exchanges of their own; `never`: not even if the peer wants it so (RFC 6023).
   * Absent: as the peer likes.
   */
  readonly childless?: 'force' | 'never';
  /**
   * IKE fragmentation (RFC 7383). `accept`: announced, so that the peer may send fragments, while our own messages go whole; `never`: not
   * announced, and fragments are dropped. Absent: both ways, with whoever announces it. To an initiator the first entry that has a
   * proposal for it speaks, since nobody knows yet whose it is to be.
   */
  readonly fragmentation?: 'accept' | 'never';
  /** MOBIKE (RFC 4555): announced by us where we begin, refused, or (absent) spoken with whoever announces it. */
  readonly mobike?: 'offered' | 'never';
  /** Where we begin, a gateway may send us on to another address of `remote` (RFC 5685), of the same identity. */
  readonly followsRedirects?: boolean;
  /**
   * What becomes of older IKE SAs with the same peer (RFC 7296 2.4). Absent, `obey`: they go where the peer says INITIAL_CONTACT, and we say
   * it too, with the first of ours between the same two identities. `replace`: they go in any case; `keep`: they stay, and who comes from
   * elsewhere is refused, unless it says so. `ignore`: nothing, since several peers have one identity.
   */
  readonly uniqueness?: 'obey' | 'replace' | 'keep' | 'ignore';
}

/** One at least. */
export type SomeConnections = readonly [Connection, ...Connection[]];

export type Authentication = PskAuthentication | CertificateAuthentication;

export type PeerAuthentication =
  | PskAuthentication
  | ({ readonly method: 'certificate'; readonly anchors: readonly Certificate[] } & SignatureDemand);

/** What a peer's signature has to be made with, beyond what every one has to (RFC 7427 4); absent: anything that we verify. */
export interface SignatureDemand {
  readonly hashes?: readonly SigningHash[];
  readonly rsaPadding?: 'pss' | 'pkcs1';
}

export interface PskAuthentication {
  readonly method: 'psk';
  readonly secrets: readonly PreSharedKey[];
}

/** A certificate of ours and its key. */
export interface Credential {
  /** Ours first, then what leads to an anchor of the peer's. A root at its end is not sent, it says which CERTREQ fits. */
  readonly chain: readonly [Certificate, ...Certificate[]];
  readonly key: SigningKey;
}

export interface CertificateAuthentication extends Credential {
  readonly method: 'certificate';
  /** More of ours under the same identity: where the peer's CERTREQ or hashes do not fit the first, one of these. */
  readonly others?: readonly Credential[];
  /** Whom we trust, if the peer is to prove itself in the same way; CERTREQ names them. */
  readonly anchors: readonly Certificate[];
  /** `ifAsked`: only after a CERTREQ, which not every peer sends. */
  readonly sends: 'always' | 'ifAsked';
  /** With an RSA key: PSS, unless the peer cannot (RFC 7427 5). */
  readonly rsaPadding?: 'pss' | 'pkcs1';
  /** The only hashes that our key may sign with; absent: any that the peer verifies. */
  readonly hashes?: readonly SigningHash[];
  /** For peers that know no RFC 7427: RSA by method 1, with SHA-256. */
  readonly mayUseMethod1?: boolean;
}

export interface PreSharedKey {
  readonly secret: Secret;
  /** Peers that it is for; empty: any. */
  readonly peers: readonly IdentityPattern[];
}

/** A secret against who will break the key exchange one day, besides what proves an end (RFC 8784). */
export interface PostquantumKey {
  /** How it is called on the wire, the same at both ends. */
  readonly id: string;
  readonly secret: Secret;
  /** No SA without it. */
  readonly required: boolean;
}

export interface ChildTemplate {
  readonly name: string;
  readonly espProposals: readonly Proposal[];
  /** `require` never tunnels in silence, `prefer` takes what the peer answers (docs: charon). */
  readonly mode: { readonly want: Mode; readonly strictness: 'require' | 'prefer' };
  /** A dynamic selector stands for the end's own address. */
  readonly localSelectors: readonly (TrafficSelector | DynamicSelector)[];
  readonly remoteSelectors: readonly (TrafficSelector | DynamicSelector)[];
  /**
   * The selectors that each SA takes from the packet that asked for it ("populate from packet", RFC 4301 4.4.1.2); absent: none. A peer that
   * does not name the packet is asked to (SINGLE_PAIR_REQUIRED).
   */
  readonly fromPacket?: FromPacket;
  readonly lifetime: Lifetime;
  readonly volume: VolumeLimits;
  readonly replayWindow: number;
}

/** The child of that name; without a name the first. */
export const templateOf = (connection: Connection | undefined, child: string | undefined): ChildTemplate | undefined =>
  child === undefined ? connection?.children[0] : connection?.children.find(({ name }) => name === child);

export interface Lifetime {
  readonly rekeyAfterMs?: number;
  readonly expireAfterMs?: number;
  /** 0 to 1: the share that chance may take off `rekeyAfterMs`, and off the soft limits of the volume. */
  readonly jitter: number;
}

export const expectedOf = ({ authentication, peerAuthentication }: Connection): PeerAuthentication =>
  peerAuthentication ?? authentication;

/** Nothing is demanded where the peer is to do as we do. */
export const demandOf = ({ peerAuthentication }: Connection): SignatureDemand =>
  peerAuthentication?.method === 'certificate' ? peerAuthentication : {};
