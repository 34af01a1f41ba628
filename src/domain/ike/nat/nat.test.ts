/** NAT detection of one side, and who follows a NAT (RFC 7296 2.23, 2.23.1). */
import { describe, expect, test } from 'vitest';
import { address } from '../../net/address.ts';
import { hostSelector, selectorOf } from '../../spd/selector.ts';
import type { Payload } from '../message/message.ts';
import { notifyTypes } from '../message/names.ts';
import { notify } from '../message/notifies.ts';
import { prefix } from '../testing/builders.ts';
import { makePair, type PairWish } from '../testing/pair.ts';
import { messageFrom, rewrite } from '../testing/tamper.ts';
import { followNat } from './moving.ts';
import { outerView } from './transport-nat.ts';

const { NAT_DETECTION_SOURCE_IP, NAT_DETECTION_DESTINATION_IP } = notifyTypes.numbers;
const detection: readonly number[] = [NAT_DETECTION_SOURCE_IP, NAT_DETECTION_DESTINATION_IP];

const withoutDetection = (payloads: readonly Payload[]): readonly Payload[] =>
  payloads.filter((each) => each.type !== 'NOTIFY' || !detection.includes(each.notify));

const elsewhere = { address: address('198.51.100.7'), port: 4501 };

test('one source of several that fits is enough: an end with several addresses may name them all (2.23)', async () => {
  const pair = makePair();
  const another = notify('NAT_DETECTION_SOURCE_IP', new Uint8Array(20));
  pair.wire.tamper = (datagram) => [
    messageFrom(datagram)?.header.exchange === 34 ? rewrite(datagram, (all) => [another, ...all, another]) : datagram,
  ];
  await pair.host.initiate();
  await pair.runFor(12);

  for (const { endpoint } of pair.ends) {
    expect(endpoint.sessions().map((each) => 'agreed' in each && each.agreed.hasNat)).toEqual([
      { local: false, remote: false },
    ]);
  }
});

test.each([
  ['who begins', 'host'],
  ['who answers', 'cluster'],
] as const)(
  '%s pretends a NAT only before a peer that looks for NATs: no other would take ESP in UDP (2.23)',
  async (_, name) => {
    const pair = makePair({ [name]: { more: { forcesUdpEncapsulation: true } } });
    pair.wire.tamper = (datagram) => [
      messageFrom(datagram)?.header.exchange === 34 ? rewrite(datagram, withoutDetection) : datagram,
    ];
    await pair.host.initiate();
    await pair.runFor(12);

    expect(pair[name].endpoint.sessions().map((each) => 'agreed' in each && each.agreed.hasNat)).toEqual([
      { local: false, remote: false },
    ]);
  },
);

describe('after a NAT that changes its mapping an authenticated packet leads', () => {
  test.each<[string, PairWish, { readonly local: boolean; readonly remote: boolean }, boolean]>([
    ['the end behind no NAT', {}, { local: false, remote: true }, true],
    ['no end behind a NAT', {}, { local: true, remote: true }, false],
    ['nobody where the peer is behind none', {}, { local: false, remote: false }, false],
    [
      'nobody with MOBIKE: the peer says where it is',
      { both: { more: { mobike: 'offered' } } },
      { local: false, remote: true },
      false,
    ],
  ])('%s', async (_, wish, hasNat, follows) => {
    const pair = await makePair(wish).establish();
    const [live] = pair.cluster.endpoint.sessions();
    if (live?.phase !== 'established') throw new Error('the IKE SA stands');
    const { session } = followNat({ nowMs: 0 }, { ...live, hasNat }, elsewhere);

    expect(session.path.remote).toEqual(follows ? elsewhere : live.path.remote);
  });
});

describe('addresses are substituted in transport mode', () => {
  const path = { local: { address: address('192.0.2.1'), port: 4500 }, remote: elsewhere };
  const behind = { path, hasNat: { local: false, remote: true } };
  const local = [hostSelector(address('192.0.2.1'))];

  test('where the selectors name one host', () => {
    const seen = outerView(behind, true, { local, remote: [hostSelector(address('10.0.0.9'))] });

    expect(seen.selectors.remote).toEqual([hostSelector(elsewhere.address)]);
    expect(seen.original?.remote).toEqual(address('10.0.0.9'));
  });

  test.each([
    ['a range', [selectorOf(prefix('10.0.0.0/24'))]],
    ['two hosts', [hostSelector(address('10.0.0.9')), hostSelector(address('10.0.0.10'))]],
  ])('and not where they name %s: whose address it would be, nobody can tell', (_, remote) => {
    expect(outerView(behind, true, { local, remote })).toEqual({ selectors: { local, remote } });
  });
});
