import fc from 'fast-check';
import { expect, test } from 'vitest';
import { areWithin, narrow } from './narrow.ts';
import { intersect, isWithin, printSelector } from './selector.ts';
import { anySelector, aSelector } from './testing/builders.ts';

const some = (text: string) => text.split(' ').map(aSelector);
const anySelectors = fc.array(anySelector, { minLength: 1, maxLength: 4 });

test.each([
  // offered, allowed, answer, narrowed
  ['10.2.2.2', '10.2.0.0/16', '10.2.2.2/32', true],
  ['10.0.0.0/8', '10.2.0.0/16', '10.2.0.0/16', false],
  ['10.2.2.2[tcp/51034] 10.0.0.0/8[tcp]', '10.2.0.0/16', '10.2.0.0/16[tcp]', true],
  ['10.2.2.2', '10.2.2.2[tcp/2049]', '10.2.2.2/32[tcp/2049]', false],
  ['10.2.2.2 10.3.3.3', '10.3.0.0/16 10.2.0.0/16', '10.3.3.3/32 10.2.2.2/32', true],
])('offered %s, allowed %s: the answer is %s', (offered, allowed, answer, isNarrowed) => {
  const narrowed = narrow(some(offered), some(allowed));
  expect(narrowed?.selectors.map(printSelector).join(' ')).toBe(answer);
  expect(narrowed?.isNarrowed).toBe(isNarrowed);
});

test('nothing in common is no answer', () => {
  expect(narrow(some('10.2.2.2'), some('10.3.0.0/16'))).toBeUndefined();
  expect(narrow(some('10.2.2.2[tcp]'), some('10.2.2.2[udp]'))).toBeUndefined();
});

test('an answer has no more selectors than its count can say, and that of the first offered among them', () => {
  const ports = Array.from({ length: 255 }, (_, i) => `10.2.2.2[any/${1000 - i}]`);
  const { selectors = [] } = narrow(some(ports.join(' ')), some('10.0.0.0/8[udp] 10.0.0.0/8[tcp]')) ?? {};

  expect(selectors).toHaveLength(255);
  expect(selectors.map(printSelector)).toEqual(
    expect.arrayContaining(['10.2.2.2/32[udp/1000]', '10.2.2.2/32[tcp/1000]']),
  );
});

test('an answer is never wider than the offer or the policy', () => {
  fc.assert(
    fc.property(anySelectors, anySelectors, (offered, allowed) => {
      const narrowed = narrow(offered, allowed);
      if (!narrowed) return;
      expect(areWithin(narrowed.selectors, offered)).toBe(true);
      expect(areWithin(narrowed.selectors, allowed)).toBe(true);
    }),
    { seed: 1, numRuns: 1000 },
  );
});

test('an answer leaves out nothing that offer and policy share, and says nothing twice', () => {
  fc.assert(
    fc.property(anySelectors, anySelectors, (offered, allowed) => {
      const selectors = narrow(offered, allowed)?.selectors ?? [];
      for (const theirs of offered) {
        for (const ours of allowed) {
          const shared = intersect(theirs, ours);
          if (shared) expect(selectors.some((each) => isWithin(shared, each))).toBe(true);
        }
      }
      for (const [i, each] of selectors.entries()) {
        expect(selectors.some((other, j) => i !== j && isWithin(each, other))).toBe(false);
      }
    }),
    { seed: 2, numRuns: 1000 },
  );
});

test('the packet that asked stays inside whenever the policy allows it', () => {
  fc.assert(
    fc.property(anySelector, anySelectors, anySelectors, (packet, offered, allowed) => {
      const narrowed = narrow([packet, ...offered], allowed);
      const isAllowed = allowed.some((each) => isWithin(packet, each));
      if (isAllowed) expect(narrowed?.selectors.some((each) => isWithin(packet, each))).toBe(true);
    }),
    { seed: 3, numRuns: 1000 },
  );
});
