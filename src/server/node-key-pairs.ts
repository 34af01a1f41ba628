/**
 * Diffie-Hellman by node:crypto. Which of its three doors a group goes through was measured: deriving for P-384 takes 0.9 ms
 * by key objects and 1.3 ms by `createECDH`, which checks more; for P-256 decoding a key object costs more than it saves.
 *
 * A fresh key is never exported: under Node 20 `export` holds the key's lock while it makes strings; if a garbage collection
 * falls into that and frees the job that made the key, the job wants the same lock, and the process stands still for ever.
 */
import {
  createDiffieHellman,
  createECDH,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  type ECDH,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import { concat, type Octets, octetsOf } from '../domain/bytes/octets.ts';
import { Secret } from '../domain/bytes/secret.ts';
import { type EcpNumber, ecpGroups, isModp, type ModpNumber, modpGroups, primeOf } from '../domain/crypto/groups.ts';
import { isModpPublicValue, toOctets } from '../domain/crypto/modp.ts';
import type { GroupNumber, KeyPair } from '../domain/crypto/provider.ts';

export function nodeKeyPair(group: GroupNumber, privateValue?: Octets): KeyPair {
  if (isModp(group)) return modpKeyPair(group, privateValue);
  if (group === 31) return x25519KeyPair(privateValue);
  return group === 19 ? p256KeyPair(privateValue) : largeEcpKeyPair(group, privateValue);
}

function modpKeyPair(group: ModpNumber, privateValue?: Octets): KeyPair {
  const { octets, exponentOctets, generator } = modpGroups[group];
  const exchange = createDiffieHellman(
    Buffer.from(toOctets(primeOf(group), octets)),
    Buffer.from(toOctets(generator, octets)),
  );
  exchange.setPrivateKey(privateValue ?? randomBytes(exponentOctets));
  exchange.generateKeys(); // the public value of the private one that is set
  return {
    group,
    publicValue: padStart(exchange.getPublicKey(), octets),
    derive(peer) {
      if (!isModpPublicValue(group, peer)) return undefined;
      return new Secret(padStart(exchange.computeSecret(peer), octets));
    },
  };
}

function p256KeyPair(privateValue?: Octets): KeyPair {
  const exchange = ecdhOf('prime256v1', privateValue);
  return {
    group: 19,
    publicValue: publicValueOf(exchange),
    derive(peer) {
      if (peer.length !== 64) return undefined;
      return secretUnlessRefused(() => exchange.computeSecret(concat(uncompressed, peer)));
    },
  };
}

/** What stands before a point in a SubjectPublicKeyInfo (RFC 5480): its form octet included. */
const largeCurves = {
  20: { name: 'secp384r1', prefix: Buffer.from('3076301006072a8648ce3d020106052b8104002203620004', 'hex') },
  21: { name: 'secp521r1', prefix: Buffer.from('30819b301006072a8648ce3d020106052b810400230381860004', 'hex') },
} as const;

function largeEcpKeyPair(group: 20 | 21, privateValue?: Octets): KeyPair {
  const { name, prefix } = largeCurves[group];
  const { octets } = ecpGroups[group];
  const { privateKey, publicValue } =
    privateValue === undefined ? freshEcp(group, name) : givenEcp(group, name, privateValue);
  return {
    group,
    publicValue,
    derive(peer) {
      if (peer.length !== 2 * octets) return undefined;
      return secretUnlessRefused(() => {
        const publicKey = createPublicKey({ key: Buffer.concat([prefix, peer]), format: 'der', type: 'spki' });
        return diffieHellman({ privateKey, publicKey });
      });
    },
  };
}

interface PlatformPair {
  readonly privateKey: KeyObject;
  readonly publicValue: Octets;
}

function freshEcp(group: EcpNumber, name: string): PlatformPair {
  const { privateKey, publicKey } = generate('ec', { namedCurve: name, ...encodesPublicKey });
  return { privateKey, publicValue: octetsOf(publicKey.subarray(-2 * ecpGroups[group].octets)) };
}

function givenEcp(group: EcpNumber, name: string, privateValue: Octets): PlatformPair {
  const { curve, octets } = ecpGroups[group];
  const publicValue = publicValueOf(ecdhOf(name, privateValue));
  const jwk = {
    ...{ kty: 'EC', crv: curve, d: toBase64Url(privateValue) },
    ...{ x: toBase64Url(publicValue.subarray(0, octets)), y: toBase64Url(publicValue.subarray(octets)) },
  };
  return { privateKey: createPrivateKey({ key: jwk, format: 'jwk' }), publicValue };
}

/** A PKCS#8 PrivateKeyInfo up to the 32 octets (RFC 8410 7). */
const x25519Prefix = Buffer.from('302e020100300506032b656e04220420', 'hex');

function x25519KeyPair(privateValue?: Octets): KeyPair {
  const { privateKey, publicValue } = privateValue === undefined ? freshX25519() : givenX25519(privateValue);
  return {
    group: 31,
    publicValue,
    derive(peer) {
      if (peer.length !== 32) return undefined;
      return secretUnlessRefused(() => {
        const jwk = { kty: 'OKP', crv: 'X25519', x: toBase64Url(peer) }; // three times faster than DER
        return diffieHellman({ privateKey, publicKey: createPublicKey({ key: jwk, format: 'jwk' }) });
      });
    },
  };
}

function freshX25519(): PlatformPair {
  const { privateKey, publicKey } = generate('x25519', encodesPublicKey);
  return { privateKey, publicValue: octetsOf(publicKey.subarray(-32)) };
}

function givenX25519(privateValue: Octets): PlatformPair {
  const der = Buffer.concat([x25519Prefix, privateValue]);
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const { x = '' } = privateKey.export({ format: 'jwk' }); // no job made it
  return { privateKey, publicValue: fromBase64Url(x, 32) };
}

/** The job that makes a pair writes the public key too; the value is what it ends with. */
const encodesPublicKey = { publicKeyEncoding: { type: 'spki', format: 'der' } } as const;

/** One half encoded and the other not is allowed (Node: crypto.generateKeyPair); the types know only all or nothing. */
const generate = generateKeyPairSync as unknown as (
  type: 'ec' | 'x25519',
  options: typeof encodesPublicKey & { readonly namedCurve?: string },
) => { readonly privateKey: KeyObject; readonly publicKey: Buffer };

/** OpenSSL throws at a point off the curve and at an all-zero X25519 result; lengths were checked before. */
function secretUnlessRefused(derive: () => Buffer): Secret | undefined {
  try {
    return new Secret(octetsOf(derive()));
  } catch {
    return undefined;
  }
}

const uncompressed = Uint8Array.of(4); // the form octet of a point, which IKE leaves out (RFC 5903 7)

function ecdhOf(name: string, privateValue?: Octets): ECDH {
  const exchange = createECDH(name);
  if (privateValue === undefined) exchange.generateKeys();
  else exchange.setPrivateKey(privateValue);
  return exchange;
}

const publicValueOf = (exchange: ECDH): Octets => octetsOf(exchange.getPublicKey()).slice(1);

/** At its fixed length: leading zeros belong to the value (RFC 7296 2.14). */
function padStart(value: Buffer, count: number): Octets {
  const out = new Uint8Array(count);
  out.set(value, count - value.length);
  return out;
}

const toBase64Url = (octets: Octets): string => Buffer.from(octets).toString('base64url');
const fromBase64Url = (text: string, count: number): Octets => padStart(Buffer.from(text, 'base64url'), count);
