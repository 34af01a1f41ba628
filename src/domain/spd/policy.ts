/**
 * One entry of the security policy database (RFC 4301 4.4.1). It holds for traffic whose local side fits one of `local` and
 * whose remote side fits one of `remote`, in both directions.
 */
import type { Flow } from './flow.ts';
import { matchesLocal, matchesRemote, type TrafficSelector } from './selector.ts';

export type SpdPolicy = ProtectPolicy | PlainPolicy;

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

/** One of the policy's local selectors fits the flow's local side, and one of its remote selectors the remote side. */
export function fits(policy: SpdPolicy, flow: Flow): boolean {
  return (
    policy.remote.some((selector) => matchesRemote(selector, flow)) &&
    policy.local.some((selector) => matchesLocal(selector, flow))
  );
}
