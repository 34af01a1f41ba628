import fc from 'fast-check';
import { expect, test } from 'vitest';
import { address } from '../net/address.ts';
import { anyPort, opaquePort } from '../net/ports.ts';
import type { Flow } from './flow.ts';
import { fromForm, intersect, isWithin, matchesLocal, printSelector, toForm } from './selector.ts';
import { aFlow, anySelector, aSelector } from './testing/builders.ts';

test.each([
  ['10.1.4.0/24', '10.1.4.0/24'],
  ['10.1.4.0/24[tcp/2049]', '10.1.4.0/24[tcp/2049]'],
  ['10.1.4.7[udp]', '10.1.4.7/32[udp]'],
  ['10.0.0.1-10.0.0.9', '10.0.0.1-10.0.0.9'],
  ['10.0.0.0-10.0.0.255[tcp/0-1023]', '10.0.0.0/24[tcp/0-1023]'],
  ['2001:db8::/64[any/opaque]', '2001:db8::/64[any/opaque]'],
])('%s prints as %s', (text, printed) => {
  expect(printSelector(aSelector(text))).toBe(printed);
});

test('what both match is what each matches, for every selector and packet', () => {
  fc.assert(
    fc.property(
      anySelector,
      anySelector,
      fc.nat(31),
      fc.nat(7),
      fc.option(fc.nat(7), { nil: undefined }),
      (a, b, host, protocol, port) => {
        const shared = intersect(a, b);
        const flow: Flow = { ...aFlow(`10.0.0.${host}`, '10.9.9.9'), protocol, localPort: port };
        const matchesBoth = matchesLocal(a, flow) && matchesLocal(b, flow);
        expect(shared !== undefined && matchesLocal(shared, flow)).toBe(matchesBoth);
      },
    ),
    { seed: 1, numRuns: 3000 },
  );
});

test('the intersection lies within both, and does not depend on the order', () => {
  fc.assert(
    fc.property(anySelector, anySelector, (a, b) => {
      const [ab, ba] = [intersect(a, b), intersect(b, a)];
      expect(ab).toEqual(ba);
      if (ab) expect([isWithin(ab, a), isWithin(ab, b)]).toEqual([true, true]);
    }),
    { seed: 1, numRuns: 1000 },
  );
});

test('a selector written for the wire is read back equal', () => {
  fc.assert(
    fc.property(anySelector, (selector) => {
      expect(fromForm(toForm(selector))).toEqual(selector);
    }),
    { seed: 1, numRuns: 300 },
  );
});

test.each([
  ['start above end', { startAddress: address('10.0.0.2').octets, endAddress: address('10.0.0.1').octets }],
  ['ports reversed', { startPort: 80, endPort: 79 }],
  ['addresses of the other family', { type: 8 as const }],
])('a form that means no traffic is skipped: %s', (_why, change) => {
  const form = { ...toForm(aSelector('10.0.0.0/24')), ...change };
  expect(fromForm(form)).toBeUndefined();
  expect(fromForm({ type: 'unknown' })).toBeUndefined();
});

test('a packet without ports fits ANY and OPAQUE, one with ports fits no OPAQUE', () => {
  const fragment: Flow = { ...aFlow('10.0.0.1', '10.0.0.2'), protocol: 6, localPort: undefined, remotePort: undefined };
  const whole: Flow = { ...fragment, localPort: 2049, remotePort: 700 };
  const selectors = [anyPort, opaquePort, { start: 2049, end: 2049 }].map((ports) => ({
    ...aSelector('10.0.0.1'),
    ports,
  }));

  expect(selectors.map((selector) => matchesLocal(selector, fragment))).toEqual([true, true, false]);
  expect(selectors.map((selector) => matchesLocal(selector, whole))).toEqual([true, false, true]);
});
