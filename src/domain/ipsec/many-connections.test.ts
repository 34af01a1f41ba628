/** What a packet costs does not grow with the connections that are for others. */
import { expect, test } from 'vitest';
import { hostAddress, lifAddress, message, twoBoundaries } from './testing/two-boundaries.ts';

test('a packet that waits looks its connection up, and asks none of the others who they are', async () => {
  const { host } = await twoBoundaries();
  let looks = 0;
  const others = Array.from({ length: 1000 }, (_, i) => ({
    ...host.connection,
    get name() {
      looks += 1;
      return `other-${i}`;
    },
  }));
  await host.configure(host.policies, [...others, host.connection]);
  host.send(message(hostAddress, lifAddress));
  const before = looks;

  for (let i = 0; i < 10; i++) host.send(message(hostAddress, lifAddress));

  expect(host.boundary.waiting()).toMatchObject([{ held: { length: 11 } }]);
  expect(looks - before).toBe(0);
});
