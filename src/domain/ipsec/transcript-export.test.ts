import { expect, test } from 'vitest';
import { textOf } from '../bytes/octets.ts';
import type { CryptoProvider } from '../crypto/provider.ts';
import { seededProvider } from '../crypto/seeded-provider.ts';
import { webProvider } from '../crypto/web-provider.ts';
import type { KeyLogEntry } from '../ike/keys/key-log.ts';
import { hostAddress, lifAddress, message, type TwoBoundaries, twoBoundaries } from './testing/two-boundaries.ts';
import { exportOf } from './transcript-export.ts';

test('without a key log a transcript is a capture alone', async () => {
  const { host } = await negotiated([]);

  expect(exportOf(host.transcript, [], 'lab').map(({ name }) => name)).toEqual(['transcript.pcapng']);
});

test('with one there are tables beside it, a line an IKE SA and one for each direction of its CHILD SA', async () => {
  const log: KeyLogEntry[] = [];
  const { host } = await negotiated(log);

  const files = exportOf(host.transcript, log, 'lab');

  expect(files.map(({ name }) => name)).toEqual(['transcript.pcapng', 'ikev2_decryption_table', 'esp_sa']);
  const [, ike, esp] = files.map(({ octets }) => textOf(octets).split('\n'));
  const [ikeSa] = host.boundary.ike.ikeSas();
  expect(ike).toEqual([expect.stringMatching(`^${ikeSa?.initiatorSpi},${ikeSa?.responderSpi},`), '']);
  expect(esp).toEqual([expect.stringMatching(/^"IPv4",/), expect.stringMatching(/^"IPv4",/), '']);
});

test('keys of what the capture does not show are not beside it', async () => {
  const log: KeyLogEntry[] = [];
  const { host } = await negotiated(log);
  const other: KeyLogEntry[] = [];
  await negotiated(other, seededProvider(webProvider, 'another pair of ends'));

  const alone = exportOf(host.transcript, log, 'lab');

  expect(other.length).toBe(log.length);
  expect(exportOf(host.transcript, [...log, ...other], 'lab')).toEqual(alone);
});

/** Two ends with an SA, the host's key log on. */
async function negotiated(
  log: KeyLogEntry[],
  provider: CryptoProvider = seededProvider(webProvider, 'a pair of ends'),
): Promise<TwoBoundaries> {
  const world = await twoBoundaries({ provider, host: { keyLog: (entry) => log.push(entry) } });
  world.host.send(message(hostAddress, lifAddress));
  return world.run();
}
