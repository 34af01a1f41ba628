/**
 * One entry of the security policy database (RFC 4301 4.4.1). It holds for traffic whose local side fits one of `local` and
 * whose remote side fits one of `remote`. The name of a protect policy is the name of the IKE connection that makes its SAs.
 */
import type { TrafficSelector } from './selector.ts';

export type SpdAction = 'protect' | 'bypass' | 'discard';

export interface SpdPolicy {
  readonly name: string;
  readonly action: SpdAction;
  readonly local: readonly TrafficSelector[];
  readonly remote: readonly TrafficSelector[];
}
