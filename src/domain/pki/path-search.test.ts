/**
 * Paths through authorities of few names and few keys, crossing each other as they like, against a search without a limit: what is there
 * is found, or the work was too much; and how much it is depends on how many anchors we have and on nothing that a peer sends.
 *
 * A key is a number here, and whoever has it has signed: no cryptography.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { equalOctets } from '../bytes/octets.ts';
import type { CryptoProvider } from '../crypto/provider.ts';
import { webProvider } from '../crypto/web-provider.ts';
import type { Certificate } from './certificate.ts';
import { parseNameText } from './distinguished-name.ts';
import { mayHaveIssued } from './issuing.ts';
import { plainChainJudge } from './plain-chain.ts';
import { issueCertificate } from './testing/authority.ts';

const template = await issueCertificate({ subject: 'CN=a', key: 'p256', isAuthority: true, keyUsage: 0x84 });
const nowMs = template.notBeforeMs;
const mostCertificates = 8;
const mostSignatures = 32;
/** As many as a message may have. */
const mostSent = 20;

interface Drawn {
  readonly subject: number;
  readonly issuer: number;
  readonly key: number;
  readonly signer: number;
}

const names = ['CN=a', 'CN=b', 'CN=c'].map((text) => parseNameText(text) ?? []);
const drawn: fc.Arbitrary<Drawn> = fc.record({
  subject: fc.nat({ max: names.length - 1 }),
  issuer: fc.nat({ max: names.length - 1 }),
  key: fc.nat({ max: 5 }),
  signer: fc.nat({ max: 5 }),
});

test('what leads to an anchor is found, or the work was too much; that is bounded by our anchors alone', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(drawn, { minLength: 1, maxLength: mostSent }),
      fc.array(drawn, { minLength: 1, maxLength: 40 }),
      async (sent, trusted) => {
        const work = { names: 0, signatures: 0 };
        const [chain, anchors] = [sent, trusted].map((all) => all.map((each) => certificateOf(each, work)));
        const [leaf, ...others] = chain ?? [];
        if (!leaf || !anchors) throw new Error('one at least');

        const decided = await plainChainJudge(counting(work)).decide([leaf, ...others], anchors, nowMs);

        expect(work.signatures).toBeLessThanOrEqual(mostSignatures + anchors.length);
        const climbs = 1 + work.signatures;
        expect(work.names).toBeLessThanOrEqual(4 * climbs * (anchors.length + mostSent));
        if (decided.ok) for (const path of decided.value.paths) expect(isPath(path, leaf, anchors)).toBe(true);
        else if (decided.error.check !== 'tooMuchWork') expect(leads([leaf], others, anchors)).toBe(false);
      },
    ),
    { numRuns: 500, seed: 5280 },
  ));

/** Its names are counted when they are looked at: whoever searches looks at them first. */
function certificateOf({ subject, issuer, key, signer }: Drawn, work: { names: number }): Certificate {
  const look = (name: number) => {
    work.names += 1;
    return names[name] ?? [];
  };
  return {
    ...template,
    ...{ der: Uint8Array.of(subject, issuer, key, signer), spki: Uint8Array.of(key), signature: Uint8Array.of(signer) },
    get subject() {
      return look(subject);
    },
    get issuer() {
      return look(issuer);
    },
  };
}

const counting = (work: { signatures: number }): CryptoProvider => ({
  ...webProvider,
  verifyingKey: (spki) => ({
    kind: { type: 'ecdsa', curve: 'P-256' },
    verify(_, __, signature) {
      work.signatures += 1;
      return equalOctets(spki, signature);
    },
  }),
});

const hasIssued = (issuer: Certificate, child: Certificate): boolean =>
  mayHaveIssued(issuer, child) && equalOctets(issuer.spki, child.signature);

const isPath = (path: readonly Certificate[], leaf: Certificate, anchors: readonly Certificate[]): boolean =>
  path[0] === leaf &&
  anchors.some((each) => each === path.at(-1)) &&
  path.every((each, i) => i === 0 || hasIssued(each, path[i - 1] ?? each));

/** Whether there is any way at all, in as many certificates as a path may have. */
function leads(
  from: readonly Certificate[],
  others: readonly Certificate[],
  anchors: readonly Certificate[],
  length = 1,
): boolean {
  if (length >= mostCertificates || from.length === 0) return false;
  const isIssuer = (each: Certificate) => from.some((child) => hasIssued(each, child));
  return anchors.some(isIssuer) || leads(others.filter(isIssuer), others, anchors, length + 1);
}
