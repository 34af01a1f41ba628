/**
 * What the console's page may ask of the lab beside ONTAP's REST: live counters, the reasons of failures, and the lab's own
 * controls. These facts do not exist on a real cluster, so no page may need them. The worker offers a `LabPort` through comlink.
 *
 * Everything here is plain data that a structured clone keeps. Instants are milliseconds of the lab's clock since the epoch.
 */

/** One state per stream of traffic, as the console shows it. */
export type WireState = 'encrypted' | 'oneWay' | 'negotiating' | 'clear' | 'blocked' | 'failed' | 'idle' | 'unknown';

export type TrafficKind = 'nfs' | 'smb' | 'iscsi';

export interface LabSnapshot {
  /** Counts up with each change: an older snapshot never replaces a newer one. */
  readonly sequence: number;
  readonly clock: LabClock;
  /** What the run can be replayed from. */
  readonly seed: string;
  readonly faults: LabFaults;
  readonly hosts: readonly LabHost[];
  readonly streams: readonly LabStream[];
  readonly ikeSas: readonly LabIkeSa[];
  /** Newest first; bounded. */
  readonly failures: readonly LabFailure[];
}

export interface LabClock {
  readonly nowMs: number;
  /** Lab seconds per real second. */
  readonly rate: number;
  readonly isPaused: boolean;
}

export interface LabFaults {
  /** Probability from 0 to 1 that a datagram is lost, doubled, or overtaken. */
  readonly loss: number;
  readonly duplicate: number;
  readonly reorder: number;
  readonly delayMs: number;
}

export interface LabHost {
  readonly id: string;
  readonly name: string;
  readonly addresses: readonly string[];
  /** The IPsec configuration that the host has loaded; absent: none. Never holds a key. */
  readonly configuration?: LabHostConfiguration;
}

export interface LabHostConfiguration {
  /** The cluster's policy it was made to match. */
  readonly policyName: string;
  readonly localSubnet: string;
  readonly remoteSubnet: string;
  /** `swanctl.conf` with a placeholder where the key stands. */
  readonly swanctl: string;
  /** One for each policy that the host was configured for, the first of which stands above. */
  readonly connections?: readonly {
    readonly policyName: string;
    readonly localSubnet: string;
    readonly remoteSubnet: string;
  }[];
}

/** Traffic between one host and one LIF: what the wire picture shows. */
export interface LabStream {
  readonly id: string;
  readonly hostId: string;
  readonly kind: TrafficKind;
  readonly hostAddress: string;
  readonly lifName: string;
  readonly lifAddress: string;
  readonly svmName: string;
  readonly nodeName: string;
  readonly port: number;
  readonly isRunning: boolean;
  readonly state: WireState;
  /** One sentence that says why, where the state is not plain: blocked, failed, one way, clear although a policy exists. */
  readonly reason?: string;
  readonly policyName?: string;
  /** Seen from the cluster: in is from the host. Payload octets and packets that arrived at their application. */
  readonly inOctets: number;
  readonly outOctets: number;
  readonly inPackets: number;
  readonly outPackets: number;
  readonly droppedPackets: number;
  /** Octets per lab second over the last seconds. */
  readonly inRate: number;
  readonly outRate: number;
  /** The first packets of this stream as they crossed the wire, in clear and as ESP. */
  readonly proof: readonly LabProofPacket[];
}

export interface LabProofPacket {
  readonly atMs: number;
  readonly isFromHost: boolean;
  readonly form: 'clear' | 'esp';
  /** For example `TCP 51034 > 2049, 148 octets` or `ESP spi 0xc4c5b3d6 seq 1, 220 octets`. */
  readonly summary: string;
  /** The IP packet's first octets, hex. */
  readonly hex: string;
}

