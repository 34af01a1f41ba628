import fc from 'fast-check';
import { expect, test } from 'vitest';
import { address } from '../net/address.ts';
import { isOpaquePort } from '../net/ports.ts';
import type { Flow } from './flow.ts';
import { makeSpd, orderByBestMatch } from './lookup.ts';
import type { SpdPolicy } from './policy.ts';
import { aFlow, anySelector, aPolicy, aSelector } from './testing/builders.ts';

test('the first policy that fits decides, and without one the default', () => {
  const policies = [aPolicy('wide', '10.0.0.0/8', '10.0.0.0/8'), aPolicy('narrow', '10.1.1.1', '10.2.2.2')];
  const spd = makeSpd(policies, 'bypass');

  expect(spd.lookUp(aFlow('10.1.1.1', '10.2.2.2')).name).toBe('wide');
  expect(spd.lookUp(aFlow('10.1.1.1', '192.168.0.1'))).toEqual({ action: 'bypass' });
  expect(makeSpd([], 'discard').lookUp(aFlow('10.1.1.1', '10.2.2.2'))).toEqual({ action: 'discard' });
});

test('a policy holds for every pair of its local and remote selectors, and for no other', () => {
  const both = {
    ...aPolicy('p', '10.1.1.1', '10.2.2.2'),
    local: [aSelector('10.1.1.1'), aSelector('10.1.1.3[tcp/2049]')],
  };
  const spd = makeSpd([both], 'bypass');

  expect(spd.lookUp(aFlow('10.1.1.1', '10.2.2.2', 22)).name).toBe('p');
  expect(spd.lookUp(aFlow('10.1.1.3', '10.2.2.2', 2049)).name).toBe('p');
  expect(spd.lookUp(aFlow('10.1.1.3', '10.2.2.2', 22)).name).toBeUndefined();
  expect(spd.lookUp(aFlow('10.2.2.2', '10.1.1.1', 22)).name).toBeUndefined();
});

test('the cluster sorts by remote prefix, local prefix, given port, given protocol, name', () => {
  const expected = [
    aPolicy('host', '10.0.0.0/8', '10.2.2.2'),
    aPolicy('lif-port', '10.1.1.1[any/2049]', '10.2.0.0/16'),
    aPolicy('lif-tcp', '10.1.1.1[tcp]', '10.2.0.0/16'),
    aPolicy('lif-a', '10.1.1.1', '10.2.0.0/16'),
    aPolicy('lif-b', '10.1.1.1', '10.2.0.0/16'),
    aPolicy('subnets', '10.1.0.0/16', '10.2.0.0/16'),
    aPolicy('all', '0.0.0.0/0', '0.0.0.0/0'),
  ];
  const shuffled = [3, 6, 0, 5, 4, 2, 1].map((i) => expected[i] as (typeof expected)[number]);

  expect(orderByBestMatch(shuffled).map(({ name }) => name)).toEqual(expected.map(({ name }) => name));
});

test('a narrow policy inside a wide one wins on the cluster, whichever was created first', () => {
  const policies = [aPolicy('wide', '10.1.1.1', '10.2.0.0/16'), aPolicy('narrow', '10.1.1.1', '10.2.2.0/24')];
  for (const created of [policies, policies.toReversed()]) {
    const spd = makeSpd(orderByBestMatch(created), 'bypass');
    expect(spd.lookUp(aFlow('10.1.1.1', '10.2.2.2')).name).toBe('narrow');
    expect(spd.lookUp(aFlow('10.1.1.1', '10.2.3.2')).name).toBe('wide');
  }
});

test('a fragment without ports that may pass beyond doubt belongs to no packet that is protected or discarded', () => {
  const opaqueNowhere = anySelector.filter(({ ports }) => !isOpaquePort(ports)); // one that lets such fragments pass says so
  const selectors = fc.array(opaqueNowhere, { minLength: 1, maxLength: 2 });
  const action = fc.constantFrom('bypass', 'discard', 'protect');
  const aPort = fc.nat(7);
  const anyHost = fc.nat(31).map((last) => address(`10.0.0.${last}`));
  fc.assert(
    fc.property(
      fc.array(fc.tuple(action, selectors, selectors), { maxLength: 40 }),
      fc.record({ local: anyHost, remote: anyHost, protocol: fc.constant(6), localPort: aPort, remotePort: aPort }),
      (drawn, whole: Flow) => {
        const spd = makeSpd(
          drawn.map(
            ([what, local, remote], i): SpdPolicy =>
              what === 'protect'
                ? { name: `p${i}`, action: what, connection: 'c', local, remote }
                : { name: `p${i}`, action: what, local, remote },
          ),
          'bypass',
        );
        const fragment: Flow = { ...whole, localPort: undefined, remotePort: undefined };

        const passes = spd.lookUp(fragment).action === 'bypass' && spd.inDoubt(fragment) === undefined;
        if (passes) expect(spd.lookUp(whole).action).toBe('bypass');
      },
    ),
    { seed: 1, numRuns: 3000 },
  );
});
