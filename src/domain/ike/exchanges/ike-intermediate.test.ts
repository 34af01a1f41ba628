import { describe, expect, test } from 'vitest';
import type { Octets } from '../../bytes/octets.ts';
import type { CryptoProvider } from '../../crypto/provider.ts';
import { webProvider } from '../../crypto/web-provider.ts';
import { printProposal } from '../proposal/print-proposal.ts';
import type { ConnectionWish } from '../testing/builders.ts';
import { agreementOf, makePair, type Pair } from '../testing/pair.ts';

const base = 'aes256gcm16-prfsha384-x25519';
const speaking = (...ike: readonly string[]): Partial<ConnectionWish> => ({ ike });

/** Both ends hold the same IKE SA and CHILD SA, and what the CHILD SA's keys come from is the same. */
function expectAgreement(pair: Pair): void {
  const { host, cluster } = agreementOf(pair);
  expect(host).toHaveLength(1);
  expect(cluster).toEqual(host);
  expect(pair.host.ikeSas).toHaveLength(1);
  expect(pair.cluster.ikeSas).toHaveLength(1);
}

const chosenBy = (pair: Pair) =>
  pair.ends.map(({ ikeSas: [ikeSa] }) =>
    printProposal({ number: 1, protocol: 1, spi: new Uint8Array(0), transforms: ikeSa?.transforms ?? [] }),
  );

describe('additional key exchanges (RFC 9242, RFC 9370)', () => {
  test.each(['mlkem512', 'mlkem768', 'mlkem1024', 'ecp384', 'modp2048'])(
    'X25519, then %s: one IKE_INTERMEDIATE under the first keys, IKE_AUTH under the second',
    async (method) => {
      const pair = await makePair({
        both: speaking(`${base}-ke1_${method}`),
        settings: { fragmentIpOctets: 9000 },
      }).establish();

      expect(pair.ladder()).toEqual([
        expect.stringMatching(/^host -> IKE_SA_INIT 0 request SA KE Nonce .*N\(INTERMEDIATE_EXCHANGE_SUPPORTED\)/),
        expect.stringMatching(/^host <- IKE_SA_INIT 0 response SA KE Nonce .*N\(INTERMEDIATE_EXCHANGE_SUPPORTED\)/),
        'host -> IKE_INTERMEDIATE 1 request KE',
        'host <- IKE_INTERMEDIATE 1 response KE',
        expect.stringMatching(/^host -> IKE_AUTH 2 request IDi .*AUTH/),
        expect.stringMatching(/^host <- IKE_AUTH 2 response IDr AUTH/),
      ]);
      expectAgreement(pair);
    },
  );

  test('the chosen methods are shown at both ends', async () => {
    const pair = await makePair({ both: speaking(`${base}-ke1_mlkem768`) }).establish();

    expect(chosenBy(pair)).toEqual(Array(2).fill('AES-256-GCM, PRF HMAC-SHA-384, X25519, then ML-KEM-768'));
  });

  test('seven methods: seven rounds, each with the method of its type, and IKE_AUTH has id 8', async () => {
    const methods = ['mlkem768', 'ecp256', 'mlkem1024', 'ecp384', 'mlkem512', 'ecp521', 'modp2048'];
    const words = methods.map((method, i) => `ke${i + 1}_${method}`).join('-');
    const pair = await makePair({
      both: speaking(`${base}-${words}`),
      settings: { fragmentIpOctets: 9000 },
    }).establish();

    expect(pair.ladder().filter((line) => line.includes('IKE_INTERMEDIATE'))).toHaveLength(14);
    expect(pair.ladder().at(-1)).toMatch(/^host <- IKE_AUTH 8 response IDr AUTH/);
    expectAgreement(pair);
  });

  test('its messages go in fragments where they are long', async () => {
    const pair = await makePair({
      both: speaking(`${base}-ke1_mlkem1024`),
      settings: { fragmentIpOctets: 576 },
    }).establish();

    const sizes = pair.ends.flatMap(({ transcript }) => transcript.map(({ octets }) => octets.length));
    expect(Math.max(...sizes)).toBeLessThanOrEqual(576 - 32);
    expect(pair.ladder().filter((line) => line.includes('IKE_INTERMEDIATE')).length).toBeGreaterThan(6);
    expectAgreement(pair);
  });

  test('NONE is a choice: a peer that has no additional method is met without', async () => {
    const pair = await makePair({
      host: speaking(`${base}-ke1_mlkem768-ke1_none`),
      cluster: speaking(base),
    }).establish();

    expect(pair.ladder().some((line) => line.includes('IKE_INTERMEDIATE 1'))).toBe(false);
    expectAgreement(pair);
  });

  test('both may do without and both can: they do not do without', async () => {
    const pair = await makePair({ both: speaking(`${base}-ke1_mlkem768-ke1_none`) }).establish();

    expect(pair.ladder()[2]).toBe('host -> IKE_INTERMEDIATE 1 request KE');
    expectAgreement(pair);
  });

  test('a peer that must have one is not met without', async () => {
    const pair = await makePair({ host: speaking(base), cluster: speaking(`${base}-ke1_mlkem768`) }).establish();

    expect(pair.ladder().at(-1)).toContain('N(NO_PROPOSAL_CHOSEN)');
    expect(pair.cluster.failures).toMatchObject([{ refusal: { code: 'noProposal' } }]);
  });

  test('ML-KEM is no first method, whatever a configuration says', async () => {
    const pair = await makePair({ both: speaking('aes256gcm16-prfsha384-ke1_mlkem768') }).establish();

    expect(pair.host.failures).toMatchObject([{ by: 'local', refusal: { code: 'noGroup' } }]);
    expect(pair.ladder()).toEqual([]);
  });

  test('the secret of each round is in the keys: with another method they are others, under the same nonces', async () => {
    const [one, other] = await Promise.all(
      ['ecp256', 'ecp384'].map((method) => makePair({ both: speaking(`${base}-ke1_${method}`) }).establish()),
    );

    expect(one?.host.child.outSpi).toBe(other?.host.child.outSpi);
    expect(one && agreementOf(one).host).not.toEqual(other && agreementOf(other).host);
  });

  test('what is lost is sent again, and what comes twice is answered alike', async () => {
    const pair = makePair({
      seed: 'lossy rounds',
      both: speaking(`${base}-ke1_mlkem768-ke2_mlkem1024`),
      faults: { loss: 0.15, duplicate: 0.2 },
    });
    await pair.host.initiate();
    await pair.run(60_000);

    expectAgreement(pair);
  });

  test('rekeys of both SAs follow, and the ends agree', async () => {
    const pair = await makePair({ both: speaking(`${base}-ke1_mlkem768`) }).establish();
    const [ikeSa] = pair.host.ikeSas;
    if (!ikeSa) throw new Error('an IKE SA stands');

    await pair.cluster.endpoint.rekeyIke(ikeSa.initiatorSpi, pair.nowMs);
    await pair.run();
    await pair.host.endpoint.rekeyChild(pair.host.child.inSpi, pair.nowMs);
    await pair.run();

    expectAgreement(pair);
  });
});

