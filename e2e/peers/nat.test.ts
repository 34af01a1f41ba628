/**
 * charon behind a real NAT (behind-nat.ts), alone and with another beside it. Transport mode, ESP in UDP from ports that the NAT
 * chose; the Linux kernel makes its checksums over addresses that we never see.
 */
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { missingFor } from '../../scripts/debian.ts';
import type { Octets } from '../../src/domain/bytes/octets.ts';
import { anyIdentity } from '../../src/domain/ike/auth/identity.ts';
import { printAddress } from '../../src/domain/net/address.ts';
import { protocols } from '../../src/domain/net/protocol.ts';
import { BehindNat, firstNatPort, natOfGuest, restartNat, startNat } from './behind-nat.ts';
import type { BoundaryEnd } from './boundary-end.ts';
import { Guest, guestAddress, ownAddress } from './guest.ts';
import { type GuestEndWish, meetGuest } from './guest-end.ts';
import { describeUnless } from './needs.ts';
import { seenAt } from './seen-packet.ts';
import { TcpEcho } from './tcp-echo.ts';
import { factsOf, until } from './waiting.ts';

const insideAddress = '10.10.0.7';
const suites = { ike: 'aes256gcm16-prfsha384-ecp384', esp: 'aes256gcm16' };

describeUnless(missingFor('peers', 'kernel', 'nat'), 'charon behind the Linux kernel’s NAT', () => {
  let guest: Guest;
  let inside: BehindNat;
  let end: BoundaryEnd;

  beforeAll(async () => {
    guest = await Guest.start('nat', { ports: { own: 17262, guest: 17261 } });
    await startNat(guest, natOfGuest);
    const host = { name: 'inside', address: insideAddress, gateway: '10.10.0.1', id: 'b.test' };
    inside = await BehindNat.start(guest, host, suites);
  });
  afterEach(async () => {
    await inside.terminate();
    await end.close();
  });
  afterAll(() => guest?.stop());

  test('pings pass both ways, in UDP from a port of the NAT', async () => {
    await meet();
    await expectPingsBothWays();
    expect(await inside.swanctl('--list-sas')).toContain('TRANSPORT-in-UDP');
    expect(portSeen()).toBeGreaterThanOrEqual(firstNatPort);
    const [pair] = end.boundary.ipsecSas();
    expect(pair?.remoteSelectors.map(({ start }) => printAddress(start))).toEqual([guestAddress]);
  });

  test.each([
    ['TCP', protocols.tcp],
    ['UDP', protocols.udp],
  ] as const)('%s of the Linux kernel arrives with a checksum that is true here', async (kind, protocol) => {
    await meet();
    const delivered: Octets[] = [];
    const echo = echoAt2049();
    end.onDelivered = (packet) => {
      delivered.push(packet);
      echo.take(packet);
    };
    await inside.exec(`timeout 10 bash -c 'echo hello >/dev/${kind.toLowerCase()}/${ownAddress}/2049'`);
    const ofProtocol = () => delivered.map(seenAt).filter((each) => each.protocol === protocol);
    await until(() => ofProtocol().length > 0);

    const seen = ofProtocol();
    for (const each of seen) {
      expect(each).toEqual({ protocol, source: guestAddress, destination: ownAddress, isChecksumTrue: true });
    }
  });

  test('the NAT forgets its mapping: ESP from the new port leads us, and pings pass both ways again', async () => {
    onTestFinished(() => restartNat(guest, natOfGuest, firstNatPort));
    await meet();
    await expectPingsBothWays();
    const before = portSeen();

    await restartNat(guest, natOfGuest, 50_000);
    await inside.ping({ count: 1, withinSeconds: 1 }); // what answers at once still goes to the port of before
    await until(() => portSeen() !== before);
    await expectPingsBothWays();

    expect(portSeen()).not.toBe(before);
    expect(portSeen()).toBeGreaterThanOrEqual(50_000);
    expect(factsOf(end.facts, 'ikeEstablished')).toHaveLength(1);
  });

  test('the same with MOBIKE: charon asks as whom we see it, finds that this has changed, and says that it has moved', async () => {
    const isOff = 'mobike = no';
    const isOn = 'mobike = yes\n  dpd_delay = 1s';
    await inside.reconfigure((conf) => conf.replace(isOff, isOn));
    onTestFinished(() => inside.reconfigure((conf) => conf.replace(isOn, isOff)));
    onTestFinished(() => restartNat(guest, natOfGuest, firstNatPort));
    await meet();
    await expectPingsBothWays();
    await until(() => /parsed INFORMATIONAL response .*NATD_D_IP/.test(inside.log())); // asked when it hears nothing

    await restartNat(guest, natOfGuest, 50_000);
    await until(() => portSeen() >= 50_000);
    await expectPingsBothWays();

    expect(factsOf(end.facts, 'ikeEstablished')).toHaveLength(1);
    expect(inside.log()).toMatch(/generating INFORMATIONAL request .*UPD_SA_ADDR/);
  });

  test('we have tunnels alone: the selectors are those before the NAT, and pings pass both ways', async () => {
    await meet({ child: { mode: { want: 'tunnel', strictness: 'require' } }, remote: insideAddress });
    await expectPingsBothWays({ at: insideAddress });
    expect(await inside.swanctl('--list-sas')).toContain('TUNNEL-in-UDP');
    const [pair] = end.boundary.ipsecSas();
    expect(pair?.remoteSelectors.map(({ start }) => printAddress(start))).toEqual([insideAddress]);
  });

  describe('and another charon beside it, both to TCP 2049', () => {
    let beside: BehindNat;

    beforeAll(async () => {
      const host = { name: 'beside', address: '10.11.0.7', gateway: '10.11.0.1', id: 'c.test' };
      beside = await BehindNat.start(guest, host, suites);
    });
    afterEach(() => beside.terminate());

    test('both have SAs with the same selectors, and each talks over its own', async () => {
      await meetBoth();
      const [one, two] = end.boundary.ipsecSas();
      expect(one?.remoteSelectors).toEqual(two?.remoteSelectors);
      expect(one?.localSelectors).toEqual(two?.localSelectors);

      const both = await Promise.all([inside.talk('from inside', 801), beside.talk('from beside', 802)]);

      expect(both).toEqual(['from inside\n', 'from beside\n']);
      expect(end.drops).toEqual([]);
      for (const { inbound, outbound } of end.boundary.ipsecSas()) {
        expect(inbound.counters.packets).toBeGreaterThan(2);
        expect(outbound.counters.packets).toBeGreaterThan(2);
      }
    });

    test('pings of both pass, and each talks on after both SAs were rekeyed', async () => {
      await meetBoth();
      const pings = await Promise.all([inside.ping(), beside.ping()]);
      expect(end.drops).toEqual([]);
      expect(pings).toEqual([3, 3]);

      for (const { sa } of end.boundary.ipsecSas()) await end.boundary.ike.rekeyChild(sa.inSpi, Date.now());
      await until(() => factsOf(end.facts, 'childRemoved').length === 2);

      const both = await Promise.all([inside.talk('from inside', 803), beside.talk('from beside', 804)]);
      expect(both).toEqual(['from inside\n', 'from beside\n']);
    });

    test('from one port only the first is heard; the other is counted, and heard from another port', async () => {
      await meetBoth();
      expect(await inside.talk('from inside', 805)).toBe('from inside\n');
      expect(await beside.talk('from beside', 805, 2)).toContain('no connection');
      expect(end.boundary.drops.conversationOfAnother).toBeGreaterThan(0);
      expect(await beside.talk('from beside', 806)).toBe('from beside\n');
    });

    async function meetBoth(): Promise<void> {
      await meet({ connection: { peerIdentity: anyIdentity } });
      await beside.initiate();
      await until(() => end.boundary.ipsecSas().length === 2);
      const echo = echoAt2049();
      end.onDelivered = (packet) => echo.take(packet);
    }
  });

  function echoAt2049(): TcpEcho {
    return new TcpEcho((packet) => end.send(packet), 2049);
  }

  async function meet(wish: Partial<GuestEndWish> = {}): Promise<void> {
    end = await meetGuest(guest, { ...suites, ...wish });
    await inside.initiate();
    await until(() => end.boundary.ipsecSas().length === 1);
  }

  async function expectPingsBothWays({ at = guestAddress } = {}): Promise<void> {
    await end.pinger.ping(at);
    expect(await inside.ping()).toBe(3);
  }

  const portSeen = (): number => end.boundary.ike.ikeSas()[0]?.remote.port ?? 0;
});
