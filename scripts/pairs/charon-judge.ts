/** What charon adds to the search for a path to an anchor: its own directories, `cacerts`, and what `auth` of the remote section demands. */
import { err, ok } from '../../src/domain/bytes/result.ts';
import type { KeyKind } from '../../src/domain/crypto/asymmetric-keys.ts';
import { parseAlgorithmIdentifier, schemeOf } from '../../src/domain/crypto/signature-scheme.ts';
import { type Certificate, isSameCertificate } from '../../src/domain/pki/certificate.ts';
import type { PathJudge } from '../../src/domain/pki/path-judge.ts';
import type { CharonAuth, DemandedScheme } from './charon-auth.ts';

/** A judge that takes also what lies in the end's own directories, and holds the path to what `remote` demands. */
export function charonJudge(
  judge: PathJudge,
  {
    known,
    demand,
    through,
    pinned,
  }: {
    readonly known: readonly Certificate[];
    readonly demand: CharonAuth;
    /** `cacerts`: one of them has to lie on the path; empty: any. */
    readonly through: readonly Certificate[];
    /** `certs` of the remote section: the peer's is one of these; empty: any. */
    readonly pinned: readonly Certificate[];
  },
): PathJudge {
  return {
    async decide(chain, anchors, nowMs) {
      const decided = await judge.decide([...chain, ...known], anchors, nowMs);
      if (!decided.ok) return decided;
      const paths = decided.value.paths.filter(
        (path) =>
          (through.length === 0 || path.some((each) => through.includes(each))) &&
          (pinned.length === 0 || pinned.some((each) => path[0] !== undefined && isSameCertificate(each, path[0]))) &&
          meets(path, demand),
      );
      return paths.length > 0 ? ok({ ...decided.value, paths }) : err({ check: 'weakSignature' });
    },
  };
}

function meets(path: readonly Certificate[], { ike, chain, leastBits }: CharonAuth): boolean {
  const signer = path[0]?.key;
  return (
    (!ike || (signer?.ok === true && ike.some(({ key, hash }) => key === signer.value.type && hash !== 'broken'))) && // its hash is judged with the signature
    (!chain || path.slice(0, -1).every((each) => isSignedBy(each, chain))) &&
    path.every((each) => isStrong(each, leastBits))
  );
}

function isSignedBy({ signatureAlgorithm }: Certificate, schemes: readonly DemandedScheme[]): boolean {
  const named = parseAlgorithmIdentifier(signatureAlgorithm);
  const made = named && schemeOf(named);
  if (!made) return false;
  const hash = 'hash' in made ? made.hash : undefined;
  const key = made.type === 'rsaPss' || made.type === 'rsaPkcs1' ? 'rsa' : made.type;
  return schemes.some(
    (each) =>
      each.key === key &&
      each.hash === hash &&
      (key !== 'rsa' || (each.padding === 'pss') === (made.type === 'rsaPss')),
  );
}

function isStrong({ key }: Certificate, leastBits: CharonAuth['leastBits']): boolean {
  if (!key.ok || leastBits.size === 0) return true;
  const bits = sizedBitsOf(key.value);
  if (bits === undefined) return true;
  const least = leastBits.get(key.value.type);
  return least !== undefined && bits >= least;
}

/** Undefined: the key's kind has but one size. */
function sizedBitsOf(kind: KeyKind): number | undefined {
  if (kind.type === 'rsa') return kind.bits;
  return kind.type === 'ecdsa' ? Number(kind.curve.slice(2)) : undefined;
}
