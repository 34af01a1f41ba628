/**
 * The port through which the domain reaches cryptography. Two adapters fill it and pass the same vectors: WebCrypto with
 * noble for what WebCrypto lacks (crypto/web-provider.ts), node:crypto (src/server/node-provider.ts).
 *
 * A provider computes; it decides nothing: what may be negotiated is the table's affair (transforms.ts). Results may come
 * at once or later, since node:crypto answers at once and WebCrypto does not: await them, or use `andThen` where every
 * microsecond counts (awaitable.ts).
 */
import type { Gathered } from '../bytes/gathered.ts';
import type { Octets } from '../bytes/octets.ts';
import type { Secret } from '../bytes/secret.ts';
import type { KeyKind } from './asymmetric-keys.ts';
import type { Awaitable } from './awaitable.ts';
import type { HashName } from './hash-name.ts';
import type { SignatureScheme } from './signature-scheme.ts';

export type { Awaitable } from './awaitable.ts';

/** Diffie-Hellman groups by their IANA transform number (RFC 7296 3.3.2). */
export type GroupNumber = 1 | 2 | 5 | 14 | 15 | 16 | 17 | 18 | 19 | 20 | 21 | 22 | 23 | 24 | 31;

/** ML-KEM-512, -768 and -1024 by their IANA transform number. */
export type KemNumber = 35 | 36 | 37;

/** A keyed HMAC, full length (RFC 2104); the caller truncates. */
export interface Mac {
  /** Over all parts, as if they were one; they are read before the call returns. Whoever can, does not copy them together. */
  sign(...parts: readonly Octets[]): Awaitable<Octets>;
}

/**
 * An AEAD under one key. `nonce` is salt then explicit IV, 12 octets (RFC 4106 4, RFC 7634 2); it, the associated data and a
 * plaintext are read before the call returns, so that their memory can serve the next call.
 */
export interface Aead {
  /** `head` as it is, then ciphertext and tag in the memory and the pieces in which the platform has them. */
  seal(nonce: Octets, associated: Octets, plain: Octets, head: Octets): Awaitable<Gathered>;
  /** What `next` makes of the plaintext. Ciphertext and tag stand in `packet` from `sealedAt` to its end. */
  open<T>(nonce: Octets, associated: Octets, packet: Octets, sealedAt: number, next: WithPlain<T>): Awaitable<T>;
}

/**
 * Goes on with a plaintext, in new memory as the platform has it; undefined: the tag does not fit. It is called where the platform
 * answers: a promise more, for the plaintext alone, would cost as much as looking at the padding.
 */
export type WithPlain<T> = (plain: Uint8Array | undefined) => T;

/** A block cipher in CBC mode under one key, without padding of its own: lengths are multiples of 16 octets. */
export interface BlockCipher {
  encrypt(iv: Octets, plain: Octets): Awaitable<Octets>;
  decrypt(iv: Octets, cipher: Octets): Awaitable<Octets>;
}

/** A key stream under one key: applying it twice gives the plaintext back. */
export interface StreamCipher {
  /** `counterBlock` is the first block, 16 octets; its last four count up (RFC 3686 4). */
  apply(counterBlock: Octets, data: Octets): Awaitable<Octets>;
}

/** Our half of a Diffie-Hellman exchange. */
export interface KeyPair {
  readonly group: GroupNumber;
  /** As a KE payload carries it: MODP and ECP at their fixed length, ECP as x then y (RFC 5903 7), X25519 32 octets. */
  readonly publicValue: Octets;
  /**
   * The shared secret g^ir at its fixed length, or undefined where the peer's value must be refused (RFC 6989 2, RFC 5903 7,
   * RFC 8031 3: length, range, point not on the curve, all-zero result).
   */
  derive(peerPublicValue: Octets): Awaitable<Secret | undefined>;
}

/** The initiator's half of a key encapsulation (FIPS 203). */
export interface KemKeyPair {
  readonly kem: KemNumber;
  /** The encapsulation key, as the initiator's KE payload carries it. */
  readonly publicValue: Octets;
  /** The shared secret inside the responder's ciphertext, 32 octets; undefined where its length is wrong. */
  derive(ciphertext: Octets): Awaitable<Secret | undefined>;
}

/** The responder's half, which comes to its end at once. */
export interface KemResponse {
  /** The ciphertext, as the responder's KE payload carries it. */
  readonly publicValue: Octets;
  readonly sharedSecret: Secret;
}

/** A private key that signs and cannot be read. */
export interface SigningKey {
  readonly kind: KeyKind;
  /** Randomised for ECDSA and RSA-PSS: sessions sign through `means`. The scheme is one of the key's. */
  sign(scheme: SignatureScheme, data: Octets): Awaitable<Octets>;
}

export interface VerifyingKey {
  readonly kind: KeyKind;
  /** False too where the scheme is none of the key's. */
  verify(scheme: SignatureScheme, data: Octets, signature: Octets): Awaitable<boolean>;
}

export interface CryptoProvider {
  readonly name: string;
  /** Fresh unpredictable octets. Only the edge calls it, to fill `means`. */
  random(count: number): Octets;
  digest(hash: HashName, data: Octets): Awaitable<Octets>;
  hmac(hash: HashName, key: Octets): Awaitable<Mac>;
  /** Keys of 16, 24 or 32 octets, without the salt. Tags have 16 octets unless said otherwise. */
  aesGcm(key: Octets, tagOctets?: 8 | 12 | 16): Awaitable<Aead>;
  /** Key of 32 octets, without the salt. */
  chacha20Poly1305(key: Octets): Awaitable<Aead>;
  aesCbc(key: Octets): Awaitable<BlockCipher>;
  aesCtr(key: Octets): Awaitable<StreamCipher>;
  /** A fresh pair, or the pair of a given private value (vectors, replay from a seed). */
  keyPair(group: GroupNumber, privateValue?: Octets): Awaitable<KeyPair>;
  /** A fresh pair, or the pair of a given d and z, 64 octets. */
  kemKeyPair(kem: KemNumber, seed?: Octets): Awaitable<KemKeyPair>;
  /** A fresh secret, or that of a given m, 32 octets; undefined where the encapsulation key must be refused (FIPS 203 7.2). */
  encapsulate(kem: KemNumber, encapsulationKey: Octets, seed?: Octets): Awaitable<KemResponse | undefined>;
  /** Of a PKCS#8 PrivateKeyInfo; undefined where that is no key of a kind that we know. */
  signingKey(pkcs8: Secret): Awaitable<SigningKey | undefined>;
  /** Of a SubjectPublicKeyInfo; undefined likewise, and where a point is not on its curve. */
  verifyingKey(spki: Octets): Awaitable<VerifyingKey | undefined>;
}
