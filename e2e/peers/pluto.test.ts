/**
 * Libreswan's pluto over the Linux kernel's ESP: each role, rekeys and deletes of each end, refusals of each end, and silence.
 * What we say is true when pluto's own status says it too.
 */
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { missingFor } from '../../scripts/debian.ts';
import { utf8 } from '../../src/domain/bytes/octets.ts';
import { Secret } from '../../src/domain/bytes/secret.ts';
import type { BoundaryEnd } from './boundary-end.ts';
import { cutCable, soundCable } from './ethernet-link.ts';
import { Guest, guestAddress, ownAddress } from './guest.ts';
import { type GuestEndWish, meetGuest } from './guest-end.ts';
import { watchIke } from './ike-seen.ts';
import { layerOf } from './layer.ts';
import { describeUnless } from './needs.ts';
import { factsOf, until } from './waiting.ts';

const layer = layerOf('libreswan');

const ike = 'aes256gcm16-prfsha384-ecp384';
const esp = 'aes256gcm16';
const quantum = 'thirty-two octets of nobody knows';
const postquantum = { id: 'ppk-2026', secret: new Secret(utf8(quantum)) };

interface PlutoWish {
  readonly ike?: string;
  readonly esp?: string;
  readonly psk?: string;
  readonly mode?: 'transport' | 'tunnel';
  readonly encap?: 'yes' | 'auto';
  /** A key exchange of its own for each rekeyed CHILD SA. */
  readonly pfs?: 'yes' | 'no';
  /** It has a postquantum key (RFC 8784), for whoever has it too or on which it insists. */
  readonly ppk?: 'yes' | 'insist';
  /** More lines of its conn section. */
  readonly more?: readonly string[];
}

