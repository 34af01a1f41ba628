/** Traffic selectors as swanctl.conf writes them: `dynamic`, a subnet, a range, each perhaps with `[protocol/port]` behind it. */
import type { Result } from '../../src/domain/bytes/result.ts';
import { parseAddress } from '../../src/domain/net/address.ts';
import { anyPort, isAnyPort, isOpaquePort, parsePorts } from '../../src/domain/net/ports.ts';
import { firstAddress, lastAddress, parsePrefix } from '../../src/domain/net/prefix.ts';
import { anyProtocol, isIcmp, parseProtocol } from '../../src/domain/net/protocol.ts';
import type { DynamicSelector } from '../../src/domain/spd/narrow.ts';
import type { TrafficSelector } from '../../src/domain/spd/selector.ts';
import { printSelector } from '../../src/domain/spd/selector.ts';

export type ConfiguredSelector = TrafficSelector | DynamicSelector;

/** Undefined where one of them cannot be read: the loader refuses the file. */
export function selectorsOf(text: string): readonly ConfiguredSelector[] | undefined {
  const selectors = text.split(',').map((each) => selectorOf(each.trim()));
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
    .replace('[any/', '[0/');
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
  const ports =
    portsText === undefined || portsText === '' ? anyPort : known(parsePorts(services.get(portsText) ?? portsText));
  if (protocol === undefined || ports === undefined) return undefined;
  if (addresses === 'dynamic' || addresses === '%dynamic') return { isDynamic: true, protocol, ports };
  const span = spanOf(addresses);
  return span && { ...span, protocol, ports };
}

/** Of storage and what goes with it, as /etc/services has them. */
const services: ReadonlyMap<string, string> = new Map([
  ['nfs', '2049'],
  ['iscsi-target', '3260'],
  ['microsoft-ds', '445'],
  ['sunrpc', '111'],
  ['kerberos', '88'],
  ['ldap', '389'],
  ['ssh', '22'],
  ['http', '80'],
  ['https', '443'],
]);

/** An address, a subnet whose host bits do not count, or the first and the last address of a range. */
export function spanOf(text: string): Pick<TrafficSelector, 'start' | 'end'> | undefined {
  const [startText = '', endText] = text.split('-');
  if (endText !== undefined) {
    const start = known(parseAddress(startText.trim()));
    const end = known(parseAddress(endText.trim()));
    return start && end && { start, end };
  }
  const prefix = parsePrefix(text);
  const meant = prefix.ok ? prefix.value : prefix.error.code === 'hostBitsSet' ? prefix.error.meant : undefined;
  return meant && { start: firstAddress(meant), end: lastAddress(meant) };
}

const known = <T>(result: Result<T, unknown>): T | undefined => (result.ok ? result.value : undefined);
