/**
 * Our engine against real strongSwan on loopback, as initiator and as responder. charon's own status is the witness; where it
 * holds a key we compare it with ours. Each group of tests restarts charon with its configuration.
 */
import { describe, expect, test, vi } from 'vitest';
import type { Datagram } from '../../src/domain/ike/datagram.ts';
import { CharonPair, type CharonWish, portsOf, printSpi, roles } from './charon-pair.ts';
import type { OwnEnd, OwnOptions } from './own-end.ts';

const responderTries = { retransmit: { firstMs: 500, factor: 1.5, tries: 4 } };
const pair = new CharonPair(portsOf(0));
const { charon } = pair;

/** A fresh charon and a fresh end of ours. */
const meet = (theirs: CharonWish = {}, ours: Partial<OwnOptions> = {}): Promise<OwnEnd> =>
  pair.meet(theirs, { settings: responderTries, ...ours });

const expectSameChild = (end: OwnEnd): Promise<void> => pair.expectSameKeys(end);

const exchangeOf = ({ octets }: Datagram): number | undefined => octets[18];

/** Polls what only a log can tell. */
const until = (condition: () => boolean) => vi.waitUntil(condition, { timeout: 10_000, interval: 50 });

describe('IKE_SA_INIT in more than one round', () => {
  test('charon asks for a cookie: we return it and establish', async () => {
    let isAuthSent = false;
    const end = await meet(
      { settings: { cookie_threshold: '1', cookie_threshold_ip: '1' } },
      { outbound: (datagram) => (isAuthSent || exchangeOf(datagram) === 34 ? [datagram] : []) },
    );
    await end.initiate();
    await until(() => charon.log().includes('generating IKE_SA_INIT response 0'));
    await end.endpoint.dropSilently(Date.now());
    isAuthSent = true;

    await end.initiate();

    await end.until('childInstalled');
    expect(charon.log()).toMatch(/COOKIE/);
  });

  test('we ask for a cookie: charon returns it and establishes', async () => {
    const end = await meet({}, { settings: { cookieThreshold: 0 } });

    await charon.initiate();

    await expectSameChild(end);
    expect(charon.log()).toMatch(/parsed IKE_SA_INIT response 0 \[ N\(COOKIE\) \]/);
  });

  test('charon wants another group: we repeat with it', async () => {
    const end = await meet({ ike: 'aes256-sha384-ecp384' }, { ike: 'aes256-sha384-ecp256-ecp384' });

    await end.initiate();

    await expectSameChild(end);
    expect(charon.log()).toMatch(/N\(INVAL_KE\)/);
  });

  test('we want another group: charon repeats with it', async () => {
    const end = await meet({ ike: 'aes256-sha384-ecp256-ecp384' }, { ike: 'aes256-sha384-ecp384' });

    await charon.initiate();

    await expectSameChild(end);
    expect(charon.log()).toMatch(/peer didn't accept DH group ECP_256, it requested ECP_384/);
  });

  test('cookie and another group together: both rounds, no loop', async () => {
    const end = await meet(
      { ike: 'aes256-sha384-ecp256-ecp384' },
      { ike: 'aes256-sha384-ecp384', settings: { cookieThreshold: 0 } },
    );

    await charon.initiate();

    await expectSameChild(end);
  });
});

describe('a life', () => {
  test('charon rekeys the CHILD SA: a new one is made, then the old one deleted', async () => {
    const end = await meet();
    await charon.initiate();
    const { child: first } = await end.until('childInstalled');
    end.forget();

    await charon.swanctl('--rekey', '--child', 't');

    const { child: second } = await end.until('childInstalled');
    expect(second.replaces).toBe(first.inSpi);
    const { child: removed } = await end.until('childRemoved');
    expect(removed.inSpi).toBe(first.inSpi);
    expect(end.children().map(({ inSpi }) => inSpi)).toEqual([second.inSpi]);
  });

  test.each([
    ['without PFS', 'aes256gcm16'],
    ['with PFS', 'aes256gcm16-ecp384'],
  ])('we rekey the CHILD SA, %s: a new one is made, then the old one deleted', async (_, esp) => {
    const end = await meet({ esp }, { esp });
    await end.initiate();
    const { child: first } = await end.until('childInstalled');
    end.forget();

    await end.endpoint.rekeyChild(first.inSpi, Date.now());

    const { child: second } = await end.until('childInstalled');
    await end.until('childRemoved');
    expect(end.children().map(({ inSpi }) => inSpi)).toEqual([second.inSpi]);
    const listed = await charon.sas();
    expect(listed).toMatch(new RegExp(`INSTALLED[^*]*${printSpi(second.inSpi)}`));
    expect(listed.match(/INSTALLED/g)).toHaveLength(1); // charon lists the old one as DELETED for some seconds
  });

  test('charon asks whether we live: we answer, and the SA stays', async () => {
    const end = await meet({ connection: { dpd_delay: '1s' } });
    await charon.initiate();
    await end.until('childInstalled');

    await until(() => /sending DPD request/.test(charon.log()));
    await until(() => /parsed INFORMATIONAL response \d+ \[ \]/.test(charon.log()));

    expect(end.endpoint.ikeSas().map(({ phase }) => phase)).toEqual(['established']);
  });

  test('we ask whether charon lives: it answers, and the SA stays', async () => {
    const end = await meet({}, { connection: { livenessAfterMs: 1 } });
    await end.initiate();
    const { child } = await end.until('childInstalled');

    await end.endpoint.suspectSilence(child.inSpi, Date.now() + 10);
    await until(() => /parsed INFORMATIONAL request \d+ \[ \]/.test(charon.log()));

    expect(end.endpoint.ikeSas().map(({ phase }) => phase)).toEqual(['established']);
  });

  test.each(roles)('%s began, charon is gone: we ask, give up, and the SA goes', async (who) => {
    const end = await meet(
      {},
      { connection: { livenessAfterMs: 1 }, settings: { retransmit: { firstMs: 100, factor: 1.2, tries: 3 } } },
    );
    await pair.begin(who, end);
    const { child } = await end.until('childInstalled');
    charon.kill();

    await end.endpoint.suspectSilence(child.inSpi, Date.now() + 10);

    const { because } = await end.until('ikeClosed');
    expect(because.code).toBe('noAnswer');
  });

  test('we delete the CHILD SA: charon has none, its IKE SA stays', async () => {
    const end = await meet();
    await end.initiate();
    const { child } = await end.until('childInstalled');

    await end.endpoint.deleteChild(child.inSpi, Date.now());

    await end.until('childRemoved');
    const listed = await charon.sas();
    expect(listed).toContain('ESTABLISHED');
    expect(listed).not.toContain('INSTALLED');
  });

  test('charon deletes the CHILD SA: it goes here', async () => {
    const end = await meet();
    await end.initiate();
    await end.until('childInstalled');

    await charon.swanctl('--terminate', '--child', 't');

    await end.until('childRemoved');
    expect(end.children()).toHaveLength(0);
  });

  test('we delete the IKE SA: charon has nothing left', async () => {
    const end = await meet();
    await end.initiate();
    const { ikeSa } = await end.until('ikeEstablished');

    await end.endpoint.deleteIkeSa(ikeSa.initiatorSpi, Date.now());

    await end.until('ikeClosed');
    expect(await charon.sas()).not.toContain('ESTABLISHED');
  });

  test('charon deletes the IKE SA: it goes here with its child', async () => {
    const end = await meet();
    await end.initiate();
    await end.until('childInstalled');

    await charon.swanctl('--terminate', '--ike', 't');

    await end.until('ikeClosed');
    expect(end.endpoint.ikeSas()).toHaveLength(0);
  });
});

describe('a bad wire', () => {
  test('every second datagram of ours is lost: retransmission establishes all the same', async () => {
    let count = 0;
    const everySecond = (datagram: Datagram) => (count++ % 2 === 0 ? [] : [datagram]);
    const end = await meet({}, { outbound: everySecond });

    await end.initiate();

    await expectSameChild(end);
  });

  test('each datagram of ours comes twice: charon and we answer once', async () => {
    const end = await meet({}, { outbound: (datagram) => [datagram, datagram] });

    await end.initiate();

    await expectSameChild(end);
    expect(end.endpoint.ikeSas()).toHaveLength(1);
  });
});
