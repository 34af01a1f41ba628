import fc from 'fast-check';
import { expect, test } from 'vitest';
import { address, compareAddresses, printAddress } from '../net/address.ts';
import { firstAddress, lastAddress, printPrefix } from '../net/prefix.ts';
import { enclosingPrefix, toPrefixes } from './range.ts';

test.each([
  ['10.0.0.0', '10.0.0.255', ['10.0.0.0/24']],
  ['10.0.0.1', '10.0.0.6', ['10.0.0.1/32', '10.0.0.2/31', '10.0.0.4/31', '10.0.0.6/32']],
  ['0.0.0.0', '255.255.255.255', ['0.0.0.0/0']],
  ['255.255.255.254', '255.255.255.255', ['255.255.255.254/31']],
  ['2001:db8::', '2001:db8::2', ['2001:db8::/127', '2001:db8::2/128']],
  ['::', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', ['::/0']],
])('%s-%s is split into the fewest prefixes', (start, end, prefixes) => {
  expect(toPrefixes(address(start), address(end)).map(printPrefix)).toEqual(prefixes);
});

test('prefixes of a range follow each other without a gap from its start to its end', () => {
  fc.assert(
    fc.property(fc.nat(0xffff), fc.nat(0xffff), (a, b) => {
      const [start, end] = [at(Math.min(a, b)), at(Math.max(a, b))];
      const prefixes = toPrefixes(start, end);
      const [first, last] = [prefixes[0], prefixes.at(-1)];
      expect(first && printAddress(firstAddress(first))).toBe(printAddress(start));
      expect(last && printAddress(lastAddress(last))).toBe(printAddress(end));
      for (const [i, prefix] of prefixes.entries()) {
        const next = prefixes[i + 1];
        if (next) expect(after(lastAddress(prefix))).toEqual(firstAddress(next));
      }
      const { prefix, isExact } = enclosingPrefix(start, end);
      expect(isExact).toBe(prefixes.length === 1);
      expect(compareAddresses(firstAddress(prefix), start)).toBeLessThanOrEqual(0);
      expect(compareAddresses(lastAddress(prefix), end)).toBeGreaterThanOrEqual(0);
    }),
    { seed: 1, numRuns: 300 },
  );
});

function at(value: number) {
  return address(`10.0.${value >> 8}.${value & 0xff}`);
}

function after({ octets }: { octets: Uint8Array }) {
  const value = (((octets[2] as number) << 8) | (octets[3] as number)) + 1;
  return at(value);
}
