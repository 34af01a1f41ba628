/**
 * OpenIKED over the Linux kernel's ESP (by PF_KEY, which knows neither AEADs nor ESN): each role (an active template makes it an initiator), rekeys and deletes of each end,
 * refusals of each end, and silence. What we say is true when iked's own status says it too.
 */
import { rmSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { missingFor } from '../../scripts/debian.ts';
import type { BoundaryEnd } from './boundary-end.ts';
import { credentialIn, makeCertificates } from './certificates.ts';
import { cutCable, soundCable } from './ethernet-link.ts';
import { Guest, guestAddress, ownAddress } from './guest.ts';
import { type GuestEndWish, meetGuest } from './guest-end.ts';
import { configureIked, firstPing, type IkedWish, reloadIked } from './iked.ts';
import { layerOf } from './layer.ts';
import { describeUnless } from './needs.ts';
import { factsOf, until } from './waiting.ts';

const layer = layerOf('openiked');

const ike = 'aes256-sha384-ecp384';
const esp = 'aes256-sha384';

describeUnless(missingFor('kernel') ?? layer.missing, 'OpenIKED over the Linux kernel', () => {
  let guest: Guest;
  let end: BoundaryEnd | undefined;

  let folder: string;

  beforeAll(async () => {
    folder = makeCertificates({ names: ['a.test', 'b.test'], kinds: ['ecdsa', 'rsa'] });
    guest = await Guest.start('iked', { ports: { own: 17242, guest: 17241 }, layer: layer.directory });
    await configureIked(guest, {});
    await guest.start('iked');
  });
  afterEach(async () => {
    guest.link.cable = soundCable;
    await guest.exec('ikectl reset all; ip xfrm state flush; ip xfrm policy flush');
    await end?.close();
    end = undefined;
  });
  afterAll(async () => {
    await guest?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test.each([
    ['aes256-sha384', 'auth hmac-sha2-384 enc aes-256'],
    ['aes128-sha512', 'auth hmac-sha2-512 enc aes-128'],
  ])('our first ping negotiates %s, and pings pass both ways', async (ours, theirs) => {
    const { pinger } = await meet({ esp: ours }, { esp: theirs });
    await firstPing(pinger);
    await expectTrafficBothWays();
  });

  test.each([
    ['aes256-sha384-ecp384', 'auth hmac-sha2-384 enc aes-256 prf hmac-sha2-384 group ecp384'],
    ['aes256gcm16-prfsha256-x25519', 'enc aes-256-gcm prf hmac-sha2-256 group curve25519'],
    ['aes128-sha512-modp2048', 'auth hmac-sha2-512 enc aes-128 prf hmac-sha2-512 group modp2048'],
  ])('iked negotiates %s', async (ours, theirs) => {
    const { boundary, pinger } = await meet({ ike: ours }, { ike: theirs, role: 'active' });
    await until(() => boundary.ipsecSas().length === 1);
    await firstPing(pinger);
    await expectTrafficBothWays();
  });

  test('ESP in UDP, where we force it', async () => {
    const { pinger } = await meet({ connection: { forcesUdpEncapsulation: true } }, {});
    await firstPing(pinger);
    await expectTrafficBothWays();
    expect(await guest.exec('ip xfrm state')).toContain('type espinudp sport 4500 dport 4500');
  });

  test('we ask for a cookie: iked returns it', async () => {
    const logged = guest.log('iked').length;
    const { boundary } = await meet({ settings: { cookieThreshold: 0 } }, { role: 'active' });
    await until(() => boundary.ipsecSas().length === 1);
    expect(guest.log('iked').slice(logged)).toContain('ikev2_init_ike_sa_peer: added cookie');
  });

  describe('rekeys', () => {
    test('ours of the CHILD SA leaves one SA, and it carries', async () => {
      const { pinger, boundary } = await meet({}, {});
      await firstPing(pinger);
      const [before] = boundary.ipsecSas();
      if (before) await boundary.ike.rekeyChild(before.sa.inSpi, Date.now());
      await until(() => boundary.ipsecSas().length === 1 && boundary.ipsecSas()[0]?.sa.inSpi !== before?.sa.inSpi);
      await expectTrafficBothWays();
    });

    test('ours of the IKE SA keeps the CHILD SA', async () => {
      const { pinger, boundary, facts } = await meet({}, {});
      await firstPing(pinger);
      const [child] = boundary.ipsecSas();
      const [ikeSa] = boundary.ike.ikeSas();
      if (ikeSa) await boundary.ike.rekeyIke(ikeSa.initiatorSpi, Date.now());
      await until(() => factsOf(facts, 'ikeEstablished').length === 2 && boundary.ike.ikeSas().length === 1);
      expect(boundary.ipsecSas()[0]?.sa.inSpi).toBe(child?.sa.inSpi);
      await expectTrafficBothWays();
    });

    test('iked’s of the IKE SA, when its lifetime nears its end, keeps the CHILD SA', async () => {
      const { boundary, facts } = await meet({}, { role: 'active', lifetimes: 'ikelifetime 4' });
      await until(() => boundary.ipsecSas().length === 1);
      const [child] = boundary.ipsecSas();
      await until(() => factsOf(facts, 'ikeClosed').length > 0, 12_000);
      expect(factsOf(facts, 'ikeEstablished').length).toBeGreaterThan(1);
      expect(boundary.ipsecSas()[0]?.sa.inSpi).toBe(child?.sa.inSpi);
      await expectTrafficBothWays();
    });

    test('iked’s of the CHILD SA, when its lifetime nears its end, leaves one SA', async () => {
      const { boundary, pinger } = await meet({}, { role: 'active', lifetimes: 'lifetime 6' });
      await until(() => boundary.ipsecSas().length === 1);
      await firstPing(pinger);
      const [before] = boundary.ipsecSas();
      await until(() => boundary.ipsecSas().some(({ sa }) => sa.inSpi !== before?.sa.inSpi), 12_000);
      await until(() => boundary.ipsecSas().length === 1);
      await firstPing(pinger);
    });
  });

  describe('deletes', () => {
    test('ours: iked holds nothing any more', async () => {
      const { pinger, boundary } = await meet({}, {});
      await firstPing(pinger);
      const [ikeSa] = boundary.ike.ikeSas();
      if (ikeSa) await boundary.ike.deleteIkeSa(ikeSa.initiatorSpi, Date.now());
      await until(() => boundary.ike.ikeSas().length === 0);
      expect(boundary.ipsecSas()).toEqual([]);
      expect(await guest.exec('ikectl show sa')).not.toContain('iked_sas');
      await guest.untilNoEsp();
    });

    test('iked’s: we hold nothing any more', async () => {
      const { pinger, boundary } = await meet({}, {});
      await firstPing(pinger);
      await guest.exec('ikectl reset id FQDN/a.test');
      await until(() => boundary.ike.ikeSas().length === 0);
      expect(boundary.ipsecSas()).toEqual([]);
      await guest.untilNoEsp();
    });
  });

  describe('refusals', () => {
    test('we begin with another secret: the negotiation fails at iked, and we say so', async () => {
      const { pinger, facts } = await meet({ psk: 'other', settings: impatient }, {});
      pinger.knock(guestAddress);
      await until(() => factsOf(facts, 'failed').length > 0);
      expect(factsOf(facts, 'failed')[0]?.failure.scope).toBe('ike');
      expect(await guest.exec('ikectl show sa')).not.toContain('ESTABLISHED');
    });

    test('iked begins with another secret: we say AUTHENTICATION_FAILED', async () => {
      const { facts } = await meet({ psk: 'other' }, { role: 'active' });
      await until(() => factsOf(facts, 'failed').length > 0);
      expect(factsOf(facts, 'failed')[0]?.failure).toMatchObject({
        ...{ by: 'local', notify: 24, refusal: { code: 'authFailed', check: 'psk' } },
      });
      await guest.untilNoEsp();
    });

    test('iked insists on a tunnel, we on transport: the CHILD SA fails, and both modes are named', async () => {
      const { facts } = await meet({}, { role: 'active', mode: 'tunnel' });
      await until(() => factsOf(facts, 'failed').length > 0);
      expect(factsOf(facts, 'failed')[0]?.failure).toMatchObject({
        ...{ by: 'local', scope: 'child', refusal: { code: 'mode', wanted: 'transport', got: 'tunnel' } },
      });
      await guest.untilNoEsp();
    });

    test('we begin with another ESP cipher: iked ends it all without a proof, and what we offered is named', async () => {
      const { pinger, facts } = await meet({ esp: 'aes128-sha256' }, {});
      pinger.knock(guestAddress);
      await until(() => factsOf(facts, 'failed').length > 0);
      expect(factsOf(facts, 'failed')[0]?.failure).toMatchObject({
        ...{ by: 'remote', scope: 'ike', notify: 14 },
        refusal: { code: 'refusedUnproven', notify: 14, offered: { mode: 'transport', proposals: [{ protocol: 3 }] } },
      });
      await guest.untilNoEsp();
    });

    test('we insist on transport, iked on a tunnel: whatever it answers, we hold no tunnel', async () => {
      const { pinger, boundary, facts } = await meet({}, { mode: 'tunnel' });
      pinger.knock(guestAddress);
      await until(() => factsOf(facts, 'failed').length > 0);
      expect(factsOf(facts, 'failed')[0]?.failure).toMatchObject({ by: 'remote', scope: 'ike', notify: 24 }); // its way
      expect(boundary.ipsecSas()).toEqual([]);
      await guest.untilNoEsp();
    });
  });

  describe.each(['we', 'iked'] as const)('certificates, %s begin(s)', (who) => {
    test.each([
      ['ecdsa', 'whole'],
      ['rsa', 'in fragments'],
    ] as const)('%s, %s: each believes the signature of the other', async (kind, how) => {
      const role = who === 'iked' ? 'active' : 'passive';
      const fragments = how === 'in fragments';
      await configureIked(guest, { auth: kind, certs: folder, role, fragments });
      const connection = { authentication: await credentialIn(folder, kind, 'a.test') };
      end = await meetGuest(guest, { ike, esp, connection, settings: { fragmentIpOctets: 600 } });
      await guest.exec(`
        cd /etc/iked; cp /run/peer/etc/local.key private/local.key; cp /run/peer/etc/ca.crt ca/ca.crt
        cp /run/peer/etc/b.test.crt certs/b.test.crt; chmod 600 private/local.key; chmod 644 certs/*.crt ca/*.crt
        chmod 755 . certs ca; openssl pkey -in private/local.key -pubout -out local.pub
      `);
      const logged = guest.log('iked').length;
      await reloadIked(guest);
      const { boundary, pinger } = end;
      if (who === 'iked') await until(() => boundary.ipsecSas().length === 1);
      await firstPing(pinger);
      await expectTrafficBothWays();
      const log = guest.log('iked').slice(logged);
      expect(log).toContain('ikev2_pld_auth: method SIG');
      expect(/ikev2_send_encrypted_fragments: Fragment 2 of/.test(log)).toBe(fragments);
      expect(/ikev2_pld_ef: All fragments received/.test(log)).toBe(fragments);
    });
  });

  test('iked falls silent: our traffic asks, nobody answers, and the SAs go', async () => {
    const { pinger, boundary, facts } = await meet({ connection: { livenessAfterMs: 300 }, settings: impatient }, {});
    await firstPing(pinger);
    guest.link.cable = cutCable;
    const traffic = setInterval(() => void pinger.ping(guestAddress, 56, 100).catch(() => {}), 50);
    await until(() => factsOf(facts, 'ikeClosed').length > 0);
    clearInterval(traffic);
    expect(factsOf(facts, 'ikeClosed')[0]?.because).toMatchObject({ code: 'noAnswer' });
    expect(boundary.ipsecSas()).toEqual([]);
  });

  /** Both ends configured alike, but for what is wished. */
  async function meet(ours: Partial<GuestEndWish>, theirs: IkedWish): Promise<BoundaryEnd> {
    await configureIked(guest, theirs);
    end = await meetGuest(guest, { ike, esp, ...ours });
    await reloadIked(guest);
    return end;
  }

  /** Pings of either side come back, in the very SAs that both ends show. */
  async function expectTrafficBothWays(): Promise<void> {
    if (!end) throw new Error('nobody met');
    const { pinger, boundary, drops } = end;
    const before = drops.length; // until its kernel has all that iked agreed to, it answers a ping in the clear
    for (const octets of [0, 333, 1200]) await pinger.ping(guestAddress, octets);
    expect(await guest.ping(ownAddress)).toBe(3);
    expect(drops.slice(before)).toEqual([]);
    expect(boundary.ipsecSas()).toHaveLength(1);
    expect(boundary.ipsecSas()[0]?.sa.mode).toBe('transport');
    const shown = await guest.exec('ikectl show sa');
    expect(shown).toContain('ESTABLISHED');
    for (const spi of [boundary.ipsecSas()[0]?.sa.inSpi, boundary.ipsecSas()[0]?.sa.outSpi]) {
      expect(shown).toContain(`0x${spi?.toString(16).padStart(8, '0')}`);
    }
  }
});

const impatient = { retransmit: { firstMs: 200, factor: 1.5, tries: 3 } };
