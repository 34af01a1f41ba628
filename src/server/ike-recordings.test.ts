/**
 * The key schedule and the Encrypted payload against what others computed: NIST's vectors, exchanges recorded between two
 * strongSwan daemons, Wireshark's captures, RFC 7634. Both providers.
 */
import { describe, expect, test } from 'vitest';
import captures from '../../vectors/ikev2-captures-wireshark.json';
import cavp from '../../vectors/ikev2-kdf-cavp.json';
import recordedA from '../../vectors/ikev2-recorded.json';
import recordedB from '../../vectors/ikev2-recorded-b.json';
import rfc7634 from '../../vectors/rfc7634-whole-packets.json';
import { toHex } from '../domain/bytes/hex.ts';
import { concat, emptyOctets, type Octets } from '../domain/bytes/octets.ts';
import { invariant } from '../domain/bytes/result.ts';
import { Secret } from '../domain/bytes/secret.ts';
import { computePrf, expandPrf } from '../domain/crypto/prf.ts';
import { makeProtection, type Protection } from '../domain/crypto/protection.ts';
import type { CryptoProvider } from '../domain/crypto/provider.ts';
import { prfTransforms } from '../domain/crypto/transforms.ts';
import { webProvider } from '../domain/crypto/web-provider.ts';
import { openSk, sealSk } from '../domain/ike/channel/sealing.ts';
import { deriveChildKeys, deriveIkeKeys, deriveRekeyedIkeKeys, type IkeKeys } from '../domain/ike/keys/keys.ts';
import type { IkeSpi } from '../domain/ike/message/message.ts';
import { nodeProvider } from './node-provider.ts';
import { hex } from './testing/hex.ts';
import { bodyOf, chainOf, type RecordedPayload, sealedPlaceIn, suiteOf } from './testing/recordings.ts';

interface RecordedMessage {
  readonly exchange: number;
  readonly flags: number;
  readonly hex: string;
  readonly payloads?: readonly RecordedPayload[];
  readonly reassembledPayloads?: readonly RecordedPayload[];
  readonly fragment?: readonly number[];
}

interface Recording {
  readonly id: string;
  readonly ikeProposal: string;
  readonly espProposal: string | null;
  readonly ikeSas: readonly Readonly<Record<string, string>>[];
  readonly messages: readonly RecordedMessage[];
  readonly schedule: readonly { readonly label: string; readonly hex: string }[];
}

const recordings: readonly Recording[] = [...recordedA.cases, ...recordedB.cases];

