/**
 * Traffic selectors: a range of addresses, a range of ports, a protocol (RFC 7296 3.13.1, RFC 4301 4.4.1.1). One selector speaks
 * of one side of the traffic; a policy or an SA has some for its local and some for its remote side. Ranges stay ranges, on the
 * wire and on a screen.
 */
import { compareOctets, type Octets } from '../bytes/octets.ts';
import { addressOf, compareAddresses, type IpAddress, printAddress } from '../net/address.ts';
import { anyPort, isAnyPort, isOpaquePort, opaquePort, type PortRange, printPorts } from '../net/ports.ts';
import { firstAddress, lastAddress, type Prefix, printPrefix } from '../net/prefix.ts';
import { anyProtocol, printProtocol } from '../net/protocol.ts';
import type { Flow } from './flow.ts';
import { enclosingPrefix } from './range.ts';

export interface TrafficSelector {
  /** Both of one family, `start` not above `end`. */
  readonly start: IpAddress;
  readonly end: IpAddress;
  /** 0 is any. */
  readonly protocol: number;
  /** Of ICMP: type in the high octet, code in the low one. */
  readonly ports: PortRange;
}

/**
 * A selector as IKE's messages carry it; `WireSelector` of ike/message fits it. Written down here because this floor does not
 * know IKE.
 */
export interface SelectorForm {
  readonly type: 7 | 8;
  readonly protocol: number;
  readonly startPort: number;
  readonly endPort: number;
  readonly startAddress: Octets;
  readonly endAddress: Octets;
}

export function selectorOf(prefix: Prefix, protocol = anyProtocol, ports = anyPort): TrafficSelector {
  return { start: firstAddress(prefix), end: lastAddress(prefix), protocol, ports };
}

export function hostSelector(address: IpAddress, protocol = anyProtocol, ports = anyPort): TrafficSelector {
  return { start: address, end: address, protocol, ports };
}

export function toForm({ start, end, protocol, ports }: TrafficSelector): SelectorForm {
  return {
    type: start.family === 4 ? 7 : 8,
    protocol,
    startPort: ports.start,
    endPort: ports.end,
    startAddress: start.octets,
    endAddress: end.octets,
  };
}

/** The selector of a form that came from a peer; undefined where it cannot mean traffic (RFC 7296 3.13.1: skip it). */
export function fromForm(form: SelectorForm | { readonly type: 'unknown' }): TrafficSelector | undefined {
  if (form.type === 'unknown') return undefined;
  const start = addressOf(form.startAddress);
  const end = addressOf(form.endAddress);
  const family = form.type === 7 ? 4 : 6;
  if (start?.family !== family || end?.family !== family || compareAddresses(start, end) > 0) return undefined;
  const ports = { start: form.startPort, end: form.endPort };
  if (ports.start > ports.end && !isOpaquePort(ports)) return undefined;
  return { start, end, protocol: form.protocol, ports };
}

/** What both selectors match; undefined: nothing. */
export function intersect(a: TrafficSelector, b: TrafficSelector): TrafficSelector | undefined {
  if (a.start.family !== b.start.family) return undefined;
  if (a.protocol !== b.protocol && a.protocol !== anyProtocol && b.protocol !== anyProtocol) return undefined;
  const ports = intersectPorts(a.ports, b.ports);
  const start = compareAddresses(a.start, b.start) >= 0 ? a.start : b.start;
  const end = compareAddresses(a.end, b.end) <= 0 ? a.end : b.end;
  if (ports === undefined || compareAddresses(start, end) > 0) return undefined;
  return { start, end, protocol: a.protocol === anyProtocol ? b.protocol : a.protocol, ports };
}

/** Everything that `inner` matches, `outer` matches too. */
export function isWithin(inner: TrafficSelector, outer: TrafficSelector): boolean {
  return (
    (outer.protocol === anyProtocol || outer.protocol === inner.protocol) &&
    arePortsWithin(inner.ports, outer.ports) &&
    inner.start.family === outer.start.family &&
    compareAddresses(outer.start, inner.start) <= 0 &&
    compareAddresses(inner.end, outer.end) <= 0
  );
}

/** The selector, speaking of the local side, matches the flow. */
export function matchesLocal(selector: TrafficSelector, flow: Flow): boolean {
  return matchesSide(selector, flow.local, flow.protocol, flow.localPort);
}

/** The selector, speaking of the remote side, matches the flow. */
export function matchesRemote(selector: TrafficSelector, flow: Flow): boolean {
  return matchesSide(selector, flow.remote, flow.protocol, flow.remotePort);
}

/** The flow lies within the selectors of an SA (RFC 4301 5.2 step 4). */
export function carries(
  sa: { readonly localSelectors: readonly TrafficSelector[]; readonly remoteSelectors: readonly TrafficSelector[] },
  flow: Flow,
): boolean {
  return (
    sa.remoteSelectors.some((selector) => matchesRemote(selector, flow)) &&
    sa.localSelectors.some((selector) => matchesLocal(selector, flow))
  );
}

export function includesAddress(selector: TrafficSelector, address: IpAddress): boolean {
  return (
    selector.start.family === address.family &&
    compareOctets(selector.start.octets, address.octets) <= 0 &&
    compareOctets(address.octets, selector.end.octets) <= 0
  );
}

/** One address and nothing else, as transport mode wants it (RFC 7296 2.23.1). */
export function isSingleHost(selector: TrafficSelector): boolean {
  return compareAddresses(selector.start, selector.end) === 0;
}

/** `10.1.4.0/24`, `10.1.4.0/24[tcp/2049]`, `10.0.0.1-10.0.0.9[any/53]`. */
export function printSelector({ start, end, protocol, ports }: TrafficSelector): string {
  const { prefix, isExact } = enclosingPrefix(start, end);
  const addresses = isExact ? printPrefix(prefix) : `${printAddress(start)}-${printAddress(end)}`;
  if (protocol === anyProtocol && isAnyPort(ports)) return addresses;
  const portsText = isAnyPort(ports) ? '' : `/${printPorts(ports)}`;
  return `${addresses}[${printProtocol(protocol)}${portsText}]`;
}

function matchesSide(
  selector: TrafficSelector,
  address: IpAddress,
  protocol: number,
  port: number | undefined,
): boolean {
  if (selector.protocol !== anyProtocol && selector.protocol !== protocol) return false;
  return includesPort(selector.ports, port) && includesAddress(selector, address);
}

/** A port that cannot be seen fits ANY and OPAQUE, and a port that can be seen does not fit OPAQUE (RFC 4301 4.4.1.1). */
function includesPort(ports: PortRange, port: number | undefined): boolean {
  if (port === undefined) return isAnyPort(ports) || isOpaquePort(ports);
  return ports.start <= port && port <= ports.end;
}

function arePortsWithin(inner: PortRange, outer: PortRange): boolean {
  if (isOpaquePort(inner)) return isOpaquePort(outer) || isAnyPort(outer);
  return outer.start <= inner.start && inner.end <= outer.end; // OPAQUE ends before it starts
}

/** OPAQUE is inside ANY, and no range of ports holds it. */
function intersectPorts(a: PortRange, b: PortRange): PortRange | undefined {
  if (isOpaquePort(a) || isOpaquePort(b)) {
    const other = isOpaquePort(a) ? b : a;
    return isOpaquePort(other) || isAnyPort(other) ? opaquePort : undefined;
  }
  const start = Math.max(a.start, b.start);
  const end = Math.min(a.end, b.end);
  return start <= end ? { start, end } : undefined;
}
