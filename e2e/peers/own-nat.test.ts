/**
 * We begin behind a real NAT (behind-nat.ts), charon is in front of it. Transport mode, ESP in UDP: charon and its kernel know us by the
 * NAT's address alone, and we the NAT not at all.
 */
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { missingFor } from '../../scripts/debian.ts';
import type { Octets } from '../../src/domain/bytes/octets.ts';
import { address, printAddress } from '../../src/domain/net/address.ts';
import { hostPrefix } from '../../src/domain/net/prefix.ts';
import { protocols } from '../../src/domain/net/protocol.ts';
import { BehindNat, firstNatPort, restartNat, startNat } from './behind-nat.ts';
import type { BoundaryEnd } from './boundary-end.ts';
import { Guest, ownAddress } from './guest.ts';
import { type GuestEndWish, meetGuest } from './guest-end.ts';
import { describeUnless } from './needs.ts';
import { seenAt } from './seen-packet.ts';
import { TcpEcho } from './tcp-echo.ts';
import { factsOf, until } from './waiting.ts';

const outsideAddress = '10.12.0.7';
const natAddress = '10.12.0.1';
const nat = { out: 'outside-out', address: natAddress };
const suites = { ike: 'aes256gcm16-prfsha384-ecp384', esp: 'aes256gcm16' };

describeUnless(missingFor('peers', 'kernel', 'nat'), 'we behind the Linux kernel’s NAT', () => {
  let guest: Guest;
  let outside: BehindNat;
  let end: BoundaryEnd;

  beforeAll(async () => {
    guest = await Guest.start('own-nat', { ports: { own: 17292, guest: 17291 } });
    const host = { name: 'outside', address: outsideAddress, gateway: natAddress, id: 'b.test', peer: natAddress };
    outside = await BehindNat.start(guest, host, suites);
    await startNat(guest, nat);
  });
  afterEach(async () => {
    await outside.terminate();
    await end.close();
  });
  afterAll(() => guest?.stop());

  test('our first ping negotiates, charon sees a port of the NAT, and pings pass both ways', async () => {
    await meet();
    await expectPingsBothWays();

    const listed = await outside.swanctl('--list-sas');
    expect(listed).toContain('TRANSPORT-in-UDP');
    expect(portSeenBy(listed)).toBeGreaterThanOrEqual(firstNatPort);
    const [pair] = end.boundary.ipsecSas();
    expect(pair?.localSelectors.map(({ start }) => printAddress(start))).toEqual([ownAddress]);
    expect(listed).toContain(`remote ${natAddress}/32`);
  });

  test('TCP and UDP of the Linux kernel arrive with a checksum that is true here, and are answered', async () => {
    await meet();
    await end.pinger.ping(outsideAddress);
    const delivered: Octets[] = [];
    const echo = new TcpEcho((packet) => end.send(packet), 2049);
    end.onDelivered = (packet) => {
      delivered.push(packet);
      echo.take(packet);
    };

    await outside.exec(`bash -c 'echo hello >/dev/udp/${natAddress}/2049'`);
    expect(await outside.talk('hello', 801)).toBe('hello\n');

    const seen = delivered.map(seenAt);
    expect(new Set(seen.map(({ protocol }) => protocol))).toEqual(new Set([protocols.udp, protocols.tcp]));
    for (const each of seen) {
      expect(each).toMatchObject({ source: outsideAddress, destination: ownAddress, isChecksumTrue: true });
    }
  });

  test('the NAT forgets its mapping: charon follows our next packet to another port, and pings pass both ways again', async () => {
    onTestFinished(() => restartNat(guest, nat, firstNatPort));
    await meet();
    await expectPingsBothWays();

    await restartNat(guest, nat, 50_000);
    end.pinger.knock(outsideAddress); // what answers at once still goes to the port of before
    await until(async () => portSeenBy(await outside.swanctl('--list-sas')) >= 50_000);
    await expectPingsBothWays();

    expect(factsOf(end.facts, 'ikeEstablished')).toHaveLength(1);
  });

  describe('rekeys', () => {
    test.each(['ours', 'charon’s'])('%s of the CHILD SA: pings pass both ways in the new one', async (whose) => {
      await meet();
      await end.pinger.ping(outsideAddress);
      const [before] = end.boundary.ipsecSas();

      if (whose === 'ours' && before) await end.boundary.ike.rekeyChild(before.sa.inSpi, Date.now());
      else await outside.swanctl('--rekey --child t');
      await until(() => factsOf(end.facts, 'childRemoved').length > 0);

      expect(end.boundary.ipsecSas().map(({ sa }) => sa.replaces)).toEqual([before?.sa.inSpi]);
      await expectPingsBothWays();
    });

    test.each(['ours', 'charon’s'])('%s of the IKE SA: what it inherits carries on', async (whose) => {
      await meet();
      await end.pinger.ping(outsideAddress);
      const [ikeSa] = end.boundary.ike.ikeSas();

      if (whose === 'ours' && ikeSa) await end.boundary.ike.rekeyIke(ikeSa.initiatorSpi, Date.now());
      else await outside.swanctl('--rekey --ike t');
      await until(() => factsOf(end.facts, 'ikeClosed').length > 0);

      await expectPingsBothWays();
      expect(factsOf(end.facts, 'childInstalled')).toHaveLength(1);
    });
  });

  test('tunnels alone: the selectors are ours before the NAT, and pings pass both ways', async () => {
    const change = (conf: string) =>
      conf.replace('mode = transport', 'mode = tunnel').replace('remote_ts = dynamic', `remote_ts = ${ownAddress}/32`);
    const undo = (conf: string) =>
      conf.replace('mode = tunnel', 'mode = transport').replace(`remote_ts = ${ownAddress}/32`, 'remote_ts = dynamic');
    await outside.reconfigure(change);
    onTestFinished(() => outside.reconfigure(undo));
    await meet({ child: { mode: { want: 'tunnel', strictness: 'require' } } });

    await expectPingsBothWays({ at: ownAddress });

    const listed = await outside.swanctl('--list-sas');
    expect(listed).toContain('TUNNEL-in-UDP');
    expect(listed).toContain(`remote ${ownAddress}/32`);
  });

  async function meet(wish: Partial<GuestEndWish> = {}): Promise<void> {
    const remote = address(outsideAddress);
    const connection = { remote: [hostPrefix(remote)], remoteAddress: remote };
    end = await meetGuest(guest, { ...suites, connection, remote: outsideAddress, ...wish });
  }

  async function expectPingsBothWays({ at = natAddress } = {}): Promise<void> {
    await end.pinger.ping(outsideAddress);
    expect(await outside.ping({ to: at })).toBe(3);
    expect(end.drops).toEqual([]);
    expect(end.boundary.ipsecSas()).toHaveLength(1);
  }
});

/** The port from which charon hears us. */
const portSeenBy = (listed: string): number => Number(/remote +'a\.test' @ [\d.]+\[(\d+)\]/.exec(listed)?.[1]);
