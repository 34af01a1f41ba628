/**
 * `auth` of a local or remote section (swanctl.conf(5)): `psk`, `pubkey`, or a kind of key with the least strength and the hashes
 * behind it. At `remote` it is a demand, on the whole chain, and with `ike:` in front on the signature of IKE_AUTH alone. A word
 * that is none of these is passed over, as charon does.
 */
import type { KeyKind } from '../../src/domain/crypto/asymmetric-keys.ts';
import type { SigningHash } from '../../src/domain/crypto/signature-scheme.ts';

export interface CharonAuth {
  /** `any`: nothing is said. */
  readonly method: 'psk' | 'certificate' | 'any';
  /** What the signature of IKE_AUTH may be made with; absent: anything. */
  readonly ike?: readonly DemandedScheme[];
  /** The same of the signatures on certificates, from the peer's up to the anchor. */
  readonly chain?: readonly DemandedScheme[];
  /** Of every key on the way to the anchor. Where any is said, a key of a kind that is not is refused. */
  readonly leastBits: ReadonlyMap<KeyKind['type'], number>;
}

export interface DemandedScheme {
  readonly key: KeyKind['type'];
  readonly padding?: 'pss' | 'pkcs1';
  /** `broken`: one that is never verified; absent: the key hashes by itself (Ed25519, Ed448). */
  readonly hash?: SigningHash | 'broken';
}

/** Of strongswan.conf. */
export interface SignatureHabits {
  /** `rsa_pss`: with an RSA key PSS is tried first, and a hash for RSA means it too. */
  readonly prefersPss: boolean;
  /** `signature_authentication_constraints`: what holds for the chain holds for IKE_AUTH, unless `ike:` says more. */
  readonly constrainsIke: boolean;
}

/** Undefined where the loader refuses the word. */
export function parseAuth(text: string | undefined, habits: SignatureHabits): CharonAuth | undefined {
  if (text === undefined) return { method: 'any', leastBits: new Map() };
  if (text.toLowerCase() === 'psk') return { method: 'psk', leastBits: new Map() };
  if (!/^(ike:|pubkey|rsa|ecdsa)/.test(text)) return undefined; // `ed25519` alone is none for 5.9.8
  const leastBits = new Map<KeyKind['type'], number>();
  const ike: DemandedScheme[] = [];
  const chain: DemandedScheme[] = [];
  let kind: Kind | undefined;
  let isSizeNext = false;
  for (const word of text.split('-').filter((each) => each !== '')) {
    const bits = isSizeNext ? Number.parseInt(word, 10) : 0;
    isSizeNext = false;
    const named = kindOf(word);
    if (kind && kind.type !== 'any' && bits > 0) {
      leastBits.set(kind.type, Math.min(bits, leastBits.get(kind.type) ?? bits));
    } else if (named) {
      kind = named;
      isSizeNext = kind.type === 'rsa' || kind.type === 'ecdsa';
    } else if (kind) (kind.isOfIke ? ike : chain).push(...schemesOf(kind, word, habits));
  }
  const demanded = ike.length > 0 || !habits.constrainsIke ? ike : chain;
  return {
    method: 'certificate',
    leastBits,
    ...(demanded.length > 0 ? { ike: demanded } : {}),
    ...(chain.length > 0 ? { chain } : {}),
  };
}

interface Kind {
  readonly type: KeyKind['type'] | 'any';
  readonly isPss: boolean;
  readonly isOfIke: boolean;
}

function kindOf(word: string): Kind | undefined {
  const [, ike, name = ''] = /^(ike:)?([a-z0-9]+(?:\/pss)?)$/.exec(word) ?? [];
  const type = kinds.get(name);
  return type && { type, isPss: name.endsWith('/pss'), isOfIke: ike !== undefined };
}

function schemesOf({ type, isPss }: Kind, word: string, { prefersPss }: SignatureHabits): readonly DemandedScheme[] {
  const isFor = (key: KeyKind['type']) => type === 'any' || type === key;
  if (word === 'identity') return (['ed25519', 'ed448'] as const).filter(isFor).map((key) => ({ key }));
  const hash = hashes.get(word);
  if (hash === undefined) return [];
  const pss = { key: 'rsa', padding: 'pss', hash } as const;
  if (isPss) return [pss];
  return [
    ...(isFor('rsa') && prefersPss ? [pss] : []),
    ...(isFor('rsa') ? [{ key: 'rsa', padding: 'pkcs1', hash } as const] : []),
    ...(isFor('ecdsa') ? [{ key: 'ecdsa', hash } as const] : []),
  ];
}

const kinds: ReadonlyMap<string, Kind['type']> = new Map([
  ['pubkey', 'any'],
  ['rsa', 'rsa'],
  ['rsa/pss', 'rsa'],
  ['ecdsa', 'ecdsa'],
  ['ed25519', 'ed25519'],
  ['ed448', 'ed448'],
]);

const hashes: ReadonlyMap<string, SigningHash | 'broken'> = new Map([
  ['sha256', 'SHA-256'],
  ['sha384', 'SHA-384'],
  ['sha512', 'SHA-512'],
  ['sha1', 'broken'],
  ['sha224', 'broken'],
  ['md5', 'broken'],
]);
