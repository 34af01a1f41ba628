/**
 * A provider whose every random draw comes from a seed, key pairs and signatures included, so that a run can be replayed octet for octet.
 * For the lab and for tests: who knows the seed knows every key.
 */
import type { Octets } from '../bytes/octets.ts';
import { ecpGroups, isEcp, isModp, modpGroups } from './groups.ts';
import { kemSeedOctets } from './ml-kem.ts';
import type { CryptoProvider, GroupNumber, KemNumber } from './provider.ts';
import { type Random, seededRandom } from './random.ts';
import { seededSigningKey } from './seeded-signatures.ts';

/** Streams are one for octets and one for each method, so that one end's choice of group does not shift its nonces. */
export function seededProvider(provider: CryptoProvider, seed: string | number): CryptoProvider {
  const streams = new Map<GroupNumber | KemNumber, Random>();
  const streamOf = (group: GroupNumber | KemNumber): Random => {
    const stream = streams.get(group) ?? seededRandom(seed, `key pairs of group ${group}`);
    streams.set(group, stream);
    return stream;
  };
  return {
    ...provider,
    name: `${provider.name}, seeded`,
    random: seededRandom(seed, 'octets'),
    signingKey: (pkcs8) => seededSigningKey(provider, pkcs8, seededRandom(seed, 'signatures')),
    keyPair: (group, privateValue) => provider.keyPair(group, privateValue ?? drawPrivateValue(group, streamOf(group))),
    kemKeyPair: (kem, seed) => provider.kemKeyPair(kem, seed ?? streamOf(kem)(kemSeedOctets.keyPair)),
    encapsulate: (kem, key, seed) => provider.encapsulate(kem, key, seed ?? streamOf(kem)(kemSeedOctets.encapsulation)),
  };
}

/** A private value that every curve takes: the first bits are cleared, which puts it below the order. */
function drawPrivateValue(group: GroupNumber, random: Random): Octets {
  if (isModp(group)) return random(modpGroups[group].exponentOctets);
  if (!isEcp(group)) return random(32); // X25519 clamps by itself (RFC 7748 5)
  const value = random(ecpGroups[group].octets);
  value[0] = group === 21 ? 0 : (value[0] ?? 0) & 0x7f;
  return value;
}
