/**
 * ML-KEM known answers: a 48-octet seed gives d, z and m through the deterministic generator of NIST's known-answer tests (AES-256
 * in counter mode, SP 800-90A 10.2.1, without derivation function); they give key, ciphertext and secret.
 */
import { z } from 'zod';
import { concat, type Octets } from '../../../src/domain/bytes/octets.ts';
import { isKem, kemSeedOctets } from '../../../src/domain/crypto/ml-kem.ts';
import type { CryptoProvider } from '../../../src/domain/crypto/provider.ts';
import { expectEqual, expectOctets } from '../expect.ts';
import { hex } from '../fields.ts';
import { casesOf, type Format, listOf } from '../format.ts';
import { groupOf } from '../transform-names.ts';

const fields = z.object({ method: z.string(), seed: hex, encapsulationKey: hex, ciphertext: hex, shared: hex });

export const mlKem: Format = {
  name: 'ml-kem',
  fields,
  cases: (file, { provider }) =>
    casesOf(listOf(file), fields, ({ method, seed, encapsulationKey, ciphertext, shared }, name) => {
      const kem = groupOf(method);
      if (kem === undefined || !isKem(kem)) return { name, skip: `${method} is no ML-KEM that we compute` };
      const check = async () => {
        const draw = await knownAnswerGenerator(provider, seed);
        const initiator = await provider.kemKeyPair(kem, await draw(kemSeedOctets.keyPair));
        expectOctets('encapsulation key', initiator.publicValue, encapsulationKey);
        const responder = await provider.encapsulate(kem, encapsulationKey, await draw(kemSeedOctets.encapsulation));
        expectOctets('ciphertext', responder?.publicValue, ciphertext);
        expectOctets("responder's secret", responder?.sharedSecret.reveal(), shared);
        expectOctets("initiator's secret", (await initiator.derive(ciphertext))?.reveal(), shared);
        for (const bad of badKeysFrom(encapsulationKey)) {
          expectEqual('a bad encapsulation key is', await provider.encapsulate(kem, bad), undefined);
        }
        expectEqual('a short ciphertext is', await initiator.derive(ciphertext.subarray(1)), undefined);
      };
      return { name, check };
    }),
};

/** The first coefficient at 4095, which is not below the modulus; an octet too few; one too many. */
const badKeysFrom = (key: Octets): readonly Octets[] => [
  concat(Uint8Array.of(0xff, (key[1] ?? 0) | 0x0f), key.subarray(2)),
  key.subarray(1),
  concat(key, Uint8Array.of(0)),
];

type Draw = (count: number) => Promise<Octets>;

async function knownAnswerGenerator(provider: CryptoProvider, seed: Octets): Promise<Draw> {
  let key: Octets = new Uint8Array(32);
  let counter: Octets = new Uint8Array(16);
  await update(seed);
  return async (count) => {
    const drawn = await blocks(Math.ceil(count / 16));
    await update(new Uint8Array(48));
    return drawn.slice(0, count);
  };

  /** Counts up, then enciphers, block by block. */
  async function blocks(count: number): Promise<Octets> {
    const cipher = await provider.aesCbc(key);
    const out: Octets[] = [];
    for (let i = 0; i < count; i++) {
      counter = plusOne(counter);
      out.push(await cipher.encrypt(new Uint8Array(16), counter)); // one block of CBC with a zero IV is the bare cipher
    }
    return concat(...out);
  }

  async function update(data: Octets): Promise<void> {
    const mixed = (await blocks(3)).map((octet, i) => octet ^ (data[i] ?? 0));
    key = mixed.slice(0, 32);
    counter = mixed.slice(32);
  }
}

function plusOne(counter: Octets): Octets {
  const next = counter.slice();
  for (let i = next.length - 1; i >= 0; i--) {
    next[i] = ((next[i] ?? 0) + 1) & 0xff;
    if (next[i] !== 0) break;
  }
  return next;
}
