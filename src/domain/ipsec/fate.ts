/**
 * What becomes of a packet at the boundary (RFC 4301 5.1, 5.2), as facts: screens, logs and counters are made of these.
 */
import type { Octets } from '../bytes/octets.ts';
import type { OpenRefusal } from '../esp/inbound-sa.ts';
import type { SealRefusal } from '../esp/outbound-sa.ts';
import { type Flow, keepFlow } from '../spd/flow.ts';
import type { Verdict } from '../spd/lookup.ts';

/** Of a packet that a local application sends. `held`: it waits for an SA. */
export type Fate =
  | { readonly fate: 'clear'; readonly policy?: string }
  | { readonly fate: 'protected'; readonly policy: string; readonly inSpi: number; readonly outSpi: number }
  | { readonly fate: 'held'; readonly policy: string }
  | { readonly fate: 'dropped'; readonly drop: Drop };

/** How a packet came that is handed to a local application. */
export type Delivery =
  | { readonly via: 'clear'; readonly policy?: string }
  | { readonly via: 'esp'; readonly connection: string; readonly inSpi: number };

export interface Drop {
  readonly direction: 'outbound' | 'inbound';
  readonly why: DropReason;
  /** The rule that says so: dropping-rule.ts. */
  readonly rfcSection: string;
  readonly atMs: number;
  /** Of a packet that its IP headers alone condemn. */
  readonly family?: 4 | 6;
  /** Absent where the packet could not be read that far. */
  readonly flow?: Flow;
  readonly policy?: string;
  readonly inSpi?: number;
}

export const dropReasons = [
  /** No IP packet, or lengths and checksum that cannot be. */
  'malformed',
  /** Its headers send it on to others (RFC 791 3.1, RFC 8200 4.4): where it ends is not what policies and checksums see. */
  'routedOn',
  /** A policy, or the database's default, says so. */
  'discarded',
  /** Inbound in clear, though a policy wants it protected. */
  'clearButProtected',
  /** Outbound: no SA, and the negotiation failed or came to nothing in time. */
  'noSa',
  /** Outbound: too many packets or pairs wait for an SA. */
  'holdFull',
  /**
   * Outbound: transport mode protects whole packets alone, and a later fragment shows no ports to choose a policy by. Inbound: fragments
   * that never became whole, or out of a tunnel a first one that ends before its ports.
   */
  'fragment',
  'tooLong',
  /** Outbound to several peers behind one NAT: which of them is meant cannot be told, or that one has no SA. */
  'severalPeers',
  /** The SA has used up its sequence numbers or its volume. */
  'saExhausted',
  'unknownSpi',
  'replayed',
  /** The ICV does not fit. */
  'forged',
  /** Decrypted, and then padding that RFC 4303 does not allow. */
  'badPadding',
  /** Decrypted, and no packet of the kind that the tunnel says it is. */
  'notOfMode',
  /** Congestion was marked that the packet cannot tell: on the way of a tunnel (RFC 6040 4.2) or of a fragment (RFC 3168 5.3). */
  'congested',
  /** Decrypted, and not what the SA was negotiated for. */
  'wrongSelectors',
  /** Decrypted, and of a conversation that another peer behind the same NAT has already: both speak from one port. */
  'conversationOfAnother',
] as const;
export type DropReason = (typeof dropReasons)[number];

export type DropCounts = Record<DropReason, number>;

export const noDrops = (): DropCounts => Object.fromEntries(dropReasons.map((reason) => [reason, 0])) as DropCounts; // every reason is there

/** Which packet was dropped, and the policy that decided, if one did. */
export const whose = (flow: Flow, { name }: Pick<Verdict, 'name'>): Pick<Drop, 'flow' | 'policy'> =>
  name === undefined ? { flow: keepFlow(flow) } : { flow: keepFlow(flow), policy: name };

/** What cannot be read as a packet of the IP that it says it is. */
export function malformed(packet: Octets): Pick<Drop, 'why' | 'family'> {
  const version = (packet[0] ?? 0) >> 4;
  return version === 4 || version === 6 ? { why: 'malformed', family: version } : { why: 'malformed' };
}

/** What ESP's refusal to seal means for a packet. */
export function reasonOfSeal({ code }: SealRefusal): DropReason {
  return sealReasons[code];
}

/** What ESP's refusal to open means for a packet; a dummy is no loss. */
export function reasonOfOpen({ code }: Exclude<OpenRefusal, { code: 'dummy' }>): DropReason {
  return openReasons[code];
}

const sealReasons = {
  fragment: 'fragment',
  sequenceEnd: 'saExhausted',
  volumeEnd: 'saExhausted',
  tooLong: 'tooLong',
} as const satisfies Record<SealRefusal['code'], DropReason>;

const openReasons = {
  truncated: 'malformed',
  icv: 'forged',
  padding: 'badPadding',
  notOfMode: 'notOfMode',
  congested: 'congested',
  replay: 'replayed',
  volumeEnd: 'saExhausted',
} as const satisfies Record<Exclude<OpenRefusal['code'], 'dummy'>, DropReason>;
