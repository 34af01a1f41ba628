/**
 * Diffie-Hellman by WebCrypto, with noble and BigInt for what it lacks. What surprises about the platform:
 * - a private value alone cannot be imported everywhere: JWK wants the public point beside it, which noble computes;
 * - importing a point off the curve rejects, and so does deriving from a low-order X25519 value: both are refusals here;
 * - P-521 shares 66 octets when asked for `null` bits, and some engines round 521 down.
 */
import { x25519 } from '@noble/curves/ed25519.js';
import { p256, p384, p521 } from '@noble/curves/nist.js';
import { concat, type Octets } from '../bytes/octets.ts';
import { Secret } from '../bytes/secret.ts';
import { type EcpNumber, ecpGroups, isEcp, isModp, modpGroups } from './groups.ts';
import { modpKeyPair } from './modp.ts';
import type { Awaitable, GroupNumber, KeyPair } from './provider.ts';
import { platformRandom } from './random.ts';

export function webKeyPair(group: GroupNumber, privateValue?: Octets): Awaitable<KeyPair> {
  if (isModp(group)) return modpKeyPair(group, privateValue ?? platformRandom(modpGroups[group].exponentOctets));
  return isEcp(group) ? ecpKeyPair(group, privateValue) : montgomeryKeyPair(privateValue);
}

const uncompressed = Uint8Array.of(4); // the form octet of a point, which IKE leaves out (RFC 5903 7)
const nobleCurves = { 'P-256': p256, 'P-384': p384, 'P-521': p521 } as const;

async function ecpKeyPair(group: EcpNumber, privateValue?: Octets): Promise<KeyPair> {
  const { curve, octets } = ecpGroups[group];
  const algorithm = { name: 'ECDH', namedCurve: curve };
  const pair = privateValue === undefined ? await freshEcpPair(curve) : await importEcpPair(group, privateValue);
  return {
    group,
    publicValue: pair.publicValue,
    async derive(peer) {
      if (peer.length !== 2 * octets) return undefined;
      try {
        const point = await crypto.subtle.importKey('raw', concat(uncompressed, peer), algorithm, false, []);
        return new Secret(
          new Uint8Array(await crypto.subtle.deriveBits({ name: 'ECDH', public: point }, pair.key, null)),
        );
      } catch {
        return undefined; // no point of the curve
      }
    },
  };
}

interface PlatformPair {
  readonly key: CryptoKey;
  readonly publicValue: Octets;
}

async function freshEcpPair(curve: string): Promise<PlatformPair> {
  const pair = await crypto.subtle.generateKey({ name: 'ECDH', namedCurve: curve }, false, ['deriveBits']);
  return {
    key: pair.privateKey,
    publicValue: new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey)).slice(1),
  };
}

async function importEcpPair(group: EcpNumber, privateValue: Octets): Promise<PlatformPair> {
  const { curve, octets } = ecpGroups[group];
  const publicValue = nobleCurves[curve].getPublicKey(privateValue, false).slice(1);
  const jwk = {
    ...{ kty: 'EC', crv: curve, d: toBase64Url(privateValue) },
    ...{ x: toBase64Url(publicValue.subarray(0, octets)), y: toBase64Url(publicValue.subarray(octets)) },
  };
  const algorithm = { name: 'ECDH', namedCurve: curve };
  return { key: await crypto.subtle.importKey('jwk', jwk, algorithm, false, ['deriveBits']), publicValue };
}

let platformHasX25519: Promise<boolean> | undefined;

async function montgomeryKeyPair(privateValue?: Octets): Promise<KeyPair> {
  platformHasX25519 ??= crypto.subtle.generateKey({ name: 'X25519' }, false, ['deriveBits']).then(
    () => true,
    () => false,
  );
  if (!(await platformHasX25519)) return nobleX25519(privateValue ?? platformRandom(32));
  const pair = privateValue === undefined ? await freshX25519() : await importX25519(privateValue);
  return {
    group: 31,
    publicValue: pair.publicValue,
    async derive(peer) {
      if (peer.length !== 32) return undefined;
      try {
        const point = await crypto.subtle.importKey('raw', peer, { name: 'X25519' }, false, []);
        const bits = await crypto.subtle.deriveBits({ name: 'X25519', public: point }, pair.key, 256);
        return unlessZero(new Uint8Array(bits));
      } catch {
        return undefined; // the engine itself refuses an all-zero result
      }
    },
  };
}

async function freshX25519(): Promise<PlatformPair> {
  const pair = await crypto.subtle.generateKey({ name: 'X25519' }, false, ['deriveBits']);
  if (!('privateKey' in pair)) throw new Error('an asymmetric key has two halves');
  return { key: pair.privateKey, publicValue: new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey)) };
}

async function importX25519(privateValue: Octets): Promise<PlatformPair> {
  const publicValue = x25519.getPublicKey(privateValue);
  const jwk = { kty: 'OKP', crv: 'X25519', d: toBase64Url(privateValue), x: toBase64Url(publicValue) };
  return { key: await crypto.subtle.importKey('jwk', jwk, { name: 'X25519' }, false, ['deriveBits']), publicValue };
}

function nobleX25519(privateValue: Octets): KeyPair {
  return {
    group: 31,
    publicValue: x25519.getPublicKey(privateValue),
    derive(peer) {
      if (peer.length !== 32) return undefined;
      try {
        return unlessZero(x25519.getSharedSecret(privateValue, peer));
      } catch {
        return undefined; // noble refuses low-order values
      }
    },
  };
}

/** An all-zero secret is known to everybody (RFC 7748 6.1, RFC 8031 3). */
function unlessZero(secret: Octets): Secret | undefined {
  let any = 0;
  for (const octet of secret) any |= octet;
  return any === 0 ? undefined : new Secret(secret);
}

function toBase64Url(octets: Octets): string {
  return btoa(String.fromCharCode(...octets))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}
