/**
 * Traffic selectors as texts of cases have them: '10.2.7.16/30 tcp 55-60', '0.0.0.0/0', 'fec1::/64 any', '… any OPAQUE', 'dynamic',
 * and as strongSwan prints them: '10.1.0.1..10.1.0.99[udp/1234-1235]'. A list has spaces between them.
 */
import { compareAddresses, type IpAddress, parseAddress } from '../../src/domain/net/address.ts';
import { anyPort, opaquePort, type PortRange } from '../../src/domain/net/ports.ts';
import { bitsOf, firstAddress, lastAddress, parsePrefix } from '../../src/domain/net/prefix.ts';
import { anyProtocol, parseProtocol } from '../../src/domain/net/protocol.ts';
import type { DynamicSelector } from '../../src/domain/spd/narrow.ts';
import type { TrafficSelector } from '../../src/domain/spd/selector.ts';
import { disagree } from './expect.ts';

type Span = Pick<TrafficSelector, 'start' | 'end'>;

export function selectorOfText(text: string): TrafficSelector {
  const [selector, ...more] = selectorsOfText(text);
  return selector && !('isDynamic' in selector) && more.length === 0 ? selector : disagree(`no selector: ${text}`);
}

/** `dynamic` stands for the hosts' addresses. */
export function selectorsOfText(text: string): readonly (TrafficSelector | DynamicSelector)[] {
  const words = text.replace(/[[\]/]*[[\]][[\]/]*/g, ' ').split(/\s+/);
  const groups: string[][] = [];
  for (const word of words.filter((each) => each !== '')) {
    if (word === 'dynamic' || /[.:]/.test(word)) groups.push([word]);
    else (groups.at(-1) ?? disagree(`no address: ${text}`)).push(...word.split('/'));
  }
  return groups.map(([net = '', protocol = 'any', ports = '']) => {
    const rest = { protocol: protocolOf(protocol), ports: portsOf(ports) };
    return net === 'dynamic' ? { isDynamic: true, ...rest } : { ...spanOf(net), ...rest };
  });
}

/** 'a/n', 'a', 'a-b', 'a..b'. */
export function spanOf(text: string): Span {
  const [first = '', last] = text.split(/-|\.\./);
  if (last !== undefined) {
    const span = { start: addressOfText(first), end: addressOfText(last) };
    return compareAddresses(span.start, span.end) <= 0 ? span : disagree(`it ends before it begins: ${text}`);
  }
  const parsed = parsePrefix(text.includes('/') ? text : `${text}/${bitsOf(addressOfText(text))}`);
  if (!parsed.ok) return disagree(`no prefix: ${text}`);
  return { start: firstAddress(parsed.value), end: lastAddress(parsed.value) };
}

export function addressOfText(text: string): IpAddress {
  const parsed = parseAddress(text);
  return parsed.ok ? parsed.value : disagree(`no address: ${text}`);
}

function protocolOf(text: string): number {
  if (text === 'any') return anyProtocol;
  const parsed = parseProtocol(text);
  return parsed.ok ? parsed.value : disagree(`no protocol: ${text}`);
}

function portsOf(text: string): PortRange {
  if (text === '') return anyPort;
  if (text.toUpperCase() === 'OPAQUE') return opaquePort;
  const [, start, end] = /^(\d+)(?:-(\d+))?$/.exec(text) ?? disagree(`no ports: ${text}`);
  return { start: Number(start), end: Number(end ?? start) };
}
