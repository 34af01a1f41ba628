/** What a policy of ONTAP holds for, as an entry of the security policy database (RFC 4301 4.4.1). */
import { invariant } from '../bytes/result.ts';
import { parseAddress } from '../net/address.ts';
import { anyPort } from '../net/ports.ts';
import type { Prefix } from '../net/prefix.ts';
import type { SpdPolicy } from '../spd/policy.ts';
import { selectorOf, type TrafficSelector } from '../spd/selector.ts';
import type { IpsecPolicy, PolicyEndpoint } from './cluster.ts';

/** Connection and child of one that protects bear its name. */
export function spdPolicyOf({
  name,
  action,
  local,
  remote,
  protocol,
}: Pick<IpsecPolicy, 'name' | 'action' | 'local' | 'remote' | 'protocol'>): SpdPolicy {
  const selectors = { name, local: [selectorOfEnd(local, protocol)], remote: [selectorOfEnd(remote, protocol)] };
  if (action === 'bypass' || action === 'discard') return { ...selectors, action };
  return { ...selectors, action: 'protect', connection: name, child: name };
}

export const selectorOfEnd = (end: PolicyEndpoint, protocol: number): TrafficSelector =>
  selectorOf(prefixOf(end), protocol, end.port === 0 ? anyPort : { start: end.port, end: end.port });

export function prefixOf({ address, prefixBits }: Pick<PolicyEndpoint, 'address' | 'prefixBits'>): Prefix {
  const parsed = parseAddress(address);
  invariant(parsed.ok, 'a policy that the cluster holds has addresses');
  return { address: parsed.value, length: prefixBits };
}
