/** Gateways that send their client on before an IKE SA stands (RFC 5685 3, 6), and to what a client does not let itself be sent. */
import { describe, expect, test } from 'vitest';
import { utf8 } from '../../bytes/octets.ts';
import { address, printAddress } from '../../net/address.ts';
import { sectionOf } from '../deciding-rule.ts';
import { notify } from '../message/notifies.ts';
import { prefix } from '../testing/builders.ts';
import { addressOf, clientAddress, expectOneWith, makeGateways, redirectTo } from '../testing/gateways.ts';

const { red, green } = addressOf;
const minute = 60_000;

describe('in the answer to IKE_SA_INIT (RFC 5685 3)', () => {
  test('the client says that it follows, then from where it was sent, and has its SAs with the second gateway', async () => {
    const gateways = makeGateways();
    gateways.sendOnInInit('red', 'green');

    await gateways.establish();

    expect(gateways.ladder().slice(0, 3)).toEqual([
      'client -> red IKE_SA_INIT 0 request SA KE Nonce N(REDIRECT_SUPPORTED)',
      'client -> green IKE_SA_INIT 0 request SA KE Nonce N(REDIRECTED_FROM)',
      'green -> client IKE_SA_INIT 0 response SA KE Nonce N(CHILDLESS_IKEV2_SUPPORTED)',
    ]);
    expectOneWith(gateways, 'green');
    expect(gateways.ikeSas).toEqual([green]);
    expect(gateways.redirects).toEqual([`${red} to ${green}`]);
    expect(gateways.client.facts.find(({ type }) => type === 'redirected')).toMatchObject({
      decidedAt: { exchange: 34, message: 'response' },
    });
    expect(gateways.client.failures).toEqual([]);
  });

  test('over IPv6 alike', async () => {
    const gateways = makeGateways({
      family: 6,
      client: { remoteSubnet: '2001:db8:2::/64' },
      gateways: { localSubnet: '2001:db8:2::/64' },
    });
    gateways.sendOnInInit('red', 'green');

    await gateways.establish();

    expectOneWith(gateways, 'green');
    expect(gateways.redirects).toEqual(['2001:db8::11 to 2001:db8::12']);
  });

  test('a REDIRECT without our nonce is forged, and leads nobody away', async () => {
    const gateways = makeGateways();
    const own = gateways.wire.tamper;
    gateways.wire.tamper = (datagram) => {
      gateways.saysInInit.set('red', (nonce) => [redirectTo(green, nonce.with(0, (nonce[0] ?? 0) ^ 1))]);
      const forged = own?.(datagram) ?? [];
      return forged[0] === datagram ? [datagram] : [...forged, datagram];
    };

    await gateways.establish();

    expectOneWith(gateways, 'red');
    expect(gateways.redirects).toEqual([]);
  });

  test('the second gateway is refused: whom the client had called is known until that IKE SA is forgotten', async () => {
    const gateways = makeGateways();
    gateways.sendOnInInit('red', 'green');
    await gateways.client.initiate();
    await gateways.answerAuth('green', [{ type: 'IDr', idType: 2, data: utf8('gateway.example') }]);

    const ended = gateways.client.endpoint.sessions().find(({ path }) => printAddress(path.remote.address) === green);
    expect(ended).toMatchObject({
      because: { code: 'malformed' },
      redirection: { askedFor: address(red), from: address(red) },
    });
  });

  test('what is still wanted when that IKE SA goes is asked of the same gateway, which hears again from where we were sent', async () => {
    const gateways = makeGateways();
    gateways.sendOnInInit('red', 'green');
    await gateways.establish();
    const { client } = gateways;
    const [old] = client.ikeSas;
    const from = gateways.ladder().length;
    if (old) await Promise.all([client.endpoint.deleteIkeSa(old.initiatorSpi, gateways.nowMs), client.initiate()]);
    await gateways.run();

    expectOneWith(gateways, 'green');
    expect(gateways.ladder(from)).toContain('client -> green IKE_SA_INIT 0 request SA KE Nonce N(REDIRECTED_FROM)');
  });

  test('what the first gateway says later finds nobody', async () => {
    const gateways = makeGateways({ settings: { retransmit: { firstMs: 50, factor: 2, tries: 4 } } });
    gateways.sendOnInInit('red', 'green');
    const own = gateways.wire.tamper;
    gateways.wire.tamper = (datagram) => {
      const passed = own?.(datagram) ?? [];
      return passed[0] === datagram ? [datagram] : [...passed, datagram]; // red answers too, as if it had room again
    };

    await gateways.establish();

    expectOneWith(gateways, 'green');
    expect(gateways.client.endpoint.counters.unknownSpi + gateways.client.endpoint.counters.ignored).toBe(1);
  });

  test.each([
    ['a name', [3, 12, ...utf8('blue.example')], 'RFC 5685 9.2', { why: 'name', to: { name: 'blue.example' } }],
    ['an address that the connection does not hold', [1, 4, 198, 51, 100, 1], 'RFC 4301 4.4.3', { why: 'notHeld' }],
    ['an IPv6 address', [2, 16, ...address('2001:db8::1').octets], 'RFC 5685 9.2', { why: 'family' }],
    ['a gateway of no known type', [9, 1, 0], 'RFC 5685 9.2', { why: 'unreadable', to: { type: 9 } }],
  ])('%s is not gone to: the reason says so, once nothing better came', async (_, data, section, reason) => {
    const gateways = makeGateways();
    gateways.saysInInit.set('red', (nonce) => [notify('REDIRECT', Uint8Array.of(...data, ...nonce))]);

    await gateways.establish();
    await gateways.run(minute);

    const [failure] = gateways.client.failures;
    expect(failure).toMatchObject({
      connection: 'nfs',
      by: 'local',
      scope: 'ike',
      decidedAt: { exchange: 34, message: 'response' },
      refusal: { code: 'redirect', from: address(red), times: 0, ...reason },
    });
    expect(failure && sectionOf(failure.refusal)).toBe(section);
    expect(gateways.ikeSas).toEqual([]);
  });

  test('a connection that does not follow says nothing of it, and tells where it was sent', async () => {
    const gateways = makeGateways({ more: { followsRedirects: false } });
    gateways.sendOnInInit('red', 'green');

    await gateways.establish();
    await gateways.run(minute);

    expect(gateways.ladder()[0]).toBe('client -> red IKE_SA_INIT 0 request SA KE Nonce');
    expect(gateways.client.failures).toMatchObject([
      { refusal: { code: 'redirect', why: 'unasked', to: { kind: 'address', address: address(green) } } },
    ]);
  });

  test('two gateways that send it to and fro: five times, then the reason', async () => {
    const gateways = makeGateways();
    gateways.sendOnInInit('red', 'green');
    gateways.sendOnInInit('green', 'red');

    await gateways.establish();
    await gateways.run(minute);

    expect(gateways.redirects).toHaveLength(5);
    const [failure, ...more] = gateways.client.failures;
    expect(more).toEqual([]);
    expect(failure?.refusal).toMatchObject({ code: 'redirect', why: 'tooOften', times: 5, from: address(green) });
    expect(failure && sectionOf(failure.refusal)).toBe('RFC 5685 7');
    expect(gateways.ikeSas).toEqual([]);
  });

  test('who asks for the same child meanwhile, or for another later, gets it where the client was sent', async () => {
    const gateways = makeGateways();
    const { client } = gateways;
    const [template] = client.connection.children;
    gateways.sendOnInInit('red', 'green');

    await Promise.all([client.initiate(), client.initiate()]);
    await gateways.runFor(12); // red has answered, green has not
    await client.initiate();
    await gateways.run();
    expect(client.ikeSas).toHaveLength(1);
    expectOneWith(gateways, 'green');
    await client.initiate({ child: template?.name ?? '' });
    await gateways.run();

    expect(client.ikeSas).toHaveLength(1);
    expect(client.sad.map(({ remote }) => printAddress(remote))).toEqual([green, green]);
  });
});

