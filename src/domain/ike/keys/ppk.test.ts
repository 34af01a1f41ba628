import { describe, expect, test } from 'vitest';
import { utf8 } from '../../bytes/octets.ts';
import { Secret } from '../../bytes/secret.ts';
import type { PostquantumKey } from '../connection.ts';
import { aConnection, type ConnectionWish } from '../testing/builders.ts';
import { credentialOf } from '../testing/certificates.ts';
import { countingProvider } from '../testing/counting-provider.ts';
import { agreementOf, makePair } from '../testing/pair.ts';
import type { IkeKeys } from './keys.ts';
import { ppkConfirmed } from './ppk.ts';

const optional: PostquantumKey = {
  id: 'ppk-2026',
  secret: new Secret(utf8('32 octets at least, they advise.')),
  required: false,
};
const required = { ...optional, required: true };
const other = { ...optional, secret: new Secret(utf8('and this one is another of them.')) };

const holding = (ppk: PostquantumKey): Partial<ConnectionWish> => ({ more: { ppk } });
const established =
  'host <- IKE_AUTH 1 response IDr AUTH N(USE_TRANSPORT_MODE) N(ESP_TFC_PADDING_NOT_SUPPORTED) SA TSi TSr';

const someKeys = (octet: number): IkeKeys => {
  const key = new Secret(Uint8Array.of(octet));
  return { skD: key, skAi: key, skAr: key, skEi: key, skEr: key, skPi: key, skPr: key };
};

/** Both ends hold the same CHILD SA, with the same keys. */
function expectAgreement(pair: ReturnType<typeof makePair>): void {
  const { host, cluster } = agreementOf(pair);
  expect(host).toHaveLength(1);
  expect(cluster).toEqual(host);
}

describe('postquantum pre-shared keys (RFC 8784)', () => {
  test.each([
    ['required', required],
    ['optional', optional],
  ])('both have it, %s: it is named, confirmed, and in the keys', async (_, ppk) => {
    const pair = await makePair({ host: holding(ppk), cluster: holding(ppk) }).establish();

    const ladder = pair.ladder();
    expect(ladder[0]).toContain('N(USE_PPK)');
    expect(ladder[1]).toContain('N(USE_PPK)');
    expect(ladder[2]).toContain('N(PPK_IDENTITY)');
    expect(ladder[2]?.includes('N(NO_PPK_AUTH)')).toBe(!ppk.required);
    expect(ladder[3]).toBe(`${established} N(PPK_IDENTITY)`);
    expectAgreement(pair);
  });

  test('the keys of the CHILD SA are others than without it', async () => {
    const without = await makePair().establish();
    const withIt = await makePair({ host: holding(required), cluster: holding(required) }).establish();

    expect(withIt.host.child.outSpi).toBe(without.host.child.outSpi); // the same seed, the same draws
    expect(agreementOf(withIt).host).not.toEqual(agreementOf(without).host);
  });

  test('rekeys descend from it: both SAs are replaced and agree', async () => {
    const pair = await makePair({ host: holding(required), cluster: holding(required) }).establish();

    const [ikeSa] = pair.host.ikeSas;
    if (!ikeSa) throw new Error('an IKE SA stands');
    await pair.host.endpoint.rekeyIke(ikeSa.initiatorSpi, pair.nowMs);
    await pair.run();
    await pair.host.endpoint.rekeyChild(pair.host.child.inSpi, pair.nowMs);
    await pair.run();

    expectAgreement(pair);
  });

  test.each([
    ['the host', { host: holding(optional) }],
    ['the cluster', { cluster: holding(optional) }],
  ])('only %s has one, optional: the SA stands without', async (_, wish) => {
    const pair = await makePair(wish).establish();

    expect(pair.ladder()[3]).toBe(established);
    expectAgreement(pair);
  });

  test('only the host has one, required: it goes no further, and nothing is said', async () => {
    const pair = await makePair({ host: holding(required) }).establish();

    expect(pair.ladder()).toHaveLength(2);
    expect(pair.host.failures).toMatchObject([{ by: 'local', refusal: { code: 'ppk', why: 'peerLacks' } }]);
  });

  test('only the cluster has one, required: AUTHENTICATION_FAILED', async () => {
    const pair = await makePair({ cluster: holding(required) }).establish();

    expect(pair.ladder().at(-1)).toBe('host <- IKE_AUTH 1 response N(AUTHENTICATION_FAILED)');
    expect(pair.cluster.failures).toMatchObject([{ notify: 24, refusal: { code: 'ppk', why: 'peerLacks' } }]);
    expect(pair.ends.flatMap(({ ikeSas }) => ikeSas)).toEqual([]);
  });

  test('another identity is refused, though both might do without', async () => {
    const pair = await makePair({
      host: holding(optional),
      cluster: holding({ ...optional, id: 'ppk-2025' }),
    }).establish();

    expect(pair.ladder().at(-1)).toBe('host <- IKE_AUTH 1 response N(AUTHENTICATION_FAILED)');
    const refusal = { code: 'ppk', why: 'unknownId', ownId: 'ppk-2025', peerId: 'ppk-2026' };
    expect(pair.cluster.failures).toMatchObject([{ refusal }]);
  });

  test('the same identity with another secret is refused; that all else fits tells our side which secret it was', async () => {
    const pair = await makePair({ host: holding(optional), cluster: holding(other) }).establish();

    expect(pair.ladder().at(-1)).toBe('host <- IKE_AUTH 1 response N(AUTHENTICATION_FAILED)');
    expect(pair.cluster.failures).toMatchObject([{ refusal: { code: 'ppk', why: 'differs' } }]);
  });

  test('with certificates likewise, and the path is judged once: what is asked twice is the signature of AUTH', async () => {
    const { provider, calls } = countingProvider();
    const end = async (id: string, peerId: string, ppk: PostquantumKey) => ({
      ...{ id, peerId },
      more: { ppk, authentication: await credentialOf({ key: 'p256', dns: id }) },
    });
    const pair = await makePair({
      host: await end('host.test', 'cluster.test', optional),
      cluster: await end('cluster.test', 'host.test', other),
      clusterProvider: provider,
    }).establish();

    expect(pair.cluster.failures).toMatchObject([{ refusal: { code: 'ppk', why: 'differs' } }]);
    expect(calls('verify')).toBe(3);
  });

  test('another secret, required: nobody can tell which of the secrets differs', async () => {
    const pair = await makePair({
      host: holding(required),
      cluster: holding({ ...other, required: true }),
    }).establish();

    expect(pair.cluster.failures).toMatchObject([{ refusal: { code: 'authFailed', check: 'psk' } }]);
    expect(pair.ends.flatMap(({ ikeSas }) => ikeSas)).toEqual([]);
  });

  test('an answer without confirmation is refused where the key is required, and taken as it is where it is not', () => {
    const keys = { plain: someKeys(1), mixed: someKeys(2) };

    expect(
      ppkConfirmed(aConnection({ local: '192.0.2.1', remote: '192.0.2.2', ...holding(required) }), keys, []),
    ).toEqual({
      ok: false,
      error: { code: 'ppk', why: 'notConfirmed', ownId: 'ppk-2026' },
    });
    expect(
      ppkConfirmed(aConnection({ local: '192.0.2.1', remote: '192.0.2.2', ...holding(optional) }), keys, []),
    ).toEqual({
      ok: true,
      value: keys.plain,
    });
  });
});
