/**
 * Policies that never decide, since one before them in the order holds for all of their traffic (RFC 4301 4.4.1: the first that fits
 * decides). On the cluster, whose order puts the narrower first, equals do so; in a host's order a wide one before a narrow one too.
 *
 * Whoever is named here never decides. That several others take all of a policy's traffic among them is not looked for.
 */
import { isOpaquePort, type PortRange } from '../net/ports.ts';
import { anyProtocol } from '../net/protocol.ts';
import type { Flow } from './flow.ts';
import { areWithin } from './narrow.ts';
import type { SpdPolicy } from './policy.ts';
import { indexPolicies } from './policy-index.ts';

/** Of policies in their order: each that is shadowed, with the first that shadows it, which itself decides. */
export function shadowsIn(policies: readonly SpdPolicy[]): ReadonlyMap<SpdPolicy, SpdPolicy> {
  const find = indexPolicies(policies);
  const shadows = new Map<SpdPolicy, SpdPolicy>();
  for (const [at, policy] of policies.entries()) {
    const lowest = lowestFlowOf(policy);
    if (lowest && find(lowest) === policy) continue; // it decides there: nobody need be compared
    const winner = policies.slice(0, at).find((earlier) => holdsAllOf(earlier, policy));
    if (winner) shadows.set(policy, winner);
  }
  return shadows;
}

/** Whatever `inner` holds for, `outer` holds for too. */
export const holdsAllOf = (outer: SpdPolicy, inner: SpdPolicy): boolean =>
  areWithin(inner.remote, outer.remote) && areWithin(inner.local, outer.local);

/** One packet among those that the policy holds for. */
function lowestFlowOf({ local: [local], remote: [remote] }: SpdPolicy): Flow | undefined {
  if (!local || !remote) return undefined;
  return {
    local: local.start,
    remote: remote.start,
    protocol: local.protocol === anyProtocol ? remote.protocol : local.protocol,
    localPort: lowestPortOf(local.ports),
    remotePort: lowestPortOf(remote.ports),
  };
}

const lowestPortOf = (ports: PortRange): number | undefined => (isOpaquePort(ports) ? undefined : ports.start);