describeUnless(missingFor('kernel') ?? layer.missing, 'Libreswan over the Linux kernel', () => {
  let guest: Guest;
  let end: BoundaryEnd | undefined;

  beforeAll(async () => {
    guest = await Guest.start('pluto', { ports: { own: 17232, guest: 17231 }, layer: layer.directory });
    await configure({});
    await guest.start('pluto');
  });
  afterEach(async () => {
    guest.link.cable = soundCable;
    await guest.exec('ipsec auto --delete t; ip xfrm state flush; ip xfrm policy flush');
    await end?.close();
    end = undefined;
  });
  afterAll(async () => {
    await guest?.stop();
  });

  test.each([
    ['aes256gcm16', 'aes_gcm256'],
    ['aes256-sha512', 'aes256-sha2_512'],
    ['chacha20poly1305', 'chacha20_poly1305'],
  ])('our first ping negotiates %s, and pings pass both ways', async (ours, theirs) => {
    const { pinger } = await meet({ esp: ours }, { esp: theirs });
    await pinger.ping(guestAddress);
    await expectTrafficBothWays();
  });

  test.each([
    ['aes256-sha384-ecp384', 'aes256-sha2_384;dh20'],
    ['aes256-sha256-modp2048', 'aes256-sha2_256;dh14'],
    ['aes128-sha512-x25519', 'aes128-sha2_512;dh31'],
    ['chacha20poly1305-prfsha256-ecp256', 'chacha20_poly1305-sha2_256;dh19'],
  ])('pluto negotiates %s', async (ours, theirs) => {
    await meet({ ike: ours }, { ike: theirs });
    await guest.exec('ipsec auto --up t');
    await expectTrafficBothWays();
  });

  test('ESP in UDP, where pluto forces it', async () => {
    await meet({}, { encap: 'yes' });
    await guest.exec('ipsec auto --up t');
    await expectTrafficBothWays();
    expect(await guest.exec('ip xfrm state')).toContain('type espinudp sport 4500 dport 4500');
  });

  test('ESP in UDP, where we force it', async () => {
    const { pinger } = await meet({ connection: { forcesUdpEncapsulation: true } }, {});
    await pinger.ping(guestAddress);
    await expectTrafficBothWays();
    expect(await guest.exec('ip xfrm state')).toContain('type espinudp sport 4500 dport 4500');
  });

  test.each(['pluto', 'we'])('%s ask(s) for a cookie: it is returned', async (who) => {
    const { pinger } = await meet(who === 'we' ? { settings: { cookieThreshold: 0 } } : {}, {});
    if (who === 'we') {
      const printed = await guest.exec('ipsec auto --up t');
      expect(printed).toContain('received anti-DDOS COOKIE response');
    } else {
      onTestFinished(async () => void (await guest.exec('ipsec whack --ddos-auto')));
      await guest.exec('ipsec whack --ddos-busy');
      await pinger.ping(guestAddress);
      expect(guest.log('pluto')).toContain('DOS mode on; responding to IKE_SA_INIT with cookie notification request');
    }
    await expectTrafficBothWays();
  });

  test.each([
    ['we', 'insist', 'as responder'],
    ['pluto', 'insist', 'as initiator'],
    ['we', 'yes', 'not at all'],
  ] as const)('a postquantum key: %s begin(s), pluto has ppk=%s, and uses it %s', async (who, ppk, used) => {
    const connection = used === 'not at all' ? {} : { ppk: { ...postquantum, required: true } };
    const { pinger } = await meet({ connection }, { ppk });
    const logged = guest.log('pluto').length;

    if (who === 'pluto') await guest.exec('ipsec auto --up t');
    await pinger.ping(guestAddress);

    await expectTrafficBothWays();
    const [, how = 'not at all'] = /PPK AUTH calculated (as \w+)/.exec(guest.log('pluto').slice(logged)) ?? [];
    expect(how).toBe(used);
  });

  describe('rekeys', () => {
    test.each(['ours', 'pluto’s'])(
      '%s of the CHILD SA, with a key exchange of its own, leaves one SA, and it carries',
      async (whose) => {
        const { pinger, boundary } = await meet({ esp: `${esp}-ecp384` }, { esp: 'aes_gcm256;dh20', pfs: 'yes' });
        await pinger.ping(guestAddress);
        const [before] = boundary.ipsecSas();

        if (whose === 'ours' && before) await boundary.ike.rekeyChild(before.sa.inSpi, Date.now());
        else await guest.exec('ipsec whack --rekey-ipsec --name t');
        await until(() => boundary.ipsecSas().length === 1 && boundary.ipsecSas()[0]?.sa.inSpi !== before?.sa.inSpi);

        await expectTrafficBothWays();
        expect(await espSasOfGuest()).toBe(2);
      },
    );

    test.each(['ours', 'pluto’s'])('%s of the IKE SA keeps the CHILD SA', async (whose) => {
      const { pinger, boundary, facts } = await meet({}, {});
      await pinger.ping(guestAddress);
      const [child] = boundary.ipsecSas();
      const [ikeSa] = boundary.ike.ikeSas();

      if (whose === 'ours' && ikeSa) await boundary.ike.rekeyIke(ikeSa.initiatorSpi, Date.now());
      else await guest.exec('ipsec whack --rekey-ike --name t');
      await until(() => factsOf(facts, 'ikeEstablished').length === 2 && boundary.ike.ikeSas().length === 1);

      expect(boundary.ike.ikeSas()[0]?.initiatorSpi).not.toBe(ikeSa?.initiatorSpi);
      expect(boundary.ipsecSas()[0]?.sa.inSpi).toBe(child?.sa.inSpi);
      await expectTrafficBothWays();
      if (child) await boundary.ike.rekeyChild(child.sa.inSpi, Date.now()); // the new keys are good for more
      await until(() => boundary.ipsecSas().length === 1 && boundary.ipsecSas()[0]?.sa.inSpi !== child?.sa.inSpi);
      await expectTrafficBothWays();
    });
  });

  describe('deletes', () => {
    test('ours: pluto holds nothing any more', async () => {
      const { pinger, boundary } = await meet({}, {});
      await pinger.ping(guestAddress);
      const [ikeSa] = boundary.ike.ikeSas();
      if (ikeSa) await boundary.ike.deleteIkeSa(ikeSa.initiatorSpi, Date.now());
      await until(() => boundary.ike.ikeSas().length === 0);
      expect(boundary.ipsecSas()).toEqual([]);
      expect(await guest.exec('ipsec trafficstatus; ipsec showstates')).not.toContain('ESTABLISHED');
      await guest.untilNoEsp();
    });

    test('pluto’s: we hold nothing any more', async () => {
      const { pinger, boundary } = await meet({}, {});
      await pinger.ping(guestAddress);
      await guest.exec('ipsec auto --down t');
      await until(() => boundary.ike.ikeSas().length === 0);
      expect(boundary.ipsecSas()).toEqual([]);
      await guest.untilNoEsp();
    });
  });

  describe('refusals', () => {
    test('we begin with another secret: pluto says AUTHENTICATION_FAILED', async () => {
      const { pinger, facts } = await meet({ psk: 'other' }, {});
      pinger.knock(guestAddress);
      await until(() => factsOf(facts, 'failed').length > 0);
      expect(factsOf(facts, 'failed')[0]?.failure).toMatchObject({
        by: 'remote',
        notify: 24,
        refusal: { code: 'authFailed' },
      });
      expect(guest.log('pluto')).toContain('authentication failed');
    });

    test('pluto begins with another secret: we say AUTHENTICATION_FAILED', async () => {
      const { facts } = await meet({ psk: 'other' }, {});
      const printed = await guest.exec('timeout 4 ipsec auto --up t || true');
      expect(factsOf(facts, 'failed')[0]?.failure).toMatchObject({
        by: 'local',
        notify: 24,
        refusal: { code: 'authFailed', check: 'psk' },
      });
      expect(printed).toContain('AUTHENTICATION_FAILED');
    });

    test('no suite in common: pluto says NO_PROPOSAL_CHOSEN, and we say what we had offered', async () => {
      const { pinger, facts } = await meet({ ike: 'aes128-sha256-modp2048' }, {});
      pinger.knock(guestAddress);
      await until(() => factsOf(facts, 'failed').length > 0);
      expect(factsOf(facts, 'failed')[0]?.failure).toMatchObject({ by: 'remote', refusal: { code: 'noProposal' } });
      await guest.untilNoEsp();
    });

    test('pluto insists on a tunnel, we on transport: the CHILD SA fails, and both modes are named', async () => {
      const { facts } = await meet({}, { mode: 'tunnel' });
      await guest.exec('timeout 4 ipsec auto --up t || true');
      expect(factsOf(facts, 'failed')[0]?.failure).toMatchObject({
        by: 'local',
        scope: 'child',
        refusal: { code: 'mode', wanted: 'transport', got: 'tunnel' },
      });
      await guest.untilNoEsp();
    });

    test('we insist on transport, pluto on a tunnel: whatever it answers, we hold no tunnel', async () => {
      const { pinger, boundary, facts } = await meet({}, { mode: 'tunnel' });
      pinger.knock(guestAddress);
      await until(() => factsOf(facts, 'failed').length > 0);
      expect(factsOf(facts, 'failed')[0]?.failure).toMatchObject({ scope: 'child' });
      expect(boundary.ipsecSas()).toEqual([]);
      await guest.untilNoEsp();
    });
  });

  test('pluto falls silent: our traffic asks, nobody answers, and the SAs go', { timeout: 30_000 }, async () => {
    const livenessAfterMs = 300;
    const settings = { retransmit: { firstMs: 200, factor: 1.5, tries: 3 } };
    const { pinger, boundary, facts } = await meet({ connection: { livenessAfterMs }, settings }, {});
    await pinger.ping(guestAddress);
    guest.link.cable = cutCable;
    const traffic = setInterval(() => void pinger.ping(guestAddress, 56, 100).catch(() => {}), 50);
    await until(() => factsOf(facts, 'ikeClosed').length > 0);
    clearInterval(traffic);
    expect(factsOf(facts, 'ikeClosed')[0]?.because).toMatchObject({ code: 'noAnswer' });
    expect(boundary.ipsecSas()).toEqual([]);
  });

  test('pluto asks whether we live, and is answered', async () => {
    const { pinger } = await meet({}, { more: ['dpddelay=1', 'dpdtimeout=3', 'dpdaction=clear'] });
    await pinger.ping(guestAddress);
    const seen = watchIke(guest.link);
    await until(() => seen.filter(({ from, header }) => from === 'own' && header.exchange === 37).length >= 2);
    await expectTrafficBothWays();
    expect(guest.log('pluto')).not.toContain('liveness action');
  });

  /** Both ends configured alike, but for what is wished. */
  async function meet(ours: Partial<GuestEndWish>, theirs: PlutoWish): Promise<BoundaryEnd> {
    await configure(theirs);
    await guest.exec(`
      cp /run/peer/etc/ipsec.conf /etc/ipsec.conf; cp /run/peer/etc/ipsec.secrets /etc/ipsec.secrets
      ipsec whack --rereadsecrets; ipsec auto --replace t
    `);
    end = await meetGuest(guest, { ike, esp, ...ours });
    return end;
  }

  async function configure({ more = [], pfs = 'no', ppk, ...settings }: PlutoWish): Promise<void> {
    const ends = [`local=${guestAddress}`, `remote=${ownAddress}`, 'lid=b.test', 'rid=a.test'];
    const given = Object.entries(settings).map(([key, value]) => `${key}=${value}`);
    await guest.configure('daemon=pluto', 'where=uml', ...ends, 'encap=auto', ...given);
    const lines = [`pfs=${pfs}`, `ppk=${ppk ?? 'no'}`, 'leftupdown=%disabled', ...more]; // its scripts would only set routes, and take time
    guest.rewrite('etc/ipsec.secrets', (text) =>
      ppk ? `${text}@b.test @a.test : PPKS "ppk-2026" "${quantum}"\n` : text,
    );
    guest.rewrite('etc/ipsec.conf', (text) =>
      // its pages of debugging take time too
      text.replace('plutodebug=base', 'plutodebug=none').concat(lines.map((line) => `    ${line}\n`).join('')),
    );
  }

  /** Pings of either side come back, in the very SAs that both ends show. */
  async function expectTrafficBothWays(): Promise<void> {
    if (!end) throw new Error('nobody met');
    const { pinger, boundary, drops } = end;
    for (const octets of [0, 333, 1200]) await pinger.ping(guestAddress, octets);
    expect(await guest.ping(ownAddress)).toBe(3);
    expect(drops).toEqual([]);
    expect(boundary.ipsecSas()).toHaveLength(1);
    expect(boundary.ipsecSas()[0]?.sa.mode).toBe('transport');
    expect(await guest.exec('ipsec trafficstatus')).toMatch(/inBytes=[1-9]\d*, outBytes=[1-9]/);
  }

  async function espSasOfGuest(): Promise<number> {
    const printed = await guest.exec('ip xfrm state');
    return printed.match(/proto esp/g)?.length ?? 0;
  }
});
