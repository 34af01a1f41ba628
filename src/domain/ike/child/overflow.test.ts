/** What a peer's status and error notifies make of the CHILD SAs that we want (RFC 7296 1.3, 2.9). */
import { expect, test } from 'vitest';
import { printSelector } from '../../spd/selector.ts';
import { exchangeTypes } from '../message/names.ts';
import { notify } from '../message/notifies.ts';
import { find } from '../message/payloads.ts';
import { answerEachWith, answerWith } from '../testing/other-answer.ts';
import { agreementOf, makePair, type Pair } from '../testing/pair.ts';

test('a peer that makes no more CHILD SAs in one IKE SA gets another IKE SA, and more of the same go there', async () => {
  const pair = await makePair({ clusterSettings: { childrenPerIkeSa: 1 } }).establish();

  await pair.host.initiate();
  await pair.run();

  expect(pair.ladder(4)).toEqual([
    expect.stringMatching(/^host -> CREATE_CHILD_SA 2 request /),
    'host <- CREATE_CHILD_SA 2 response N(NO_ADDITIONAL_SAS)',
    expect.stringMatching(/^host -> IKE_SA_INIT 0 request /),
    expect.stringMatching(/^host <- IKE_SA_INIT 0 response /),
    expect.stringMatching(/^host -> IKE_AUTH 1 request /),
    expect.stringMatching(/^host <- IKE_AUTH 1 response .* SA TSi TSr$/),
  ]);
  expect(pair.host.failures).toEqual([]);
  expect(pair.host.ikeSas.map(({ children }) => children.length)).toEqual([1, 1]);
  expect(agreementOf(pair).host).toEqual(agreementOf(pair).cluster);
});

test('a peer that takes none at all gets no IKE SA after the other: it is a failure, and says so', async () => {
  const host = { more: { childless: 'force' } } as const;
  const pair = await makePair({ host, clusterSettings: { childrenPerIkeSa: 0 } }).establish();
  await pair.run(20_000);

  expect(pair.host.ikeSas).toHaveLength(1);
  expect(pair.host.failures).toMatchObject([{ child: 'nfs', by: 'remote', refusal: { code: 'noAdditionalSas' } }]);
});

test('transport mode says that padding for traffic flow confidentiality is not understood; each end holds that of the other', async () => {
  const pair = await makePair().establish();

  expect(pair.ladder()[2]).toContain('N(ESP_TFC_PADDING_NOT_SUPPORTED)');
  expect(pair.ladder()[3]).toContain('N(ESP_TFC_PADDING_NOT_SUPPORTED)');
  for (const end of pair.ends) expect(end.child.acceptsTfcPadding).toBe(false);
});

test('the window is 1 whatever the peer says of its own', async () => {
  const pair = await makePair().establish();

  await pair.host.initiate();
  await pair.host.endpoint.rekeyChild(pair.host.sad[0]?.inSpi ?? (0 as never), pair.nowMs);
  const { CREATE_CHILD_SA } = exchangeTypes.numbers;
  const asked = pair.host.transcript.filter(({ header }) => header?.exchange === CREATE_CHILD_SA);

  expect(asked).toHaveLength(1);
});

test('a peer that takes one pair of addresses only is offered one pair, once (2.9)', async () => {
  const subnets = { localSubnet: '192.0.2.0/24', remoteSubnet: '192.0.2.0/24' };
  const pair = await makePair({
    both: { ...subnets, child: { mode: { want: 'tunnel', strictness: 'require' } } },
  }).establish();

  await pair.host.initiate();
  await answerWith(pair, 'CREATE_CHILD_SA', [
    { type: 'NOTIFY', protocol: 0, spi: new Uint8Array(0), notify: 34, data: new Uint8Array(0) },
  ]);

  const { CREATE_CHILD_SA } = exchangeTypes.numbers;
  const offers = pair.host.transcript
    .filter(({ direction, header }) => direction === 'out' && header?.exchange === CREATE_CHILD_SA)
    .map(({ payloads }) => find(payloads ?? [], 'TSi')?.selectors.map((each) => each));
  expect(offers).toHaveLength(2);
  expect(offers[0]).not.toEqual(offers[1]);
  expect(offers[1]).toHaveLength(1);
  expect(pair.host.failures).toEqual([]);
  expect(pair.host.sad).toHaveLength(2);
});

test('a peer that was busy may still want another group', async () => {
  const pair = await makePair({
    host: { esp: ['aes256gcm16-x25519-ecp256-noesn'] },
    cluster: { esp: ['aes256gcm16-ecp256-noesn'] },
  }).establish();

  await pair.host.initiate();
  await answerEachWith(pair, 'CREATE_CHILD_SA', Array(4).fill([notify('TEMPORARY_FAILURE')]));
  await pair.run(10_000);

  expect(groupsOf(pair)).toEqual([31, 31, 31, 31, 31, 19]);
  expect(pair.host.failures).toEqual([]);
});

test('a group that the peer did not want is not asked for once more', async () => {
  const pair = await makePair({ both: { esp: ['aes256gcm16-x25519-ecp256-noesn'] } }).establish();

  await pair.host.initiate();
  await answerEachWith(pair, 'CREATE_CHILD_SA', [wants(19), wants(31)]);
  await pair.run();

  expect(groupsOf(pair)).toEqual([31, 19]);
  expect(pair.host.failures).toMatchObject([
    { child: 'nfs', refusal: { code: 'groupRefused', wanted: 31, tried: [31, 19], offered: [31, 19] } },
  ]);
});

const wants = (group: number) => [notify('INVALID_KE_PAYLOAD', Uint8Array.of(0, group))];

const groupsOf = ({ host }: Pair) =>
  host.transcript
    .filter(({ direction, note }) => direction === 'out' && note !== 'repeated')
    .filter(({ header }) => header?.exchange === exchangeTypes.numbers.CREATE_CHILD_SA)
    .map(({ payloads }) => find(payloads ?? [], 'KE')?.group);

test('in another IKE SA with such a peer one pair is asked for at once', async () => {
  const subnets = { localSubnet: '192.0.2.0/24', remoteSubnet: '192.0.2.0/24' };
  const pair = await makePair({
    both: { ...subnets, child: { mode: { want: 'tunnel', strictness: 'require' } } },
    clusterSettings: { childrenPerIkeSa: 1 },
  }).establish();
  const before = pair.host.transcript.length;

  await pair.host.initiate();
  await answerWith(pair, 'CREATE_CHILD_SA', [notify('SINGLE_PAIR_REQUIRED')]);
  await pair.run();

  const [offer] = pair.host.transcript
    .slice(before)
    .filter(({ direction, header }) => direction === 'out' && header?.exchange === exchangeTypes.numbers.IKE_AUTH);
  expect(find(offer?.payloads ?? [], 'TSi')?.selectors).toHaveLength(1);
  expect(pair.host.sad.map(({ localSelectors }) => localSelectors.map(printSelector))).toEqual([
    ['192.0.2.0/24'],
    ['192.0.2.0/32'],
  ]);
});