describe('in the answer to IKE_AUTH (RFC 5685 6)', () => {
  test('the gateway proves itself and sends on: its IKE SA goes, and the child is with the second', async () => {
    const gateways = makeGateways();
    await gateways.client.initiate();

    await gateways.answerAuth('red', [redirectTo(green)]);

    expect(gateways.ladder(4)).toEqual([
      'client -> green IKE_SA_INIT 0 request SA KE Nonce N(REDIRECTED_FROM)',
      'client -> red INFORMATIONAL 2 request D',
      'red -> client INFORMATIONAL 2 response',
      'green -> client IKE_SA_INIT 0 response SA KE Nonce N(CHILDLESS_IKEV2_SUPPORTED)',
      expect.stringMatching('client -> green IKE_AUTH 1 request'),
      expect.stringMatching('green -> client IKE_AUTH 1 response'),
    ]);
    expectOneWith(gateways, 'green');
    expect(gateways.redirects).toEqual([`${red} to ${green}`]);
    expect(gateways.client.failures).toEqual([]);
  });

  test('who does not prove itself sends nobody on', async () => {
    const gateways = makeGateways({ redPsk: 'another secret' });
    await gateways.client.initiate();
    await gateways.run(minute);
    expect(gateways.client.failures).toMatchObject([{ refusal: { code: 'authFailed' } }]);

    expect(gateways.redirects).toEqual([]);
    expect(gateways.ladder().filter((line) => line.includes('green'))).toEqual([]);
  });

  test('to where we do not go: the reason, and the IKE SA without a use is deleted', async () => {
    const gateways = makeGateways({ more: { remote: [prefix(red)] } });
    await gateways.client.initiate();

    await gateways.answerAuth('red', [redirectTo(green)]);
    await gateways.run(minute);

    expect(gateways.client.failures).toMatchObject([
      { scope: 'ike', child: 'nfs', decidedAt: { exchange: 35 }, refusal: { code: 'redirect', why: 'notHeld' } },
    ]);
    expect(gateways.ikeSas).toEqual([]);
    expect(gateways.gateway('red').ikeSas).toEqual([]);
  });

  test('a gateway that serves us all the same is served by, where we do not go', async () => {
    const gateways = makeGateways({ more: { remote: [prefix(red)] } });
    await gateways.client.initiate();

    await gateways.answerAuth('red', [redirectTo(green)], { keepsChild: true });

    expectOneWith(gateways, 'red');
    expect(gateways.client.failures).toEqual([]);
  });
});

test('in transport mode a packet for the first gateway does not go into an SA with the second (RFC 7296 1.3.1)', async () => {
  const transport = { mode: { want: 'transport', strictness: 'require' } } as const;
  const gateways = makeGateways({
    client: { child: { ...transport, remoteSelectors: [anyHost] } },
    gateways: { child: { ...transport, localSelectors: [anyHost] } },
  });
  gateways.sendOnInInit('red', 'green');

  const flow = { protocol: 6, local: address(clientAddress), remote: address(red), localPort: 999, remotePort: 2049 };
  await gateways.client.initiate({ flow });
  await gateways.run(minute);

  expect(gateways.client.failures).toMatchObject([{ scope: 'child', trigger: flow, refusal: { code: 'selectors' } }]);
  expect(gateways.client.sad).toEqual([]);
});

const anyHost = { isDynamic: true, protocol: 0, ports: { start: 0, end: 65_535 } } as const;
