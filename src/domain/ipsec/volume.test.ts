/** What an SA may carry (RFC 7296 2.8, RFC 4301 4.4.2.1): at the soft limit it is replaced, past the hard one it carries nothing. */
import { describe, expect, test } from 'vitest';
import { hostAddress, lifAddress, message, type TwoBoundaries, twoBoundaries } from './testing/two-boundaries.ts';

const packet = message(hostAddress, lifAddress);

/** Fits in IKE_AUTH, where no group is spoken of, and never again. */
const rekeysRefused = {
  host: { connection: { esp: ['aes256gcm16-ecp256-noesn'] } },
  cluster: { connection: { esp: ['aes256gcm16-noesn'] } },
};

describe.each([
  ['packets', { rekeyPackets: 4 }, { expirePackets: 6 }],
  ['octets', { rekeyOctets: 4 * packet.length }, { expireOctets: 6 * packet.length }],
])('%s', (_, soft, hard) => {
  test('at the soft limit, and not before, there is one rekey', async () => {
    const world = await twoBoundaries({ host: { connection: { child: { volume: soft } } } });
    await send(world, 3);
    expect(installedIn(world)).toBe(1);
    await send(world, 1);
    expect(installedIn(world)).toBe(2);
    await send(world, 3);
    expect(installedIn(world)).toBe(2);
    expect(world.cluster.delivered).toHaveLength(7);
  });

  test('at the hard limit the SA ends, though no other could take its place', async () => {
    const { host, cluster } = rekeysRefused;
    const child = { volume: { ...soft, ...hard } };
    const world = await twoBoundaries({ host: { connection: { ...host.connection, child } }, cluster });
    await send(world, 5);
    expect(world.host.boundary.ipsecSas()).toHaveLength(1);
    await send(world, 2);
    expect([...world.host.boundary.ipsecSas(), ...world.cluster.boundary.ipsecSas()]).toEqual([]);
    expect(world.cluster.delivered).toHaveLength(6);
  });

  test('a rekey that came to nothing is asked for again half a minute later, and not with every packet', async () => {
    const { host, cluster } = rekeysRefused;
    const world = await twoBoundaries({
      host: { connection: { ...host.connection, child: { volume: soft } } },
      cluster,
    });
    await send(world, 20);
    expect(rekeysIn(world)).toBe(1);
    await world.run(30_000);
    await send(world, 20);
    expect(rekeysIn(world)).toBe(2);
  });
});

async function send(world: TwoBoundaries, packets: number): Promise<void> {
  for (let i = 0; i < packets; i++) {
    world.host.send(packet);
    await world.run();
  }
}

const installedIn = ({ host }: TwoBoundaries): number =>
  host.facts.filter(({ type }) => type === 'childInstalled').length;

const rekeysIn = ({ host }: TwoBoundaries): number => host.facts.filter(({ type }) => type === 'failed').length;
