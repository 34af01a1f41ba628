/**
 * "Populate from packet" (RFC 4301 4.4.1.2, 4.4.2.2): where a policy says so of a selector, each SA is for the one value that the packet which
 * asks for it has, and not for all that the policy allows.
 */
import type { IpAddress } from '../net/address.ts';
import { anyProtocol } from '../net/protocol.ts';
import { type Flow, showsPorts } from './flow.ts';
import { withoutCovered } from './narrow.ts';
import { intersect, isSingleHost, isWithin, type TrafficSelector } from './selector.ts';

/** The selectors that are taken from the packet, by the names that a flow has for them. */
export type FromPacket = readonly (keyof Flow)[];

/** One pair of addresses. */
export const addressesOfPacket = ['local', 'remote'] as const satisfies FromPacket;

/** As much of a packet's flow as is known. */
export type Shown = { readonly [Field in keyof Flow]?: Flow[Field] | undefined };

interface Sides {
  readonly local: readonly TrafficSelector[];
  readonly remote: readonly TrafficSelector[];
}

/**
 * What of the selectors is for this packet alone, in the fields that are named. A field that the packet does not show, or whose value none of
 * them has, stays where they have but one anyway; undefined: they have several. A protocol without ports is not asked for any.
 */
export function populate({ local, remote }: Sides, packet: Shown, from: FromPacket): Sides | undefined {
  const ours = populateSide(local, packet, from, 'local');
  const theirs = populateSide(remote, packet, from, 'remote');
  return ours && theirs && { local: ours, remote: theirs };
}

/** What an offer tells of the packet that made its sender ask: the first selector of each side may be the packet's (RFC 7296 2.9). */
export function packetIn({ local: [local], remote: [remote] }: Sides): Shown {
  return {
    local: hostOf(local),
    remote: hostOf(remote),
    protocol: protocolOf(local) ?? protocolOf(remote),
    localPort: portOf(local),
    remotePort: portOf(remote),
  };
}

function populateSide(
  selectors: readonly TrafficSelector[],
  packet: Shown,
  from: FromPacket,
  side: 'local' | 'remote',
): readonly TrafficSelector[] | undefined {
  const { protocol } = packet;
  const hasPorts = protocol === undefined || showsPorts(protocol);
  const port = `${side}Port` as const;
  let left: readonly TrafficSelector[] | undefined = selectors;
  if (from.includes(side)) left = cut(left, withHost(packet[side]), (each) => withHost(hostOf(each)));
  if (from.includes('protocol')) left = cut(left, withProtocol(protocol), (each) => withProtocol(protocolOf(each)));
  if (from.includes(port) && hasPorts) left = cut(left, withPort(packet[port]), (each) => withPort(portOf(each)));
  return left && left !== selectors ? withoutCovered(left) : left;
}

type Value = Partial<TrafficSelector>;

/** Only those with the value; where there are none, those that stand, if `onlyOf` has one value for all of them. */
function cut(
  selectors: readonly TrafficSelector[] | undefined,
  value: Value | undefined,
  onlyOf: (selector: TrafficSelector) => Value | undefined,
): readonly TrafficSelector[] | undefined {
  const [first] = selectors ?? [];
  if (!selectors || !first) return undefined;
  const having = value ? selectors.flatMap((each) => intersect(each, { ...each, ...value }) ?? []) : [];
  if (having.length > 0) return having;
  const only = onlyOf(first);
  return only && selectors.every((each) => isWithin(each, { ...each, ...only })) ? selectors : undefined;
}

const withHost = (host: IpAddress | undefined): Value | undefined => host && { start: host, end: host };
const withProtocol = (protocol: number | undefined): Value | undefined =>
  protocol === undefined ? undefined : { protocol };
const withPort = (port: number | undefined): Value | undefined =>
  port === undefined ? undefined : { ports: { start: port, end: port } };

/** The one value that a selector allows; undefined: it allows several. */
const hostOf = (selector: TrafficSelector | undefined): IpAddress | undefined =>
  selector && isSingleHost(selector) ? selector.start : undefined;
const protocolOf = (selector: TrafficSelector | undefined): number | undefined =>
  selector?.protocol === anyProtocol ? undefined : selector?.protocol;
const portOf = (selector: TrafficSelector | undefined): number | undefined =>
  selector?.ports.start === selector?.ports.end ? selector?.ports.start : undefined;