describe.each([webProvider, nodeProvider])('$name', (provider) => {
  test.each(cavp.vectors)('$id: SKEYSEED and key material as NIST computed them', async (vector) => {
    const name = vector.prf.replace('HMAC-SHA', vector.prf === 'HMAC-SHA1' ? 'PRF_HMAC_SHA' : 'PRF_HMAC_SHA2_');
    const prf = prfTransforms.find((row) => row.name === name);
    invariant(prf, `${name} is in the table`);
    const nonces = hex(vector.ni + vector.nr);
    const skeyseed = await computePrf(provider, prf.id, new Secret(nonces), hex(vector.gir));
    expect(toHex(skeyseed.reveal())).toBe(vector.skeyseed);
    const context = concat(nonces, hex(vector.spii + vector.spir));
    const dkm = await expandPrf(provider, prf.id, skeyseed, context, vector.dkm.length / 2);
    expect(toHex(dkm.reveal())).toBe(vector.dkm);
    if (vector.girNew === undefined) return;

    const skD = new Secret(dkm.reveal().slice(0, prf.outputOctets));
    const child = await expandPrf(provider, prf.id, skD, nonces, vector.dkmChildSa.length / 2);
    expect(toHex(child.reveal())).toBe(vector.dkmChildSa);
    const withKe = concat(hex(vector.girNew), nonces);
    const childWithKe = await expandPrf(provider, prf.id, skD, withKe, vector.dkmChildSaDh.length / 2);
    expect(toHex(childWithKe.reveal())).toBe(vector.dkmChildSaDh);
    const rekeyed = await computePrf(provider, prf.id, skD, withKe);
    expect(toHex(rekeyed.reveal())).toBe(vector.skeyseedRekey);
  });

  describe.each(recordings)('$id', (recording) => {
    const suite = suiteOf(recording.ikeProposal);
    const secrets = recording.schedule.filter(({ label }) => label === 'shared Diffie Hellman secret');

    test('gives the SK_* of the IKE SA and of the one that replaced it', async () => {
      invariant(suite.prf, 'IKE has a PRF');
      const whole = { ...suite, prf: suite.prf };
      const [first, second] = recording.ikeSas;
      invariant(first && secrets[0], 'a recording has an IKE SA');
      const init = recording.messages.filter(({ exchange }) => exchange === 34);
      const keys = await deriveIkeKeys(provider, {
        suite: whole,
        ...{ nonceI: bodyOf(init.at(-2)?.payloads, 40), nonceR: bodyOf(init.at(-1)?.payloads, 40) },
        ...{ spiI: first['spii'] as IkeSpi, spiR: first['spir'] as IkeSpi },
        sharedSecret: new Secret(hex(secrets[0].hex)),
      });
      expect(printKeys(keys)).toEqual(pickKeys(first));
      if (second === undefined) return;

      invariant(secrets[1], 'an IKE rekey has its own secret');
      const rekey = recording.messages.filter(({ exchange, payloads }) => exchange === 36 && isIkeRekey(payloads));
      const newKeys = await deriveRekeyedIkeKeys(
        provider,
        { prf: suite.prf.id, skD: keys.skD },
        {
          suite: whole,
          ...{ nonceI: bodyOf(rekey[0]?.payloads, 40), nonceR: bodyOf(rekey[1]?.payloads, 40) },
          ...{ spiI: second['spii'] as IkeSpi, spiR: second['spir'] as IkeSpi },
          sharedSecret: new Secret(hex(secrets[1].hex)),
        },
      );
      expect(printKeys(newKeys)).toEqual(pickKeys(second));
    });

    test('gives the keys of its CHILD SAs, with and without a key exchange of their own', async () => {
      const { espProposal, ikeSas, schedule } = recording;
      const seeds = schedule.flatMap((entry, index) =>
        entry.label === 'seed' ? [{ seed: hex(entry.hex), index }] : [],
      );
      for (const { seed, index } of seeds) {
        invariant(espProposal && suite.prf, 'a CHILD SA has a suite');
        const secretOctets = seed.length - 64; // both nonces have 32 octets in these recordings
        const keys = await deriveChildKeys(provider, {
          ...{ prf: suite.prf.id, skD: new Secret(hex(ikeSas[0]?.['sk_d'] ?? '')), suite: suiteOf(espProposal) },
          ...{ nonceI: seed.subarray(secretOctets, secretOctets + 32), nonceR: seed.subarray(secretOctets + 32) },
          ...(secretOctets > 0 && { sharedSecret: new Secret(seed.slice(0, secretOctets)) }),
        });
        const expected = (label: string) =>
          schedule.slice(index, index + 5).find((entry) => entry.label === label)?.hex;
        expect(toHex(keys.fromInitiator.encr.reveal())).toBe(expected('encryption initiator key'));
        expect(toHex(keys.fromResponder.encr.reveal())).toBe(expected('encryption responder key'));
        expect(toHex(keys.fromInitiator.integ.reveal())).toBe(expected('integrity initiator key') ?? '');
        expect(toHex(keys.fromResponder.integ.reveal())).toBe(expected('integrity responder key') ?? '');
      }
    });

    test('opens every SK and SKF message, and seals its plaintext to the same octets', async () => {
      let whole = emptyOctets;
      for (const message of recording.messages) {
        const octets = hex(message.hex);
        const sa = recording.ikeSas.find(({ spii }) => message.hex.startsWith(spii ?? '-'));
        if (message.exchange === 34 || sa === undefined) continue;
        const protection = await protectionOf(provider, suite, sa, message.flags);
        const plain = await openAndReseal(protection, octets);
        if (message.payloads !== undefined) expect(toHex(plain)).toBe(toHex(chainOf(message.payloads)));
        whole = message.fragment?.[0] === 1 ? plain : concat(whole, plain);
        const { reassembledPayloads } = message;
        if (reassembledPayloads !== undefined) expect(toHex(whole)).toBe(toHex(chainOf(reassembledPayloads)));
      }
    });
  });

  describe.each(captures.cases)('$id', (capture) => {
    const suite = captureSuites[capture.encr];
    const keys = { ...capture, sk_ei: withoutFlags(capture.sk_ei), sk_er: withoutFlags(capture.sk_er) };
    const sealed = capture.messages.filter(({ exchange }) => exchange !== 34);

    test('opens every SK message, and seals its plaintext to the same octets', async () => {
      invariant(suite, `${capture.encr} is a suite that we compute`);
      for (const message of sealed) {
        const protection = await protectionOf(provider, suite, keys, message.flags);
        const plain = await openAndReseal(protection, hex(message.hex));
        expect(toHex(plain)).toBe('plain' in message ? message.plain : undefined);
      }
    });
  });

  test('RFC 7634 appendix B: the INFORMATIONAL message opens and is sealed to the same octets', async () => {
    const vector = rfc7634.vectors.find(({ kind }) => kind === 'ike-sk');
    invariant(vector?.message, 'the vector is there');
    const keys = { encr: new Secret(hex(vector.key + vector.salt)), integ: new Secret(emptyOctets) };
    const protection = await makeProtection(provider, { encr: { id: 28 } }, keys);
    const plain = await openAndReseal(protection, hex(vector.message));
    expect(`${toHex(plain)}00`).toBe(vector.plainWithTrailer);
    const message = hex(vector.message);
    expect(await sealSk(protection, message.slice(32, 40), blanked(message.slice(0, 32), 28), 28, plain)).toEqual(
      message,
    );
  });
});

