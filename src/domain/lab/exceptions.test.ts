import { expect, test } from 'vitest';
import { failingProvider } from '../ipsec/testing/failing-provider.ts';
import { makeLab } from './testing/make-lab.ts';

test('a bug that an end meets is told with its name, costs one packet, and the lab goes on', async () => {
  const bug = new Error('a bug');
  const told: unknown[] = [];
  const { provider, opened } = failingProvider(bug, (count) => count === 1);
  const lab = await makeLab('lab', { provider, onError: (...error) => told.push(error) });
  await lab.enable();
  await lab.createPolicy();
  await lab.configure();
  await lab.pass(30);

  expect(told).toEqual([[bug, 'lab-01 vs1']]);
  expect(opened()).toBeGreaterThan(10);
  expect(lab.state()).toMatchObject({ state: 'encrypted' });
});
