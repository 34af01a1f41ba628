/** Limits and intervals of one endpoint. None is a protocol matter: each end has its own (RFC 7296 2.4, 2.6). */
import type { Retransmission } from './channel/window.ts';
import { natPort } from './datagram.ts';

export interface EndpointSettings {
  /** First interval of retransmission, its growth, and how often a request goes out at most (RFC 7296 2.4). */
  readonly retransmit: Retransmission;
  /** COOKIE from so many half-open SAs on (RFC 7296 2.6). */
  readonly cookieThreshold: number;
  /** The same for those of one address, so that one noisy source costs the others nothing. */
  readonly cookieThresholdPerAddress: number;
  /** Half-open SAs of one address, and of all; requests beyond are not answered. */
  readonly halfOpenPerAddress: number;
  readonly halfOpenTotal: number;
  readonly halfOpenMs: number;
  /** Fragments kept for all half-open SAs together: beyond it the oldest of them begins anew (RFC 7383 5). */
  readonly halfOpenFragmentOctets: number;
  /** Inputs that may wait for one session; more are dropped, as a full socket buffer would. */
  readonly queuedInputs: number;
  /** Unprotected error answers a second. */
  readonly unprotectedPerSecond: number;
  /** How long an unprotected refusal is doubted before it is believed (RFC 7296 2.21.1). */
  readonly doubtMs: number;
  /** Wait after TEMPORARY_FAILURE, before chance adds up to as much again (RFC 7296 2.25). */
  readonly busyMs: number;
  /** A responder asks whether the peer has what it made, if nothing has come from it for so long since. */
  readonly unconfirmedMs: number;
  /** How long the end that answered the one of two crossed IKE SAs that stays goes on sending on the other (crossing.ts). */
  readonly crossedMs: number;
  /**
   * How long who began the other leaves it alone then: charon's `unique = replace` ends one of the two after 10 s by itself. Who
   * answered it waits twice as long.
   */
  readonly crossedWaitMs: number;
  /** How long an SA that the peer has replaced waits for its delete. */
  readonly supersededMs: number;
  /** Longest IP datagram of an IKE message, where the peer can fragment (RFC 7383 2.5.1). */
  readonly fragmentIpOctets: number;
  /** The same for a path that swallows such datagrams: what IPv4 carries everywhere (RFC 7383 2.5.1, 2.5.2). */
  readonly narrowIpOctets: number;
  /** How often a message goes out before it is taken to be too long for its path. */
  readonly triesBeforeNarrow: number;
  /** Requests of the peer that may be unanswered at a time; more than 1 is announced (RFC 7296 2.3). */
  readonly windowSize: number;
  /** Our port for NAT traversal. */
  readonly natPort: number;
  /** CHILD SAs of one IKE SA; more are NO_ADDITIONAL_SAS. */
  readonly childrenPerIkeSa: number;
  /** How often gateways may send us on in such a time, before it is taken for a loop (RFC 5685 7). */
  readonly redirectsAtMost: number;
  readonly redirectPeriodMs: number;
  /** Whose order decides where we choose: ours (`accepted`) or the initiator's (RFC 7296 2.7 leaves it open). */
  readonly prefers: 'accepted' | 'offered';
  /** Of several pre-shared keys, a responder's own proof is by the one that fitted the peer's, or, as charon's, by the one most its. */
  readonly answersWith: 'fittingSecret' | 'nearestSecret';
  /** Among connections that fit alike: the first, as charon does, or the first whose selectors fit too. */
  readonly choosesBySelectors: boolean;
}

export const defaultSettings: EndpointSettings = {
  retransmit: { firstMs: 1000, factor: 1.8, tries: 6 },
  cookieThreshold: 100,
  cookieThresholdPerAddress: 10,
  halfOpenPerAddress: 20,
  halfOpenTotal: 2000,
  halfOpenMs: 30_000,
  halfOpenFragmentOctets: 4_194_304,
  queuedInputs: 64,
  unprotectedPerSecond: 20,
  doubtMs: 3000,
  busyMs: 1000,
  unconfirmedMs: 30_000,
  crossedMs: 1000,
  crossedWaitMs: 12_000,
  supersededMs: 30_000,
  fragmentIpOctets: 1280,
  narrowIpOctets: 576,
  triesBeforeNarrow: 2,
  windowSize: 1,
  natPort,
  childrenPerIkeSa: 1000,
  redirectsAtMost: 5,
  redirectPeriodMs: 300_000,
  prefers: 'accepted',
  answersWith: 'fittingSecret',
  choosesBySelectors: true,
};
