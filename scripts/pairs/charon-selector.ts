/** Traffic selectors as swanctl.conf writes them: `dynamic`, a subnet, a range, each perhaps with `[protocol/port]` behind it. */
import type { Result } from '../../src/domain/bytes/result.ts';
import { parseAddress } from '../../src/domain/net/address.ts';
import { anyPort, parsePorts } from '../../src/domain/net/ports.ts';
import { firstAddress, lastAddress, parsePrefix } from '../../src/domain/net/prefix.ts';
import { anyProtocol, parseProtocol } from '../../src/domain/net/protocol.ts';
import type { DynamicSelector } from '../../src/domain/spd/narrow.ts';
import type { TrafficSelector } from '../../src/domain/spd/selector.ts';
import { printSelector } from '../../src/domain/spd/selector.ts';

export type ConfiguredSelector = TrafficSelector | DynamicSelector;

export const selectorsOf = (text: string): readonly ConfiguredSelector[] =>
  text
    .split(',')
    .map((each) => selectorOf(each.trim()))
    .filter((each) => each !== undefined);

/** As charon prints it, with numbers for ports and two dots for a range that is no subnet. */
export const printCharonSelector = (selector: TrafficSelector): string =>
  printSelector(selector).replace(/^([\d.a-f:]+)-/, '$1..');

function selectorOf(text: string): ConfiguredSelector | undefined {
  const [, addresses = '', brackets] = /^([^[]*)(?:\[(.*)\])?$/.exec(text) ?? [];
  const [protocolText = '', portsText] = (brackets ?? '').split('/');
  const protocol = protocolText === '' || protocolText === 'any' ? anyProtocol : known(parseProtocol(protocolText));
  const ports = portsText === undefined ? anyPort : known(parsePorts(portsText));
  if (protocol === undefined || ports === undefined) return undefined;
  if (addresses === 'dynamic') return { isDynamic: true, protocol, ports };
  const span = spanOf(addresses);
  return span && { ...span, protocol, ports };
}

function spanOf(text: string): Pick<TrafficSelector, 'start' | 'end'> | undefined {
  const [startText = '', endText] = text.split('-');
  if (endText !== undefined) {
    const start = known(parseAddress(startText));
    const end = known(parseAddress(endText));
    return start && end && { start, end };
  }
  const prefix = parsePrefix(text);
  const meant = prefix.ok ? prefix.value : prefix.error.code === 'hostBitsSet' ? prefix.error.meant : undefined;
  return meant && { start: firstAddress(meant), end: lastAddress(meant) };
}

const known = <T>(result: Result<T, unknown>): T | undefined => (result.ok ? result.value : undefined);
