/** Gateways that send their client on while its IKE SA stands (RFC 5685 5), and any redirect over a wire that loses. */
import { describe, expect, test } from 'vitest';
import { address, printAddress } from '../../net/address.ts';
import { addressOf, expectOneWith, makeGateways, redirectTo } from '../testing/gateways.ts';

const { red, green, blue } = addressOf;
const minute = 60_000;

describe('while the IKE SA stands (RFC 5685 5)', () => {
  test('the next is made before the old one is broken', async () => {
    const gateways = await makeGateways().establish();
    const before = gateways.client.facts.length;

    await gateways.tell('red', [redirectTo(green)]);
    await gateways.run();

    expectOneWith(gateways, 'green');
    expect(gateways.ikeSas).toEqual([green]);
    expect(gateways.gateway('red').ikeSas).toEqual([]);
    expect(gateways.client.facts.slice(before).map(({ type }) => type)).toEqual([
      'redirected',
      'ikeEstablished',
      'childInstalled',
      'childRemoved',
      'ikeClosed',
    ]);
    expect(gateways.client.facts.at(-1)).toMatchObject({
      because: { code: 'asked', by: 'local', reason: 'redirected' },
    });
  });

  test('a gateway that does not answer: the old SAs carry on', async () => {
    const gateways = await makeGateways().establish();
    const [child] = gateways.client.sad;
    gateways.wire.tamper = (datagram) => (printAddress(datagram.remote.address) === green ? [] : [datagram]);

    await gateways.tell('red', [redirectTo(green)]);
    await gateways.run(3 * minute);

    expect(gateways.client.sad).toEqual([child]);
    expectOneWith(gateways, 'red');
    expect(gateways.client.failures).toMatchObject([{ remote: address(green), refusal: { code: 'noAnswer' } }]);
  });

  test('the same message again is answered again, and followed once', async () => {
    const gateways = await makeGateways().establish();

    const sent = await gateways.tell('red', [redirectTo(green)]);
    for (const datagram of sent) gateways.wire.send(datagram, gateways.nowMs);
    await gateways.run();

    expectOneWith(gateways, 'green');
    expect(gateways.redirects).toHaveLength(1);
    expect(gateways.ladder().filter((line) => line.includes('N(REDIRECTED_FROM)'))).toHaveLength(1);
  });

  test('a child that is asked for while it moves goes to the new gateway', async () => {
    const gateways = await makeGateways().establish();

    await gateways.tell('red', [redirectTo(green)]);
    await gateways.runFor(7); // green has been called
    await gateways.client.initiate();
    await gateways.run();

    expectOneWith(gateways, 'green');
    expect(gateways.ikeSas).toEqual([green]);
    expect(gateways.ladder().filter((line) => line.includes('CREATE_CHILD_SA'))).toEqual([]);
  });

  test('a gateway that changes its mind meanwhile is answered, and the first word counts', async () => {
    const gateways = await makeGateways().establish();

    await gateways.tell('red', [redirectTo(green)]);
    await gateways.runFor(7);
    await gateways.tell('red', [redirectTo(blue)]);
    await gateways.run();

    expectOneWith(gateways, 'green');
    expect(gateways.redirects).toHaveLength(1);
    expect(gateways.ladder()).toContain('client -> red INFORMATIONAL 1 response');
  });

  test('six times within five minutes is once too often; later it is followed again', async () => {
    const gateways = await makeGateways().establish();
    const hops = ['red', 'green', 'blue', 'red', 'green', 'blue', 'red'] as const;

    for (const [i, from] of hops.slice(0, 6).entries()) {
      await gateways.tell(from, [redirectTo(addressOf[hops[i + 1] ?? 'red'])]);
      await gateways.run(10_000);
    }
    expectOneWith(gateways, 'blue');
    expect(gateways.client.failures).toMatchObject([
      { scope: 'request', refusal: { code: 'redirect', why: 'tooOften', times: 5, from: address(blue) } },
    ]);
    await gateways.run(5 * minute);
    await gateways.tell('blue', [redirectTo(red)]);
    await gateways.run();

    expectOneWith(gateways, 'red');
  });

  test('only who began is sent on, and stays so when the gateway rekeys', async () => {
    const gateways = await makeGateways().establish();
    await gateways.tell('client', [redirectTo(blue)]);
    await gateways.run();
    expectOneWith(gateways, 'red');
    expect(gateways.gateway('red').failures).toEqual([]);

    const [ikeSa] = gateways.gateway('red').ikeSas;
    if (!ikeSa) return expect.unreachable('red has an IKE SA');
    await gateways.gateway('red').endpoint.rekeyIke(ikeSa.initiatorSpi, gateways.nowMs);
    await gateways.run();
    await gateways.tell('red', [redirectTo(green)]);
    await gateways.run();

    expectOneWith(gateways, 'green');
  });

  test('where keys were made in several exchanges too (RFC 9370)', async () => {
    const ike = ['aes256gcm16-prfsha256-x25519-ke1_mlkem768'];
    const gateways = await makeGateways({ client: { ike }, gateways: { ike } }).establish();

    await gateways.tell('red', [redirectTo(green)]);
    await gateways.run();

    expectOneWith(gateways, 'green');
  });

  test('after a reauthentication the client is still where it was sent, and says from where', async () => {
    const gateways = makeGateways();
    gateways.sendOnInInit('red', 'green');
    await gateways.establish();
    const [ikeSa] = gateways.client.ikeSas;
    if (!ikeSa) return expect.unreachable('the client has an IKE SA');

    await gateways.client.endpoint.reauthenticate(ikeSa.initiatorSpi, gateways.nowMs);
    await gateways.run();
    await gateways.client.initiate();
    await gateways.run();

    expect(gateways.ikeSas).toEqual([green]);
    expect(gateways.ladder().filter((line) => line.includes('N(REDIRECTED_FROM)'))).toHaveLength(2);
  });
});

test.each([...Array(40).keys()])(
  'under loss, copies and disorder the SAs are with the gateway that takes it, seed %i',
  async (seed) => {
    const gateways = makeGateways({
      seed: `redirect ${seed}`,
      faults: { loss: 0.2, duplicate: 0.2, delayMs: 5, jitterMs: 400 },
    });
    gateways.sendOnInInit('red', 'green');

    await gateways.establish();
    await gateways.run(2 * minute);
    expectOneWith(gateways, 'green');

    const sent = await gateways.tell('green', [redirectTo(blue)]);
    for (let tries = 0; tries < 8 && gateways.redirects.length < 2; tries++) {
      await gateways.run(1000);
      for (const datagram of sent) gateways.wire.send(datagram, gateways.nowMs);
    }
    await gateways.run(3 * minute);

    expectOneWith(gateways, 'blue');
    expect(gateways.ikeSas).toEqual([blue]);
  },
);
