/**
 * Our whole boundary against charon and the Linux kernel beneath it: the first ping negotiates, ESP carries it, the echo comes
 * back through the kernel's own SA. Rekeys from either side lose no ping.
 */
import { rmSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { missingFor } from '../../scripts/debian.ts';
import type { ChildTemplate, Connection } from '../../src/domain/ike/connection.ts';
import { address } from '../../src/domain/net/address.ts';
import { hostPrefix } from '../../src/domain/net/prefix.ts';
import { hostSelector } from '../../src/domain/spd/selector.ts';
import { BoundaryEnd } from './boundary-end.ts';
import { credentialIn, makeCertificates } from './certificates.ts';
import { roles } from './charon-pair.ts';
import { streamEchoes } from './echo-stream.ts';
import { soundCable } from './ethernet-link.ts';
import { Guest, guestAddress, guestAddress6, ownAddress, ownAddress6 } from './guest.ts';
import { describeUnless } from './needs.ts';
import { connectionOf } from './own-end.ts';
import { factsOf, until } from './waiting.ts';

const ike = 'aes256gcm16-prfsha384-ecp384';

interface Scenario {
  readonly esp: string;
  readonly own?: string;
  readonly guest?: string;
  readonly encap?: 'yes' | 'no';
  readonly mode?: 'transport' | 'tunnel';
  /** Absent: transport, and where charon has tunnels alone we let it. */
  readonly ourMode?: ChildTemplate['mode'];
  /** By RSA certificates of this folder; absent: by pre-shared key. */
  readonly certificates?: string;
}

describeUnless(missingFor('peers', 'kernel'), 'charon over the Linux kernel', () => {
  let guest: Guest;
  let end: BoundaryEnd | undefined;
  let folder: string;

  beforeAll(async () => {
    folder = makeCertificates({ names: ['a.test', 'b.test'], kinds: ['rsa'] });
    guest = await Guest.start('charon', { ports: { own: 17212, guest: 17211 } });
    await guest.configure('where=uml', `local=${guestAddress}`, `remote=${ownAddress}`, 'lid=b.test', 'rid=a.test');
    await guest.start('charon');
  });
  afterEach(async () => {
    guest.link.cable = soundCable;
    await guest.exec('swanctl --terminate --ike t --force --timeout 2 || true');
    await end?.close();
    end = undefined;
  });
  afterAll(async () => {
    await guest?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test.each([
    'aes256gcm16',
    'aes128gcm16',
    'aes256-sha384',
    'aes128-sha256',
    'aes256-sha512',
    'chacha20poly1305',
    'aes256gmac',
    'aes256gcm16-esn',
    'aes256-sha384-esn',
  ])('our first ping negotiates %s, and pings pass both ways', async (esp) => {
    end = await meet({ esp });
    await expectPingsBothWays(end, { esp });
    if (esp.endsWith('esn')) expect(await guest.exec('ip xfrm state')).toContain('flag esn');
  });

  test('charon negotiates, and pings pass both ways', async () => {
    const scenario = { esp: 'aes256gcm16' };
    end = await meet(scenario);
    await guest.exec('swanctl --initiate --child t --timeout 10');
    await expectPingsBothWays(end, scenario);
    expect(end.facts.filter(({ type }) => type === 'ikeEstablished')).toHaveLength(1);
  });

  test('over IPv6', async () => {
    const scenario = { esp: 'aes256gcm16', own: ownAddress6, guest: guestAddress6 };
    end = await meet(scenario);
    await expectPingsBothWays(end, scenario);
  });

  test('ESP in UDP', async () => {
    const scenario = { esp: 'aes256gcm16', encap: 'yes' } as const;
    end = await meet(scenario);
    await expectPingsBothWays(end, scenario);
    expect(await guest.exec('ip xfrm state')).toContain('type espinudp sport 4500 dport 4500');
  });

  test('ESP in UDP over IPv6, which the kernel takes with a checksum alone', async () => {
    const scenario = { esp: 'aes256gcm16', own: ownAddress6, guest: guestAddress6, encap: 'yes' } as const;
    end = await meet(scenario);
    await expectPingsBothWays(end, scenario);
    expect(await guest.exec('ip xfrm state')).toContain('type espinudp sport 4500 dport 4500');
  });

  test('tunnel mode, where charon insists and our end lets it', async () => {
    const scenario = { esp: 'aes256gcm16', mode: 'tunnel' } as const;
    end = await meet(scenario);
    await expectPingsBothWays(end, scenario);
    expect(await guest.exec('ip xfrm state')).toContain('mode tunnel');
  });

  describe.each(roles)('by certificate, %s begin(s)', (who) => {
    test('over IPv6: IKE_AUTH goes in fragments both ways, and pings pass', async () => {
      const scenario = { esp: 'aes256gcm16', own: ownAddress6, guest: guestAddress6, certificates: folder };
      end = await meet(scenario);
      const logged = guest.log('charon').length;
      if (who === 'charon') await guest.exec('swanctl --initiate --child t --timeout 10');

      await expectPingsBothWays(end, scenario);

      const log = guest.log('charon').slice(logged);
      expect(log).toMatch(/splitting IKE message \(\d+ bytes\) into [2-9] fragments/);
      expect(log).toMatch(/received fragment #2 of [2-9]/);
      expect(log).toContain("authentication of 'a.test' with RSA_EMSA_P");
    });

    test('tunnel mode, at both ends, and pings pass', async () => {
      const ourMode = { want: 'tunnel', strictness: 'require' } as const;
      const scenario = { esp: 'aes256gcm16', mode: 'tunnel', ourMode, certificates: folder } as const;
      end = await meet(scenario);
      if (who === 'charon') await guest.exec('swanctl --initiate --child t --timeout 10');

      await expectPingsBothWays(end, scenario);

      expect(await guest.exec('ip xfrm state')).toContain('mode tunnel');
      expect(end.boundary.ipsecSas()[0]?.sa.mode).toBe('tunnel');
    });
  });

  test.each(['ours', 'charon’s'])('a rekey of %s under traffic loses no ping', async (whose) => {
    end = await meet({ esp: 'aes256gcm16' });
    const { boundary, pinger, facts, drops } = end;
    await pinger.ping(guestAddress);
    const [before] = boundary.ipsecSas();
    const pings: Promise<void>[] = [];
    const traffic = setInterval(() => pings.push(pinger.ping(guestAddress)), 10);

    if (whose === 'ours' && before) await boundary.ike.rekeyChild(before.sa.inSpi, Date.now());
    else await guest.exec('swanctl --rekey --child t');
    await until(() => factsOf(facts, 'childRemoved').length > 0);
    await untilMore(pings);
    clearInterval(traffic);
    await Promise.all(pings);

    expect(boundary.ipsecSas().map(({ sa }) => sa.replaces)).toEqual([before?.sa.inSpi]);
    expect(drops).toEqual([]);
  });

  test.each(['ours', 'charon’s'])('a rekey of the IKE SA, %s, under traffic loses no ping', async (whose) => {
    end = await meet({ esp: 'aes256gcm16' });
    const { boundary, pinger } = end;
    const endpoint = boundary.ike;
    await pinger.ping(guestAddress);
    const [child] = boundary.ipsecSas();
    const [before] = endpoint.ikeSas();
    const pings: Promise<void>[] = [];
    const traffic = setInterval(() => pings.push(pinger.ping(guestAddress)), 10);

    if (whose === 'ours' && before) await endpoint.rekeyIke(before.initiatorSpi, Date.now());
    else await guest.exec('swanctl --rekey --ike t');
    await until(() => endpoint.ikeSas().every(({ initiatorSpi }) => initiatorSpi !== before?.initiatorSpi));
    await untilMore(pings);
    clearInterval(traffic);
    await Promise.all(pings);

    expect(boundary.ipsecSas().map(({ sa }) => sa.inSpi)).toEqual([child?.sa.inSpi]);
    expect(end.drops).toEqual([]);
  });

  test('ESP that the kernel cut into fragments is put together before it is opened', async () => {
    end = await meet({ esp: 'aes256gcm16' });
    await end.pinger.ping(guestAddress);
    await guest.exec(`ping -c 3 -i 0.05 -W 1 -M dont -s 3000 ${ownAddress} || true`); // our answers are too long for it
    await until(() => end?.pinger.answered === 3);
    expect(end.drops).toEqual([]);
  });

  test('10,000 packets each way over a cable that loses one in twenty: what is lost stays lost, and nothing else is', async () => {
    end = await meet({ esp: 'aes256gcm16' });
    await end.pinger.ping(guestAddress);
    const { echoes, faulty } = await streamEchoes(end, guestAddress, {
      ...{ seed: 'charon', count: 10_000, faults: { lost: 0.05 } },
    });

    expect(faulty.guest.sent).toBeGreaterThanOrEqual(10_000);
    expect(echoes).toMatchObject({ answered: faulty.guest.sent - faulty.guest.lost, answeredWrongly: 0 });
    expect(end.drops).toEqual([]);
    expect(end.boundary.ipsecSas()).toHaveLength(1);
  });

  /** A good deal of traffic after what has come to pass. */
  function untilMore(pings: readonly unknown[]): Promise<void> {
    const enough = pings.length + 50;
    return until(() => pings.length >= enough);
  }

  /** charon and our end configured alike. */
  async function meet({
    esp,
    own = ownAddress,
    guest: theirs = guestAddress,
    encap = 'no',
    mode = 'transport',
    ourMode = { want: 'transport', strictness: mode === 'tunnel' ? 'prefer' : 'require' },
    certificates,
  }: Scenario) {
    const proof = certificates === undefined ? [] : ['auth=rsa', `certs=${certificates}`];
    const ends = [`local=${theirs}`, `remote=${own}`, 'lid=b.test', 'rid=a.test'];
    await guest.configure('where=uml', ...ends, ...proof, `ike=${ike}`, `esp=${esp}`, `encap=${encap}`, `mode=${mode}`);
    await guest.exec('swanctl --load-all');
    const authentication = certificates && { authentication: await credentialIn(certificates, 'rsa', 'a.test') };
    const made = new BoundaryEnd(guest.link, own);
    const selectors = { local: [hostSelector(address(own))], remote: [hostSelector(address(theirs))] };
    await made.configure(
      [{ name: 'all', action: 'protect', connection: 't', ...selectors }],
      [{ ...ourConnection({ esp, own, theirs, mode: ourMode }), ...authentication }],
    );
    return made;
  }

  async function expectPingsBothWays({ pinger, drops, boundary }: BoundaryEnd, scenario: Scenario): Promise<void> {
    const { own = ownAddress, guest: theirs = guestAddress } = scenario;
    for (const octets of [56, 0, 1, 333, 1200]) await pinger.ping(theirs, octets);
    expect(await guest.ping(own, { count: 5 })).toBe(5);
    expect(drops).toEqual([]);
    expect(boundary.ipsecSas()).toHaveLength(1);
    expect(boundary.ipsecSas()[0]?.inbound.counters.packets).toBe(10);
  }
});

function ourConnection({
  esp,
  own,
  theirs,
  mode,
}: {
  esp: string;
  own: string;
  theirs: string;
  mode: ChildTemplate['mode'];
}) {
  const [local, remote] = [address(own), address(theirs)];
  const ports = { ownIke: 500, ownNat: 4500, charonIke: 500, charonNat: 4500 };
  const connection = connectionOf({ ports, ike, esp });
  const ends: Partial<Connection> = {
    ...{ local: [hostPrefix(local)], remote: [hostPrefix(remote)], localAddress: local, remoteAddress: remote },
    children: connection.children.map((child) => ({
      ...child,
      mode,
      ...{ localSelectors: [hostSelector(local)], remoteSelectors: [hostSelector(remote)] },
    })),
  };
  return { ...connection, ...ends };
}