describe('what the other end may not do in between', () => {
  const wish = { both: speaking(`${base}-ke1_mlkem768`), settings: { fragmentIpOctets: 9000 } } as const;

  test.each(['host', 'cluster'] as const)(
    'AUTH covers IKE_INTERMEDIATE: where a reserved bit of it was changed before it was sealed, nobody is believed (%s begins)',
    async (beginner) => {
      const pair = makePair({ ...wish, clusterProvider: altering(webProvider) });

      await pair[beginner].initiate();
      await pair.run();

      expect(pair.ladder().at(-1)).toContain('IKE_AUTH 2 response N(AUTHENTICATION_FAILED)');
      expect(pair.ends.flatMap(({ ikeSas }) => ikeSas)).toEqual([]);
    },
  );

  test('an encapsulation key with a coefficient above the modulus is refused, and the negotiation ends (FIPS 203 7.2)', async () => {
    const kemKeyPair: CryptoProvider['kemKeyPair'] = async (kem, seed) => {
      const pair = await webProvider.kemKeyPair(kem, seed);
      pair.publicValue.set([0xff, 0xff]);
      return pair;
    };
    const pair = makePair({ ...wish, clusterProvider: { ...webProvider, kemKeyPair } });

    await pair.cluster.initiate();
    await pair.run();

    expect(pair.ladder().at(-1)).toBe('host -> IKE_INTERMEDIATE 1 response N(INVALID_SYNTAX)');
    expect(pair.host.failures).toMatchObject([{ by: 'local', refusal: { code: 'badPublicValue', group: 36 } }]);
    expect(pair.ends.flatMap(({ ikeSas }) => ikeSas)).toEqual([]);
  });

  test('a ciphertext of another length is refused: the initiator says why at its end, and nothing to the peer', async () => {
    const encapsulate: CryptoProvider['encapsulate'] = async (kem, key, seed) => {
      const made = await webProvider.encapsulate(kem, key, seed);
      return made && { ...made, publicValue: made.publicValue.slice(1) };
    };
    const pair = await makePair({ ...wish, clusterProvider: { ...webProvider, encapsulate } }).establish();

    expect(pair.host.failures).toMatchObject([
      {
        ...{ by: 'local', scope: 'ike', child: 'nfs', decidedAt: { exchange: 43, message: 'response' } },
        refusal: { code: 'badPublicValue', group: 36 },
      },
    ]);
    expect(pair.host.failures[0]?.notify).toBeUndefined();
    expect(pair.host.ikeSas).toEqual([]);
    await pair.runFor(31_000); // no INFORMATIONAL goes before IKE_AUTH (RFC 7296 1.4)
    expect(pair.ladder().at(-1)).toBe('host <- IKE_INTERMEDIATE 1 response KE');
    expect(pair.cluster.ikeSas).toEqual([]);
    expect(pair.cluster.failures).toMatchObject([{ refusal: { code: 'halfOpenExpired' } }]);
  });

  test.each(['host', 'cluster'] as const)(
    'another method than the one that is due is refused (%s begins)',
    async (name) => {
      const pair = makePair({ ...wish, clusterProvider: altering(webProvider, (plain) => plain.with(5, 35)) });
      await pair[name].initiate();
      await pair.run();

      const refused = { code: 'wrongMethod', due: 36, got: 35 };
      expect(pair.host.failures).toMatchObject([{ by: 'local', scope: 'ike', refusal: refused }]);
      const told =
        name === 'cluster'
          ? 'host -> IKE_INTERMEDIATE 1 response N(INVALID_SYNTAX)'
          : 'host <- IKE_INTERMEDIATE 1 response KE';
      expect(pair.ladder().at(-1)).toBe(told);
      expect(pair.host.ikeSas).toEqual([]);
    },
  );

  /** Seals another KE payload into IKE_INTERMEDIATE than it remembers: by default another reserved octet. */
  function altering(provider: CryptoProvider, change = (plain: Octets): Octets => plain.with(6, 1)): CryptoProvider {
    return {
      ...provider,
      async aesGcm(key, tagOctets) {
        const aead = await provider.aesGcm(key, tagOctets);
        return {
          ...aead,
          seal: (nonce, associated, plain, ...more) =>
            aead.seal(nonce, associated, associated[18] === 43 ? change(plain) : plain, ...more),
        };
      },
    };
  }
});
