/** Traffic selectors: subset, containment, addresses inside, ranges to prefixes, and choosing among lists. */
import { z } from 'zod';
import { printAddress } from '../../../src/domain/net/address.ts';
import { cutToHosts, narrow, resolveDynamic } from '../../../src/domain/spd/narrow.ts';
import { enclosingPrefix } from '../../../src/domain/spd/range.ts';
import {
  includesAddress,
  intersect,
  isWithin,
  printSelector,
  type TrafficSelector,
} from '../../../src/domain/spd/selector.ts';
import { expectEqual } from '../expect.ts';
import { casesOf, type Format, listOf } from '../format.ts';
import { addressOfText, selectorOfText, selectorsOfText, spanOf } from '../selector-text.ts';

const name = 'traffic-selectors';

const list = z.string().nullish();
const lists = z.object({
  local: z.string(),
  hosts: list,
  supplied: list,
  selected: z.string(),
  selectedForceHosts: z.string().optional(),
  narrowed: z.boolean().optional(),
});
type Lists = z.output<typeof lists>;

/**
 * Without hosts a dynamic selector has no address yet: nothing can be supplied to it, nothing is chosen, and where the data says
 * `dynamic` our answer has no selector. Without a supplied list everything is.
 */
const choosing: Format = {
  name,
  fields: lists,
  cases: (file) =>
    casesOf(listOf(file), lists, (fields) => {
      const { local, hosts, supplied, selected, selectedForceHosts, narrowed } = fields;
      const check = () => {
        const chosen = choose(fields);
        expectEqual('selected', print(chosen?.selectors), printed(selected));
        if (narrowed !== undefined)
          expectEqual('narrowed', chosen?.isNarrowed ?? typeof supplied === 'string', narrowed);
        if (selectedForceHosts === undefined) return;
        const toHosts = chosen && hosts ? cutToHosts(chosen.selectors, addressesOf(hosts)) : chosen?.selectors;
        expectEqual('selected for hosts', print(toHosts), printed(selectedForceHosts));
      };
      return { name: `${local} at ${hosts ?? 'no host'} meets ${supplied ?? 'nothing'}`, check };
    }),
};

function choose({ local, hosts, supplied }: Lists) {
  const resolved = resolveDynamic(selectorsOfText(local), addressesOf(hosts ?? ''));
  return narrow(staticOf(supplied ?? '0.0.0.0/0 ::/0'), resolved);
}

const written = z.object({ net: z.string(), proto: z.number(), from_port: z.number(), to_port: z.number() });
const containment = z.object({ contained: z.boolean(), a: written, b: written });

const containing: Format = {
  name,
  section: 'containment',
  fields: containment,
  cases: (file) =>
    casesOf(listOf(file), containment, ({ contained, a, b }, place) => ({
      name: `containment ${place}`,
      check: () => expectEqual('a within b', isWithin(selectorOfFields(a), selectorOfFields(b)), contained),
    })),
};

const inclusion = z.object({ net: z.string(), host: z.string(), included: z.boolean() });

const including: Format = {
  name,
  section: 'inclusion',
  fields: inclusion,
  cases: (file) =>
    casesOf(listOf(file), inclusion, ({ net, host, included }) => ({
      name: `${host} in ${net}`,
      check: () => expectEqual('included', includesAddress(selectorOfText(net), addressOfText(host)), included),
    })),
};

const prefixFields = z.object({
  from: z.string(),
  to: z.string(),
  net: z.string(),
  mask: z.number(),
  exact: z.boolean(),
});

const enclosing: Format = {
  name,
  section: 'toSubnet',
  fields: prefixFields,
  cases: (file) =>
    casesOf(listOf(file), prefixFields, ({ from, to, net, mask, exact }) => ({
      name: `${from} to ${to} as a prefix`,
      check() {
        const { prefix, isExact } = enclosingPrefix(addressOfText(from), addressOfText(to));
        expectEqual('address', printAddress(prefix.address), printAddress(addressOfText(net)));
        expectEqual('length', prefix.length, mask);
        expectEqual('exact', isExact, exact);
      },
    })),
};

const subset = z.object({ a: z.string(), b: z.string(), result: z.string().nullable() });

const sharing: Format = {
  name,
  section: 'subset',
  fields: subset,
  cases: (file) =>
    casesOf(listOf(file), subset, ({ a, b, result }) => ({
      name: `${a} and ${b}`,
      check() {
        const expected = result === null ? '' : print([selectorOfText(result)]);
        for (const [first, second] of [
          [a, b],
          [b, a],
        ] as const) {
          const [one, other] = [staticOf(first)[0], staticOf(second)[0]]; // a dynamic one has no address yet
          const shared = one && other && intersect(one, other);
          expectEqual('shared', print(shared && [shared]), expected);
        }
      },
    })),
};

export const trafficSelectorFormats: readonly Format[] = [choosing, containing, including, enclosing, sharing];

function selectorOfFields({ net, proto, from_port, to_port }: z.output<typeof written>): TrafficSelector {
  return { ...spanOf(net), protocol: proto, ports: { start: from_port, end: to_port } };
}

const addressesOf = (hosts: string) =>
  hosts
    .split(' ')
    .filter((each) => each !== '')
    .map(addressOfText);

const staticOf = (text: string): readonly TrafficSelector[] =>
  selectorsOfText(text).flatMap((each) => ('isDynamic' in each ? [] : [each]));

const print = (selectors: readonly TrafficSelector[] | undefined): string =>
  (selectors ?? []).map(printSelector).join(' | ');

const printed = (text: string): string => print(staticOf(text));
