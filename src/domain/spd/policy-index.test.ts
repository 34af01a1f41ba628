import fc from 'fast-check';
import { expect, test } from 'vitest';
import { address } from '../net/address.ts';
import type { Flow } from './flow.ts';
import { fits, type SpdPolicy } from './policy.ts';
import { indexPolicies } from './policy-index.ts';
import { aFlow, anySelector, aSelector, watchedPolicies } from './testing/builders.ts';

const someSelectors = fc.array(
  fc.oneof(anySelector, fc.constantFrom(...['0.0.0.0/0', '::/0', 'fd00::/62', 'fd00::7'].map(aSelector))),
  {
    minLength: 1,
    maxLength: 3,
  },
);
const somePolicies: fc.Arbitrary<SpdPolicy[]> = fc.array(
  fc.record({
    name: fc.string(),
    action: fc.constant('discard' as const),
    local: someSelectors,
    remote: someSelectors,
  }),
  { maxLength: 40 },
);
const someAddress = fc.oneof(
  fc.nat(31).map((n) => `10.0.0.${n}`),
  fc.constantFrom('10.0.1.0', '192.0.2.1'),
);
const someAddress6 = fc.constantFrom('fd00::7', 'fd00:0:0:3::1', 'fd00:0:0:4::1', '::1');

test('the index finds what the ordered scan finds', () => {
  const ends = fc.oneof(fc.tuple(someAddress, someAddress), fc.tuple(someAddress6, someAddress6));
  fc.assert(
    fc.property(
      somePolicies,
      ends,
      fc.constantFrom(6, 7, 17),
      fc.option(fc.nat(7), { nil: undefined }),
      (policies, [local, remote], protocol, port) => {
        const flow: Flow = {
          local: address(local),
          remote: address(remote),
          protocol,
          localPort: port,
          remotePort: port,
        };
        expect(indexPolicies(policies)(flow)).toBe(policies.find((policy) => fits(policy, flow)));
      },
    ),
    { seed: 1, numRuns: 1500 },
  );
});

test('of 10,000 policies a lookup compares a handful', () => {
  const { policies, looks } = watchedPolicies(10_000);
  const find = indexPolicies(policies);
  const before = looks();

  expect(find(aFlow('10.1.1.1', '10.40.200.9'))?.name).toBe(`p${(38 << 8) + 200}`);
  expect(find(aFlow('10.1.1.1', '192.0.2.1'))).toBeUndefined();

  expect(looks() - before).toBeLessThan(5);
});
