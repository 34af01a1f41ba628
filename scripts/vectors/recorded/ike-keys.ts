/** SK_* of every IKE SA of a recording, from its Diffie-Hellman secret and the nonces on the wire (RFC 7296 2.14, 2.18). */
import { parseHex, toHex } from '../../../src/domain/bytes/hex.ts';
import { emptyOctets } from '../../../src/domain/bytes/octets.ts';
import { Secret } from '../../../src/domain/bytes/secret.ts';
import {
  deriveIkeKeys,
  deriveRekeyedIkeKeys,
  type IkeKeyInput,
  type IkeKeys,
} from '../../../src/domain/ike/keys/keys.ts';
import { ikeSpiOf } from '../../../src/domain/ike/message/spi.ts';
import { disagree, expectOctets } from '../expect.ts';
import type { Means, VectorCase } from '../format.ts';
import { nonceOf, originOf } from './exchanges.ts';
import { type Reading, type RecordedSa, secretLabel, sectionsOf } from './recording.ts';

export function ikeKeyCases({ recording, suite }: Reading, { provider }: Means): VectorCase[] {
  const secrets = sectionsOf(recording, secretLabel).filter((section) => section.has('SKEYSEED'));
  return recording.ikeSas.map((sa, index): VectorCase => {
    const name = `keys of IKE SA ${index + 1}`;
    const own = secrets.find(
      (section) => sa.skeyseed && toHex(section.get('SKEYSEED') ?? emptyOctets) === toHex(sa.skeyseed),
    );
    const shared = (own ?? secrets[index])?.get(secretLabel);
    if (!shared) return { name, skip: 'its Diffie-Hellman secret is not in the recording' };
    const check = async () => {
      const { request, response, old } = originOf(recording, sa);
      const input: IkeKeyInput = {
        suite,
        nonceI: nonceOf(request),
        nonceR: nonceOf(response),
        spiI: spi(sa.spii),
        spiR: spi(sa.spir),
        sharedSecret: new Secret(shared.slice()),
      };
      const keys = old
        ? await deriveRekeyedIkeKeys(provider, { prf: suite.prf.id, skD: new Secret(old.sk_d) }, input)
        : await deriveIkeKeys(provider, input);
      expectKeys(keys, sa);
    };
    return { name, check };
  });
}

export function expectKeys(keys: IkeKeys, sa: RecordedSa): void {
  expectOctets('SK_d', keys.skD.reveal(), sa.sk_d);
  expectOctets('SK_ai', keys.skAi.reveal(), sa.sk_ai);
  expectOctets('SK_ar', keys.skAr.reveal(), sa.sk_ar);
  expectOctets('SK_ei', keys.skEi.reveal(), sa.sk_ei);
  expectOctets('SK_er', keys.skEr.reveal(), sa.sk_er);
  expectOctets('SK_pi', keys.skPi.reveal(), sa.sk_pi);
  expectOctets('SK_pr', keys.skPr.reveal(), sa.sk_pr);
}

export const spi = (text: string) => ikeSpiOf(parseHex(text) ?? disagree(`no SPI: ${text}`));