const captureSuites: Readonly<Record<string, ReturnType<typeof suiteOf>>> = {
  'AES-CTR-128 [RFC5930]': suiteOf('AES_CCM_12_128'),
  'AES-CCM-128 with 12 octet ICV [RFC5282]': suiteOf('AES_CCM_12_128'),
  'AES-CTR-192 [RFC5930]': suiteOf('AES_CTR_192/HMAC_SHA2_512_256'),
  'AES-CBC-256 [RFC3602]': suiteOf('AES_CBC_256/HMAC_SHA2_256_128'),
  'AES-GCM-256 with 8 octet ICV [RFC5282]': suiteOf('AES_GCM_8_256'),
};

/**
 * One capture is published as AES-CTR with an ICV that nobody checks; its "nonce" is the flags octet of CCM's counter block
 * and a CCM salt, so it is AES-CCM-12, and its ICV can be checked.
 */
const withoutFlags = (skE: string): string => (skE.length === 40 ? skE.slice(0, 32) + skE.slice(34) : skE);

function protectionOf(
  provider: CryptoProvider,
  suite: ReturnType<typeof suiteOf>,
  keys: Readonly<Record<string, unknown>>,
  flags: number,
): Promise<Protection> {
  const way = (flags & 0x08) !== 0 ? 'i' : 'r';
  const secretOf = (name: string) => new Secret(hex(String(keys[`${name}${way}`] ?? '')));
  return makeProtection(provider, suite, { encr: secretOf('sk_e'), integ: secretOf('sk_a') });
}

/** The chain inside; on the way the message is sealed again, with the padding that its sender chose. */
async function openAndReseal(protection: Protection, message: Octets): Promise<Octets> {
  const place = sealedPlaceIn(message);
  invariant(place, 'a message with an SK payload');
  const sealed = message.subarray(place.ivOffset);
  const [head, iv] = [message.subarray(0, place.ivOffset), sealed.subarray(0, protection.ivOctets)];

  const withPadding = await protection.open(iv, head, sealed.subarray(protection.ivOctets));
  invariant(withPadding, 'the ICV fits');
  expect(concat(head, iv, await protection.seal(iv, head, withPadding))).toEqual(message);

  const plain = await openSk(protection, message, sealed);
  invariant(plain, 'the message opens');
  const again = await sealSk(protection, iv, blanked(head, place.payloadOffset), place.payloadOffset, plain);
  expect(await openSk(protection, again, again.subarray(place.ivOffset))).toEqual(plain);
  return plain;
}

/** A head whose lengths are still to be filled in. */
function blanked(head: Octets, payloadOffset: number): Octets {
  const blank = head.slice();
  blank.fill(0, 24, 28);
  blank.fill(0, payloadOffset + 2, payloadOffset + 4);
  return blank;
}

function printKeys(keys: IkeKeys): Record<string, string> {
  const { skD, skAi, skAr, skEi, skEr, skPi, skPr } = keys;
  const named = { sk_d: skD, sk_ai: skAi, sk_ar: skAr, sk_ei: skEi, sk_er: skEr, sk_pi: skPi, sk_pr: skPr };
  return Object.fromEntries(Object.entries(named).map(([name, secret]) => [name, toHex(secret.reveal())]));
}

function pickKeys(sa: Readonly<Record<string, string>>): Record<string, string> {
  const names = ['sk_d', 'sk_ai', 'sk_ar', 'sk_ei', 'sk_er', 'sk_pi', 'sk_pr'];
  return Object.fromEntries(names.map((name) => [name, sa[name] ?? '']));
}

/** An SA payload whose proposal is for IKE, with an SPI of eight octets. */
function isIkeRekey(payloads: readonly RecordedPayload[] | undefined): boolean {
  const proposal = bodyOf(payloads, 33);
  return proposal[5] === 1 && proposal[6] === 8;
}
