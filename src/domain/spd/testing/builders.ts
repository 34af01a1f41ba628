/**
 * Selectors, policies and flows from short text, and at random: for tests alone.
 */
import fc from 'fast-check';
import { address } from '../../net/address.ts';
import { anyPort, opaquePort, parsePorts } from '../../net/ports.ts';
import { parsePrefix } from '../../net/prefix.ts';
import { anyProtocol, parseProtocol } from '../../net/protocol.ts';
import type { Flow } from '../flow.ts';
import type { SpdPolicy } from '../policy.ts';
import { selectorOf, type TrafficSelector } from '../selector.ts';

/** `10.1.4.0/24[tcp/2049]`, as `printSelector` prints it; a range as `10.0.0.1-10.0.0.9`. */
export function aSelector(text: string): TrafficSelector {
  const [, addresses = '', protocolText = 'any', portsText = 'any'] =
    /^([^[]+)(?:\[([^/]+)(?:\/(.+))?\])?$/.exec(text) ?? [];
  const protocol = value(parseProtocol(protocolText));
  const ports = value(parsePorts(portsText));
  if (!addresses.includes('-')) return selectorOf(value(parsePrefix(addresses)), protocol, ports);
  const [start = '', end = ''] = addresses.split('-');
  return { start: address(start), end: address(end), protocol, ports };
}

/** A protect policy of one selector on each side; its connection bears its name. */
export function aPolicy(name: string, local: string, remote: string): SpdPolicy {
  return { name, action: 'protect', connection: name, local: [aSelector(local)], remote: [aSelector(remote)] };
}

/** So many policies side by side, a subnet each, and how often the remote selectors of any have been looked at. */
export function watchedPolicies(count: number): { readonly policies: readonly SpdPolicy[]; looks(): number } {
  let looks = 0;
  const policies = Array.from({ length: count }, (_, i) => {
    const policy = aPolicy(`p${i}`, '10.1.1.1', `10.${2 + (i >> 8)}.${i & 255}.0/24`);
    return {
      ...policy,
      get remote() {
        looks += 1;
        return policy.remote;
      },
    };
  });
  return { policies, looks: () => looks };
}

/** A TCP flow. */
export function aFlow(local: string, remote: string, localPort = 2049, remotePort = 51034): Flow {
  return { local: address(local), remote: address(remote), protocol: 6, localPort, remotePort };
}

/** Small ranges in one /27, few protocols and ports, so that chance makes them meet. */
export const anySelector: fc.Arbitrary<TrafficSelector> = fc
  .tuple(
    fc.nat(31),
    fc.nat(31),
    fc.constantFrom(anyProtocol, 6, 7),
    fc.oneof(aRange(7), fc.constantFrom(anyPort, opaquePort)),
  )
  .map(([a, b, protocol, ports]) => ({
    start: address(`10.0.0.${Math.min(a, b)}`),
    end: address(`10.0.0.${Math.max(a, b)}`),
    protocol,
    ports,
  }));

function aRange(max: number) {
  return fc.tuple(fc.nat(max), fc.nat(max)).map(([a, b]) => ({ start: Math.min(a, b), end: Math.max(a, b) }));
}

function value<T>(
  result: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: unknown },
): T {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}
