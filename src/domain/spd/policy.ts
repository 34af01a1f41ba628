/**
 * One entry of the security policy database (RFC 4301 4.4.1). It holds for traffic whose local side fits one of `local` and
 * whose remote side fits one of `remote`, in both directions.
 */
import type { TrafficSelector } from './selector.ts';

export type SpdPolicy = ProtectPolicy | PlainPolicy;
export type SpdAction = SpdPolicy['action'];

export interface ProtectPolicy extends PolicySelectors {
  readonly action: 'protect';
  /** The IKE connection that makes its SAs, and which of that connection's children; absent: the first. */
  readonly connection: string;
  readonly child?: string;
}

export interface PlainPolicy extends PolicySelectors {
  readonly action: 'bypass' | 'discard';
}

interface PolicySelectors {
  readonly name: string;
  readonly local: readonly TrafficSelector[];
  readonly remote: readonly TrafficSelector[];
}
