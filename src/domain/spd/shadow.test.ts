import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { address } from '../net/address.ts';
import type { Flow } from './flow.ts';
import { makeSpd, orderByBestMatch } from './lookup.ts';
import type { SpdPolicy } from './policy.ts';
import { shadowsIn } from './shadow.ts';
import { aPolicy, aSelector, watchedPolicies } from './testing/builders.ts';

/** `narrow < wide`: what is shadowed, and by whom. */
const told = (policies: readonly SpdPolicy[]) =>
  Array.from(shadowsIn(policies), ([shadowed, winner]) => `${shadowed.name} < ${winner.name}`);

describe('on the cluster, which takes the best match', () => {
  const onCluster = (...policies: SpdPolicy[]) => told(orderByBestMatch(policies));

  test('of policies with equal selectors the first by name shadows the others, whichever was created first', () => {
    const [a, b, c] = ['a', 'b', 'c'].map((name) => aPolicy(name, '10.1.1.1[tcp/2049]', '10.2.0.0/16'));
    const other = aPolicy('d', '10.1.1.1[tcp/445]', '10.2.0.0/16');
    if (!a || !b || !c) throw new Error('three policies');

    expect(onCluster(c, other, b, a)).toEqual(['b < a', 'c < a']);
    expect(onCluster(a, b, c, other)).toEqual(['b < a', 'c < a']);
  });

  test('a narrow policy and the wide one around it both decide', () => {
    const wide = aPolicy('a-wide', '10.1.1.1', '10.2.0.0/16');

    expect(onCluster(wide, aPolicy('subnet', '10.1.1.1', '10.2.2.0/24'))).toEqual([]);
    expect(onCluster(wide, aPolicy('port', '10.1.1.1[tcp/2049]', '10.2.0.0/16'))).toEqual([]);
  });
});

test('in the order of a host a wide policy shadows a narrow one behind it, and not one before it', () => {
  const wide = aPolicy('wide', '10.1.1.1', '10.2.0.0/16');
  const narrow = aPolicy('narrow', '10.1.1.1[tcp/2049]', '10.2.2.2');

  expect(told([wide, narrow])).toEqual(['narrow < wide']);
  expect(told([narrow, wide])).toEqual([]);
});

test('a policy of which a part is left decides, and one with several selectors is shadowed by who holds all of them', () => {
  const wide = { ...aPolicy('wide', '10.1.1.1', '10.2.0.0/16'), local: ['10.1.1.1', '10.1.1.2'].map(aSelector) };
  const both = { ...wide, name: 'both', remote: ['10.2.2.2', '10.2.3.0/24'].map(aSelector) };
  const more = { ...wide, name: 'more', remote: ['10.2.2.2', '10.3.0.0/24'].map(aSelector) };

  expect(told([wide, both, more])).toEqual(['both < wide']);
});

test('one that is narrower at its lowest address alone hides no shadow behind it', () => {
  const wide = aPolicy('wide', '10.1.1.1', '10.2.0.0/16');

  expect(told([aPolicy('lowest', '10.1.1.1', '10.2.0.0'), wide, { ...wide, name: 'again' }])).toEqual(['again < wide']);
});

/** A world so small that all of its packets can be tried: four addresses, ports 0 to 3 or unseen, two protocols. */
const everyPacket: readonly Flow[] = [0, 1, 2, 3].flatMap((local) =>
  [0, 1, 2, 3].flatMap((remote) =>
    [6, 7].flatMap((protocol) =>
      [undefined, 0, 1, 2, 3].flatMap((localPort) =>
        [undefined, 0, 3].map((remotePort) => ({
          ...{ local: address(`10.0.0.${local}`), remote: address(`10.0.0.${remote}`) },
          ...{ protocol, localPort, remotePort },
        })),
      ),
    ),
  ),
);
const someSelectors = fc.array(
  fc
    .tuple(
      fc.constantFrom('10.0.0.0/30', '10.0.0.0/31', '10.0.0.1-10.0.0.3', '10.0.0.2'),
      fc.constantFrom('', '[tcp]', '[any/0-2]', '[any/2]', '[any/opaque]', '[7/0-1]'),
    )
    .map(([addresses, rest]) => aSelector(`${addresses}${rest}`)),
  { minLength: 1, maxLength: 2 },
);
const somePolicies: fc.Arbitrary<SpdPolicy[]> = fc.array(
  fc.record({ name: fc.string(), action: fc.constant('discard'), local: someSelectors, remote: someSelectors }),
  { minLength: 10, maxLength: 30 },
);

test('a shadowed policy is what a lookup gives for no packet, and who shadows it is shadowed by nobody', () => {
  let found = 0;
  fc.assert(
    fc.property(somePolicies, fc.boolean(), (policies, isCluster) => {
      const ordered = isCluster ? orderByBestMatch(policies) : policies;
      const spd = makeSpd(ordered, 'bypass');
      const decide = new Set(everyPacket.map((flow) => spd.lookUp(flow)));
      const shadows = shadowsIn(ordered);
      for (const [shadowed, winner] of shadows) {
        expect(decide.has(shadowed)).toBe(false);
        expect(shadows.has(winner)).toBe(false);
      }
      found += shadows.size;
    }),
    { seed: 1, numRuns: 150 },
  );
  expect(found).toBeGreaterThan(200);
});

test('of 10,000 policies side by side each is compared with a handful', () => {
  const { policies, looks } = watchedPolicies(10_000);

  expect(shadowsIn(policies).size).toBe(0);
  expect(looks()).toBeLessThan(10 * policies.length);
});