/** An IKE SA as the cluster holds it, with its IPsec SAs. REST says that it exists; this says how it fares. */
export interface LabIkeSa {
  readonly initiatorSpi: string;
  readonly responderSpi: string;
  readonly policyName: string;
  readonly hostId?: string;
  readonly localAddress: string;
  readonly remoteAddress: string;
  readonly state: 'connecting' | 'established' | 'rekeying' | 'deleting';
  readonly isInitiator: boolean;
  /** For example `AES-256-CBC, HMAC-SHA-384-192, P-384`. */
  readonly suite: string;
  /** By what each end proved itself, for example `pre-shared key`; absent until both have. */
  readonly proofs?: { readonly cluster: string; readonly host: string };
  /** What is weak in how the host proved itself, though the cluster believed it. */
  readonly caution?: LabCaution;
  readonly bornAtMs: number;
  readonly rekeyAtMs?: number;
  readonly expiresAtMs?: number;
  readonly children: readonly LabIpsecSa[];
}

export interface LabCaution {
  readonly sentence: string;
  /** What would be right. */
  readonly remedy: string;
  /** Document and section, for example `RFC 8247 3.1`. */
  readonly rfcSection: string;
}

export interface LabIpsecSa {
  /** ESP SPIs, 8 hex digits each. */
  readonly inSpi: string;
  readonly outSpi: string;
  readonly suite: string;
  readonly isUdpEncapsulated: boolean;
  readonly localSelector: string;
  readonly remoteSelector: string;
  readonly inOctets: number;
  readonly outOctets: number;
  readonly inPackets: number;
  readonly outPackets: number;
  readonly replayDrops: number;
  readonly icvDrops: number;
  readonly bornAtMs: number;
  readonly rekeyAtMs?: number;
  readonly expiresAtMs?: number;
}

/** Why a negotiation failed: a fact of the engine, made into a sentence by domain/explain. */
export interface LabFailure {
  readonly id: string;
  readonly atMs: number;
  readonly policyName?: string;
  readonly hostId?: string;
  readonly localAddress: string;
  readonly remoteAddress: string;
  /** The end that refused. */
  readonly end: 'cluster' | 'host';
  /** The exchange and message in which it was decided, for example `IKE_AUTH request`. */
  readonly decidedAt: string;
  /** The notify on the wire, for example `AUTHENTICATION_FAILED`; absent: silent. */
  readonly notify?: string;
  readonly sentence: string;
  /** What would be right. */
  readonly remedy: string;
  readonly rfcSection?: string;
  readonly retryAtMs?: number;
  /** Since then it is history: SAs came, or a configuration changed. Absent: it stands. */
  readonly settledAtMs?: number;
}

/** What can be refused, with a sentence that a person can act on. */
export type LabAnswer = { readonly ok: true } | { readonly ok: false; readonly message: string };

export type LabCommand =
  /** Makes the host match a policy of the cluster. The key is given by the form that has just created the policy. */
  | {
      readonly type: 'configureHost';
      readonly hostId: string;
      readonly policyName: string;
      readonly svmName: string;
      readonly key: string;
    }
  /** Removes the host's IPsec configuration: its traffic flows in clear again where the cluster lets it. */
  | { readonly type: 'clearHost'; readonly hostId: string }
  | { readonly type: 'setTraffic'; readonly streamId: string; readonly isRunning: boolean }
  | { readonly type: 'setFaults'; readonly faults: LabFaults }
  | { readonly type: 'setClock'; readonly rate: number; readonly isPaused: boolean }
  | { readonly type: 'rekey'; readonly inSpi: string }
  | { readonly type: 'deleteIkeSa'; readonly initiatorSpi: string }
  /** Deletes every policy and host configuration, and turns IPsec off. */
  | { readonly type: 'allClear' }
  /** Everything as at the first start. */
  | { readonly type: 'reset' };

export interface LabPort {
  snapshot(): Promise<LabSnapshot>;
  /** Calls back with each new snapshot, at most twice a real second. Resolves to what ends it. */
  subscribe(onSnapshot: (snapshot: LabSnapshot) => void): Promise<() => void>;
  do(command: LabCommand): Promise<LabAnswer>;
  /** What the lab says of its own storage: a broken state is shown, offered for export, and can be started afresh. */
  health(): Promise<LabHealth>;
}

export type LabHealth =
  | { readonly ok: true }
  | { readonly ok: false; readonly what: string; readonly exported: string };
