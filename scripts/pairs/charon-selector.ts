/** Traffic selectors as swanctl.conf writes them: `dynamic`, a subnet, a range, each perhaps with `[protocol/port]` behind it. */
import type { Result } from '../../src/domain/bytes/result.ts';
import { type IpAddress, parseAddress } from '../../src/domain/net/address.ts';
import { anyPort, isAnyPort, isOpaquePort, type PortRange, parsePorts } from '../../src/domain/net/ports.ts';
import { bitsOf, firstAddress, lastAddress } from '../../src/domain/net/prefix.ts';
import { anyProtocol, isIcmp, parseProtocol } from '../../src/domain/net/protocol.ts';
import type { DynamicSelector } from '../../src/domain/spd/narrow.ts';
import type { TrafficSelector } from '../../src/domain/spd/selector.ts';
import { printSelector } from '../../src/domain/spd/selector.ts';

export type ConfiguredSelector = TrafficSelector | DynamicSelector;

/** Undefined where one of them cannot be read: the loader refuses the file. */
export function selectorsOf(text: string): readonly ConfiguredSelector[] | undefined {
  const words = text.split(',').map((each) => each.trim());
  const selectors = words.filter((word) => word !== '').map(selectorOf);
  const read = selectors.filter((each) => each !== undefined);
  return read.length === selectors.length ? read : undefined;
}

/**
 * As charon prints it, with numbers for ports and for any protocol, two dots for a range that is no subnet, and ICMP's type with
 * its code in brackets where other protocols have ports.
 */
export function printCharonSelector(selector: TrafficSelector): string {
  const printed = printSelector(selector)
    .replace(/^([\d.a-f:]+)-/, '$1..')
    .replace('[any/', '[0/')
    .replace('/opaque]', '/OPAQUE]');
  const { start, end } = selector.ports;
  if (!isIcmp(selector.protocol) || isAnyPort(selector.ports) || isOpaquePort(selector.ports)) return printed;
  return printed.replace(
    /\/[\d-]+\]$/,
    `/${start === end ? printIcmp(start) : `${printIcmp(start)}-${printIcmp(end)}`}]`,
  );
}

const printIcmp = (port: number): string => (port & 0xff ? `${port >> 8}(${port & 0xff})` : String(port >> 8));

function selectorOf(text: string): ConfiguredSelector | undefined {
  const [, addresses = '', brackets] = /^([^[]*)(?:\[(.*)\])?$/.exec(text) ?? [];
  const [protocolText = '', portsText] = (brackets ?? '').split('/');
  const protocol = protocolText === '' || protocolText === 'any' ? anyProtocol : known(parseProtocol(protocolText));
  const read =
    portsText === undefined || portsText === '' ? anyPort : known(parsePorts(services.get(portsText) ?? portsText));
  if (protocol === undefined || read === undefined) return undefined;
  const ports = isIcmp(protocol) ? icmpPorts(read) : read;
  if (addresses === 'dynamic') return { isDynamic: true, protocol, ports };
  const span = spanOf(addresses);
  return span && { ...span, protocol, ports };
}

/** A number that fits into an octet is a type, of code 0; a greater one is both. */
function icmpPorts(ports: PortRange): PortRange {
  if (isAnyPort(ports) || isOpaquePort(ports)) return ports;
  const typed = (port: number) => (port < 256 ? port << 8 : port);
  return { start: typed(ports.start), end: typed(ports.end) };
}

/** As /etc/services has them: of storage, and what goes with it. */
const services: ReadonlyMap<string, string> = new Map([
  ['nfs', '2049'],
  ['iscsi-target', '3260'],
  ['microsoft-ds', '445'],
  ['netbios-ssn', '139'],
  ['netbios-ns', '137'],
  ['sunrpc', '111'],
  ['kerberos', '88'],
  ['ldap', '389'],
  ['ldaps', '636'],
  ['domain', '53'],
  ['ntp', '123'],
  ['snmp', '161'],
  ['rsync', '873'],
  ['ftp', '21'],
  ['ssh', '22'],
  ['telnet', '23'],
  ['smtp', '25'],
  ['http', '80'],
  ['https', '443'],
]);

/** An address, a subnet whose host bits do not count, or the first and the last address of a range. */
export function spanOf(text: string): Pick<TrafficSelector, 'start' | 'end'> | undefined {
  const [startText = '', endText] = text.split('-');
  if (endText !== undefined) {
    const start = hostOf(startText);
    const end = hostOf(endText);
    return start && end && start.family === end.family ? { start, end } : undefined;
  }
  const [hostText = '', maskText] = text.split('/');
  const address = hostOf(hostText);
  if (!address) return undefined;
  const longest = bitsOf(address);
  const length = maskText === undefined ? longest : Math.min(Number.parseInt(maskText, 10) || 0, longest);
  return { start: firstAddress({ address, length }), end: lastAddress({ address, length }) };
}

/** What has a dot is IPv4, and nothing mapped. */
function hostOf(text: string): IpAddress | undefined {
  const trimmed = text.trim();
  return trimmed.includes('.') && trimmed.includes(':') ? undefined : known(parseAddress(trimmed));
}

const known = <T>(result: Result<T, unknown>): T | undefined => (result.ok ? result.value : undefined);
