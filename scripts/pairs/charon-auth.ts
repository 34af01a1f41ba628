/**
 * `auth` of a local or remote section (swanctl.conf(5)): `psk`, `pubkey`, or a kind of key with the least strength and the hashes
 * behind it. At `remote` it is a demand, on the whole chain, and with `ike:` in front on the signature of IKE_AUTH alone.
 */
import { err, ok } from '../../src/domain/bytes/result.ts';
import type { KeyKind } from '../../src/domain/crypto/asymmetric-keys.ts';
import { parseAlgorithmIdentifier, type SigningHash, schemeOf } from '../../src/domain/crypto/signature-scheme.ts';
import type { Certificate } from '../../src/domain/pki/certificate.ts';
import type { PathJudge } from '../../src/domain/pki/path-judge.ts';

export interface CharonAuth {
  readonly method: 'psk' | 'certificate';
  /** Of IKE_AUTH's signature; empty: any. */
  readonly hashes: readonly SigningHash[];
  readonly rsaPadding?: 'pss' | 'pkcs1';
  /** Of every certificate on the way to the anchor. */
  readonly chain: { readonly hashes: readonly SigningHash[]; readonly leastBits: ReadonlyMap<KeyKind['type'], number> };
}

/** Undefined where the loader refuses the word. */
export function parseAuth(text: string): CharonAuth | undefined {
  if (text === 'psk') return { ...anything, method: 'psk' };
  const [, ike, kind = '', tail = ''] = /^(ike:)?([a-z0-9]+(?:\/pss)?)((?:-\w+)*)$/.exec(text) ?? [];
  const type = kinds.get(kind);
  if (type === undefined) return undefined;
  const words = tail.split('-').filter((word) => word !== '');
  const hashes = words.map((word) => hashNames.get(word)).filter((each) => each !== undefined);
  const bits = words.map(Number).find((each) => each > 0);
  if (type === 'ed25519' && words.length === 0) return undefined; // 5.9.8 wants `ed25519-identity`
  return {
    method: 'certificate',
    hashes,
    ...(kind === 'rsa/pss' ? { rsaPadding: 'pss' } : {}),
    chain: {
      hashes: ike === undefined ? hashes : [],
      leastBits: new Map(bits === undefined || type === 'any' ? [] : [[type, bits]]),
    },
  };
}

/** A judge that takes also what lies in the end's own directories, and holds the path to what `remote` demands. */
export function charonJudge(
  judge: PathJudge,
  {
    known,
    demand,
    through,
  }: {
    readonly known: readonly Certificate[];
    readonly demand: CharonAuth['chain'];
    /** `cacerts`: one of them has to lie on the path; empty: any. */
    readonly through: readonly Certificate[];
  },
): PathJudge {
  return {
    async decide(chain, anchors, nowMs) {
      const decided = await judge.decide([...chain, ...known], anchors, nowMs);
      if (!decided.ok) return decided;
      const paths = decided.value.paths.filter(
        (path) =>
          (through.length === 0 || path.some((each) => through.includes(each))) &&
          path.slice(0, -1).every((each) => isAsDemanded(each, demand)) &&
          path.every((each) => isStrong(each, demand)),
      );
      return paths.length > 0 ? ok({ ...decided.value, paths }) : err({ check: 'weakSignature' });
    },
  };
}

/** Signed with one of the hashes. */
function isAsDemanded({ signatureAlgorithm }: Certificate, { hashes }: CharonAuth['chain']): boolean {
  const named = parseAlgorithmIdentifier(signatureAlgorithm);
  const scheme = named && schemeOf(named);
  return hashes.length === 0 || (scheme !== undefined && 'hash' in scheme && hashes.includes(scheme.hash));
}

function isStrong({ key }: Certificate, { leastBits }: CharonAuth['chain']): boolean {
  const least = key.ok ? leastBits.get(key.value.type) : undefined;
  return least === undefined || !key.ok || bitsOf(key.value) >= least;
}

function bitsOf(kind: KeyKind): number {
  switch (kind.type) {
    case 'rsa':
      return kind.bits;
    case 'ecdsa':
      return Number(kind.curve.slice(2));
    case 'ed25519':
      return 256;
    case 'ed448':
      return 456;
  }
}

const anything = { hashes: [], chain: { hashes: [], leastBits: new Map() } } as const;

const kinds: ReadonlyMap<string, KeyKind['type'] | 'any'> = new Map([
  ['pubkey', 'any'],
  ['rsa', 'rsa'],
  ['rsa/pss', 'rsa'],
  ['ecdsa', 'ecdsa'],
  ['ed25519', 'ed25519'],
  ['ed448', 'ed448'],
]);

const hashNames: ReadonlyMap<string, SigningHash> = new Map([
  ['sha256', 'SHA-256'],
  ['sha384', 'SHA-384'],
  ['sha512', 'SHA-512'],
]);
