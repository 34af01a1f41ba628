/**
 * Libreswan's pluto sends us on, in each of the three places of RFC 5685. It serves two addresses over one kernel, so that it is the gateway that
 * sends and the gateway that takes: pings to the address behind both tell where the tunnel goes.
 */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { missingFor } from '../../scripts/debian.ts';
import { address, equalAddresses, printAddress } from '../../src/domain/net/address.ts';
import { destinationOf } from '../../src/domain/net/ip-layout.ts';
import { hostPrefix } from '../../src/domain/net/prefix.ts';
import { hostSelector } from '../../src/domain/spd/selector.ts';
import type { BoundaryEnd } from './boundary-end.ts';
import { soundCable } from './ethernet-link.ts';
import { Guest, guestAddress, guestElsewhere, guestInner, ownAddress } from './guest.ts';
import { meetGuest } from './guest-end.ts';
import { layerOf } from './layer.ts';
import { describeUnless } from './needs.ts';
import { factsOf, until } from './waiting.ts';

const alike = [
  ...['ikev2=insist', 'type=tunnel', 'authby=secret', 'auto=add', 'pfs=no', 'leftupdown=%disabled'],
  ...['leftid=@b.test', 'rightid=@a.test', `right=${ownAddress}`],
  ...['ike=aes_gcm256-sha2_384;dh20', 'esp=aes_gcm256'],
];

const wide = '10.8.0.0/24';
const sendAllOn = `ipsec whack --global-redirect yes --global-redirect-to ${guestElsewhere}`;

const layer = layerOf('libreswan');

describeUnless(missingFor('kernel') ?? layer.missing, 'Libreswan that sends its clients on', () => {
  let guest: Guest;
  let end: BoundaryEnd | undefined;

  beforeAll(async () => {
    guest = await Guest.start('redirect', { ports: { own: 17282, guest: 17281 }, layer: layer.directory });
    const ends = [`local=${guestAddress}`, `remote=${ownAddress}`, 'lid=b.test', 'rid=a.test', 'mode=tunnel'];
    await guest.configure('daemon=pluto', 'where=uml', ...ends, 'encap=auto');
    await guest.exec(`ip addr add ${guestElsewhere}/24 dev vec0`);
    configure();
    await guest.start('pluto');
  });
  afterEach(async () => {
    guest.link.cable = soundCable;
    await guest.exec(
      'ipsec whack --global-redirect no; ipsec auto --delete t; ipsec auto --delete u; ip xfrm state flush; ip xfrm policy flush',
    );
    await end?.close();
    end = undefined;
  });
  afterAll(() => guest?.stop());

  test('in its answer to IKE_SA_INIT', async () => {
    const { boundary, facts, pinger } = await meet();
    await guest.exec(sendAllOn);
    const release = holdWhatGoesTo(guestElsewhere);

    const ping = pinger.ping(guestInner);
    await until(() => factsOf(facts, 'redirected').length > 0);
    await guest.exec('ipsec whack --global-redirect no'); // it sends on who calls its other address too
    release();
    await ping;

    expect(factsOf(facts, 'redirected').map(({ decidedAt }) => decidedAt.exchange)).toEqual([34]);
    expectTunnelTo(boundary, guestElsewhere);
    expect(guest.log('pluto')).toContain('v2N_REDIRECTED_FROM');
  });

  test('in its answer to every IKE_SA_INIT, to itself: five times, then we say so', async () => {
    const { boundary, facts } = await meet();
    await guest.exec(sendAllOn);

    void boundary.ike.initiate('t', {}, Date.now());
    await until(() => factsOf(facts, 'failed').length > 0);

    expect(factsOf(facts, 'failed').map(({ failure }) => failure.refusal)).toMatchObject([
      { code: 'redirect', why: 'tooOften', times: 5 },
    ]);
    expect(boundary.ike.ikeSas()).toEqual([]);
  });

  test('in its answer to IKE_AUTH', async () => {
    const { boundary, facts, pinger } = await meet('send-redirect=yes', `redirect-to=${guestElsewhere}`);

    await pinger.ping(guestInner);

    expect(factsOf(facts, 'redirected').map(({ to, decidedAt }) => [printAddress(to), decidedAt.exchange])).toEqual([
      [guestElsewhere, 35],
    ]);
    expectTunnelTo(boundary, guestElsewhere);
  });

  test('while the IKE SA stands, and pings pass before and after', async () => {
    const { boundary, facts, pinger } = await meet();
    await pinger.ping(guestInner);
    expectTunnelTo(boundary, guestAddress);

    await guest.exec(`ipsec whack --name t --redirect-to ${guestElsewhere}`);
    await until(() => factsOf(facts, 'ikeClosed').length > 0);
    await pinger.ping(guestInner);

    expectTunnelTo(boundary, guestElsewhere);
  });

  async function meet(...more: readonly string[]): Promise<BoundaryEnd> {
    configure(...more);
    await guest.exec(`
      cp /run/peer/etc/ipsec.conf /etc/ipsec.conf
      ipsec auto --replace t; ipsec auto --replace u
    `);
    const remote = [guestAddress, guestElsewhere].map((each) => hostPrefix(address(each)));
    end = await meetGuest(guest, {
      ...{ ike: 'aes256gcm16-prfsha384-ecp384', esp: 'aes256gcm16', remote: guestInner },
      child: {
        mode: { want: 'tunnel', strictness: 'require' },
        remoteSelectors: [{ ...hostSelector(address('10.8.0.0')), end: address('10.8.0.255') }],
      },
      connection: { remote, followsRedirects: true },
    });
    return end;
  }

  /**
   * `t` at the address that we call, with what is wished of it, and `u` at the other. Not for the same subnet: both have one kernel, and the end
   * of `t` would take the policy of `u` with it.
   */
  function configure(...more: readonly string[]): void {
    const lines = (own: readonly string[]) => [...alike, ...own].map((line) => `    ${line}\n`).join('');
    const conns = [
      `conn t\n${lines([`left=${guestAddress}`, `leftsubnet=${wide}`, ...more])}`,
      `conn u\n${lines([`left=${guestElsewhere}`, `leftsubnet=${guestInner}/32`, 'narrowing=yes'])}`,
    ].join('\n');
    guest.rewrite('etc/ipsec.conf', (text) => text.slice(0, text.indexOf('conn t')) + conns);
  }

  /** It arrives when the returned function is called. */
  function holdWhatGoesTo(to: string): () => void {
    const held: (() => void)[] = [];
    guest.link.cable = ([head], from, carry) => {
      const isFor = from === 'own' && equalAddresses(destinationOf(head, 4), address(to));
      if (isFor) held.push(carry);
      else carry();
    };
    return () => {
      guest.link.cable = soundCable;
      for (const carry of held) carry();
    };
  }

  function expectTunnelTo(boundary: BoundaryEnd['boundary'], to: string): void {
    expect(boundary.ipsecSas().map(({ sa }) => printAddress(sa.remote))).toEqual([to]);
    expect(boundary.ike.ikeSas().map(({ remote }) => printAddress(remote.address))).toEqual([to]);
  }
});
