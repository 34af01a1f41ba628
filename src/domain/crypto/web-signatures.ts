/**
 * Signatures over WebCrypto, Ed448 by noble, Ed25519 by noble where the browser has none. An RSA key of WebCrypto is bound to
 * one padding and one hash, so one key is imported six times, at once: kept as octets it could be read.
 */
import { ed448 } from '@noble/curves/ed448.js';
import { ed25519 } from '@noble/curves/ed25519.js';
import { emptyOctets, type Octets } from '../bytes/octets.ts';
import { invariant } from '../bytes/result.ts';
import { Secret } from '../bytes/secret.ts';
import {
  curveOctets,
  hasKeyLength,
  isSchemeOf,
  type KeyKind,
  readPrivateKey,
  readPublicKey,
} from './asymmetric-keys.ts';
import { derOfRaw, rawOfDer } from './ecdsa-form.ts';
import type { SigningKey, VerifyingKey } from './provider.ts';
import type { SignatureScheme, SigningHash } from './signature-scheme.ts';

export async function webSigningKey(pkcs8: Secret): Promise<SigningKey | undefined> {
  const info = readPrivateKey(pkcs8.reveal());
  if (!info) return undefined;
  const { kind, seed } = info;
  const keys = await importForms(kind, 'pkcs8', pkcs8.reveal(), 'sign');
  if (keys) {
    return {
      kind,
      async sign(scheme, data) {
        invariant(isSchemeOf(kind, scheme), `a key of kind ${kind.type} makes no ${scheme.type}`);
        const signature = new Uint8Array(await crypto.subtle.sign(parametersOf(scheme), keyFor(keys, scheme), data));
        return scheme.type === 'ecdsa' && scheme.form === 'der' ? derOfRaw(signature) : signature;
      },
    };
  }
  const curve = edwards[kind.type];
  if (!curve || !seed) return undefined;
  const own = new Secret(seed.slice());
  return {
    kind,
    sign(scheme, data) {
      invariant(isSchemeOf(kind, scheme), `a key of kind ${kind.type} makes no ${scheme.type}`);
      return curve.sign(data, own.reveal());
    },
  };
}

export async function webVerifyingKey(spki: Octets): Promise<VerifyingKey | undefined> {
  const read = readPublicKey(spki);
  if (!read.ok) return undefined;
  const { kind, publicValue } = read.value;
  const keys = await importForms(kind, 'spki', read.value.spki, 'verify');
  if (keys) {
    return {
      kind,
      async verify(scheme, data, signature) {
        const plain = rawFormOf(kind, scheme, signature);
        if (!plain || !isSchemeOf(kind, scheme) || !hasKeyLength(kind, signature)) return false;
        // It rejects where a salt is longer than the key has room for: the peer names the length.
        return crypto.subtle.verify(parametersOf(scheme), keyFor(keys, scheme), plain, data).catch(() => false);
      },
    };
  }
  const curve = edwards[kind.type];
  if (!curve?.utils.isValidPublicKey(publicValue, false)) return undefined;
  return {
    kind,
    verify: (scheme, data, signature) =>
      isSchemeOf(kind, scheme) &&
      signature.length === curve.lengths.signature &&
      verifies(curve, signature, data, publicValue),
  };
}

type Edwards = typeof ed25519;

/** noble throws at what is no point. */
function verifies(curve: Edwards, signature: Octets, data: Octets, publicValue: Octets): boolean {
  try {
    return curve.verify(signature, data, publicValue, { zip215: false });
  } catch {
    return false;
  }
}

const edwards: Readonly<Partial<Record<KeyKind['type'], Edwards>>> = { ed25519, ed448 };

const hashes = ['SHA-256', 'SHA-384', 'SHA-512'] as const satisfies readonly SigningHash[];

/** Keys by their form; undefined where WebCrypto does not know the algorithm or refuses the key. */
async function importForms(
  kind: KeyKind,
  format: 'pkcs8' | 'spki',
  octets: Octets,
  usage: 'sign' | 'verify',
): Promise<ReadonlyMap<string, CryptoKey> | undefined> {
  if (kind.type === 'ed448') return undefined;
  try {
    const keys = formsOf(kind).map(async ([form, algorithm]) => {
      const key = await crypto.subtle.importKey(format, octets, algorithm, false, [usage]);
      return [form, key] as const;
    });
    return new Map(await Promise.all(keys));
  } catch {
    return undefined;
  }
}

function formsOf(kind: KeyKind): readonly (readonly [string, RsaHashedImportParams | EcKeyImportParams | Algorithm])[] {
  if (kind.type === 'ecdsa') return [['ECDSA', { name: 'ECDSA', namedCurve: kind.curve }]];
  if (kind.type !== 'rsa') return [['Ed25519', { name: 'Ed25519' }]];
  return ['RSASSA-PKCS1-v1_5', 'RSA-PSS'].flatMap((name) =>
    hashes.map((hash) => [`${name} ${hash}`, { name, hash }] as const),
  );
}

function keyFor(keys: ReadonlyMap<string, CryptoKey>, scheme: SignatureScheme): CryptoKey {
  const { name } = parametersOf(scheme);
  const form = scheme.type === 'rsaPkcs1' || scheme.type === 'rsaPss' ? `${name} ${scheme.hash}` : name;
  const key = keys.get(form);
  invariant(key, `${form} was imported`);
  return key;
}

function parametersOf(scheme: SignatureScheme): Algorithm | RsaPssParams | EcdsaParams {
  switch (scheme.type) {
    case 'rsaPkcs1':
      return { name: 'RSASSA-PKCS1-v1_5' };
    case 'rsaPss':
      return { name: 'RSA-PSS', saltLength: scheme.saltOctets };
    case 'ecdsa':
      return { name: 'ECDSA', hash: scheme.hash };
    case 'ed25519':
      return { name: 'Ed25519' };
    case 'ed448':
      return { name: 'Ed448' };
  }
}

/** As WebCrypto takes it. Undefined: it cannot be a signature of this key. */
function rawFormOf(kind: KeyKind, scheme: SignatureScheme, signature: Octets): Octets | undefined {
  if (scheme.type !== 'ecdsa' || scheme.form === 'raw') return signature;
  return kind.type === 'ecdsa' ? rawOfDer(signature, curveOctets[kind.curve]) : emptyOctets;
}
