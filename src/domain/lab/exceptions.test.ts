import { expect, test } from 'vitest';
import { andThen } from '../crypto/awaitable.ts';
import { webProvider } from '../crypto/web-provider.ts';
import { makeLab } from './testing/make-lab.ts';

test('a bug that an end meets is told with its name, costs one packet, and the lab goes on', async () => {
  const bug = new Error('a bug');
  const told: unknown[] = [];
  let opened = 0;
  const provider: typeof webProvider = {
    ...webProvider,
    aesGcm: (key, tagOctets) =>
      andThen(webProvider.aesGcm(key, tagOctets), (aead) => ({
        ...aead,
        open: (nonce, associated, packet, at, next) => {
          const isEsp = associated.length === 8; // SPI and sequence number
          opened += Number(isEsp);
          return isEsp && opened === 1 ? Promise.reject(bug) : aead.open(nonce, associated, packet, at, next);
        },
      })),
  };
  const lab = await makeLab('lab', { provider, onError: (...error) => told.push(error) });
  await lab.enable();
  await lab.createPolicy();
  await lab.configure();
  await lab.pass(30);

  expect(told).toEqual([[bug, 'lab-01 vs1']]);
  expect(opened).toBeGreaterThan(10);
  expect(lab.state()).toMatchObject({ state: 'encrypted' });
});
