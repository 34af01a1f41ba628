/** Traffic selectors: subset, containment, addresses inside, ranges to prefixes, and choosing among lists. */
import { z } from 'zod';
import { type IpAddress, parseAddress, printAddress } from '../../../src/domain/net/address.ts';
import { anyPort, opaquePort, type PortRange } from '../../../src/domain/net/ports.ts';
import { parsePrefix } from '../../../src/domain/net/prefix.ts';
import { parseProtocol } from '../../../src/domain/net/protocol.ts';
import { cutToHosts, type DynamicSelector, narrow, resolveDynamic } from '../../../src/domain/spd/narrow.ts';
import { enclosingPrefix } from '../../../src/domain/spd/range.ts';
import {
  includesAddress,
  intersect,
  isWithin,
  printSelector,
  selectorOf,
  type TrafficSelector,
} from '../../../src/domain/spd/selector.ts';
import { disagree, expectEqual } from '../expect.ts';
import { casesOf, type Format, listOf, type VectorCase, type VectorFile } from '../format.ts';

const written = z.object({ net: z.string(), proto: z.number(), from_port: z.number(), to_port: z.number() });

const list = z.string().nullable().default(null);
const lists = z.object({
  local: z.string(),
  hosts: list,
  supplied: list,
  selected: z.string(),
  selectedForceHosts: z.string().optional(),
  narrowed: z.boolean().optional(),
});
type Lists = z.output<typeof lists>;

export const trafficSelectors: Format = {
  name: 'traffic-selectors',
  fields: lists,
  cases: (file) => [
    ...listCases(file),
    ...containmentCases(file),
    ...inclusionCases(file),
    ...prefixCases(file),
    ...subsetCases(file),
  ],
};

/**
 * Without hosts a dynamic selector has no address yet: nothing can be supplied to it, nothing is chosen, and where the data says
 * `dynamic` our answer has no selector. Without a supplied list the configured one is resolved and no more.
 */
const listCases = (file: VectorFile) =>
  casesOf(listOf(file), lists, (fields) => {
    const { local, hosts, supplied, selected, selectedForceHosts, narrowed } = fields;
    const name = `${local} at ${hosts ?? 'no host'} meets ${supplied ?? 'nothing'}`;
    const check = () => {
      const chosen = choose(fields);
      expectEqual('selected', print(chosen?.selectors), printed(selected));
      if (narrowed !== undefined) expectEqual('narrowed', chosen?.isNarrowed ?? supplied !== null, narrowed);
      if (selectedForceHosts === undefined) return;
      const toHosts = chosen && hosts !== null ? cutToHosts(chosen.selectors, addressesOf(hosts)) : chosen?.selectors;
      expectEqual('selected for hosts', print(toHosts), printed(selectedForceHosts));
    };
    return { name, check } satisfies VectorCase;
  });

function choose({ local, hosts, supplied }: Lists) {
  const configured = local.split(' ').map((each) => (each === 'dynamic' ? dynamic : selectorOfText(each)));
  const resolved = resolveDynamic(configured, addressesOf(hosts ?? ''));
  if (supplied === null) return { selectors: resolved, isNarrowed: false };
  return narrow(supplied.split(' ').map(selectorOfText), resolved);
}

const dynamic: DynamicSelector = { isDynamic: true, protocol: 0, ports: anyPort };

const containment = z.object({ contained: z.boolean(), a: written, b: written });
const containmentCases = (file: VectorFile) =>
  casesOf(file['containment'], containment, ({ contained, a, b }, name) => ({
    name: `containment ${name}`,
    check: () => expectEqual('a within b', isWithin(selectorOfFields(a), selectorOfFields(b)), contained),
  }));

const inclusion = z.object({ net: z.string(), host: z.string(), included: z.boolean() });
const inclusionCases = (file: VectorFile) =>
  casesOf(file['inclusion'], inclusion, ({ net, host, included }) => ({
    name: `${host} in ${net}`,
    check: () => expectEqual('included', includesAddress(selectorOfText(net), addressOfText(host)), included),
  }));

const prefixFields = z.object({
  from: z.string(),
  to: z.string(),
  net: z.string(),
  mask: z.number(),
  exact: z.boolean(),
});
const prefixCases = (file: VectorFile) =>
  casesOf(file['toSubnet'], prefixFields, ({ from, to, net, mask, exact }) => ({
    name: `${from} to ${to} as a prefix`,
    check() {
      const { prefix, isExact } = enclosingPrefix(addressOfText(from), addressOfText(to));
      expectEqual('address', printAddress(prefix.address), printAddress(addressOfText(net)));
      expectEqual('length', prefix.length, mask);
      expectEqual('exact', isExact, exact);
    },
  }));

const subset = z.object({ a: z.string(), b: z.string(), result: z.string().nullable() });
const subsetCases = (file: VectorFile) =>
  casesOf(file['subset'], subset, ({ a, b, result }) => ({
    name: `${a} and ${b}`,
    check() {
      const expected = result === null ? undefined : printSelector(selectorOfText(result));
      for (const [first, second] of [
        [a, b],
        [b, a],
      ] as const) {
        const shared = intersect(selectorOfText(first), selectorOfText(second));
        expectEqual('shared', shared && printSelector(shared), expected);
      }
    },
  }));

/** '10.2.7.16/30 tcp 55-60', '0.0.0.0/0', 'fec1::/64 any', '… any OPAQUE'. */
function selectorOfText(text: string): TrafficSelector {
  const [net = '', protocol = 'any', ports = ''] = text.trim().split(/\s+/);
  return selectorOf(prefixOf(net), protocolOf(protocol), portsOf(ports));
}

function selectorOfFields({ net, proto, from_port, to_port }: z.output<typeof written>): TrafficSelector {
  return selectorOf(prefixOf(net), proto, { start: from_port, end: to_port });
}

function prefixOf(text: string) {
  const parsed = parsePrefix(text);
  return parsed.ok ? parsed.value : disagree(`no prefix: ${text}`);
}

function addressOfText(text: string): IpAddress {
  const parsed = parseAddress(text);
  return parsed.ok ? parsed.value : disagree(`no address: ${text}`);
}

function addressesOf(hosts: string): readonly IpAddress[] {
  return hosts
    .split(' ')
    .filter((each) => each !== '')
    .map(addressOfText);
}

function protocolOf(text: string): number {
  if (text === 'any') return 0;
  const parsed = parseProtocol(text);
  return parsed.ok ? parsed.value : disagree(`no protocol: ${text}`);
}

function portsOf(text: string): PortRange {
  if (text === '') return anyPort;
  if (text === 'OPAQUE') return opaquePort;
  const [start, end] = text.split('-').map(Number);
  return { start: start ?? 0, end: end ?? start ?? 65535 };
}

const print = (selectors: readonly TrafficSelector[] | undefined): string =>
  (selectors ?? []).map(printSelector).join(' | ');

const printed = (text: string): string =>
  print(
    text
      .split(' ')
      .filter((each) => each !== '' && each !== 'dynamic')
      .map(selectorOfText),
  );
