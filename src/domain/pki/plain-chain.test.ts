import { expect, test } from 'vitest';
import { utf8 } from '../bytes/octets.ts';
import { webProvider } from '../crypto/web-provider.ts';
import { type Certificate, parseCertificate } from './certificate.ts';
import { isStrong, plainChainJudge } from './plain-chain.ts';
import { type CertificateWish, issueCertificate } from './testing/authority.ts';

const nowMs = Date.UTC(2027, 0);
const judge = plainChainJudge(webProvider);

const rootWish: CertificateWish = { subject: 'CN=root', key: 'p384', isAuthority: true, keyUsage: 0x04 };
const middleWish: CertificateWish = {
  subject: 'CN=middle',
  issuer: { name: 'CN=root', key: 'p384' },
  key: 'ed25519',
  isAuthority: true,
  keyUsage: 0x04,
};
const leafWish: CertificateWish = {
  subject: 'CN=leaf',
  issuer: { name: 'CN=middle', key: 'ed25519' },
  key: 'rsa2048',
  keyUsage: 0x80,
};

async function aChain(
  change: { root?: Partial<CertificateWish>; middle?: Partial<CertificateWish>; leaf?: Partial<CertificateWish> } = {},
) {
  const [root, middle, leaf] = await Promise.all([
    issueCertificate({ ...rootWish, ...change.root }),
    issueCertificate({ ...middleWish, ...change.middle }),
    issueCertificate({ ...leafWish, ...change.leaf }),
  ]);
  return { root, middle, leaf };
}

/** A judge whose verifications of signatures are counted. */
function countingJudge() {
  let count = 0;
  const judge = plainChainJudge({
    ...webProvider,
    async verifyingKey(spki) {
      const key = await webProvider.verifyingKey(spki);
      if (!key) return undefined;
      return {
        kind: key.kind,
        verify(...given) {
          count += 1;
          return key.verify(...given);
        },
      };
    },
  });
  return { judge, signatureCount: () => count };
}

async function checkOf(chain: readonly Certificate[], anchors: readonly Certificate[]): Promise<string> {
  const decided = await judge.decide(chain, anchors, nowMs);
  return decided.ok ? decided.value.paths.map(print).join('; ') : decided.error.check;
}

const print = (path: readonly Certificate[]): string => path.map(({ subject }) => subject[0]?.[0]?.value).join(' < ');

test('a chain that leads to an anchor is taken, with strangers in it and in any order behind the first', async () => {
  const { root, middle, leaf } = await aChain();
  const stranger = await issueCertificate({ ...rootWish, subject: 'CN=stranger' });
  expect(await checkOf([leaf, middle], [root])).toBe('leaf < middle < root');
  expect(await checkOf([leaf, stranger, root, middle], [stranger, root])).toBe('leaf < middle < root');
  expect(await checkOf([leaf], [middle])).toBe('leaf < middle');
});

test.each([
  ['missing', [], {}],
  ['untrusted', ['leaf'], {}],
  ['untrusted', ['leaf', 'middle'], { root: { subject: 'CN=other' } }],
  ['signature', ['leaf', 'middle'], { root: { key: 'otherP384' } }],
  ['signature', ['leaf', 'middle'], { leaf: { issuer: { name: 'CN=middle', key: 'p384' } } }],
  ['expired', ['leaf', 'middle'], { leaf: { notAfter: '2026-12-31T23:59:59Z' } }],
  ['expired', ['leaf', 'middle'], { middle: { notAfter: '2026-12-31T23:59:59Z' } }],
  ['expired', ['leaf', 'middle'], { root: { notAfter: '2026-12-31T23:59:59Z' } }],
  ['notYetValid', ['leaf', 'middle'], { leaf: { notBefore: '2027-02-01T00:00:00Z' } }],
  ['notAnAuthority', ['leaf', 'middle'], { middle: { isAuthority: false } }],
  ['notAnAuthority', ['leaf', 'middle'], { middle: { version: 1 } }],
  ['keyCertSign', ['leaf', 'middle'], { middle: { keyUsage: 0x80 } }],
  ['pathLength', ['leaf', 'middle'], { root: { pathLength: 0 } }],
  ['keyUsage', ['leaf', 'middle'], { leaf: { keyUsage: 0x20 } }],
  ['weakKey', ['leaf', 'middle'], { leaf: { key: 'rsa1024' } }],
  ['criticalExtension', ['leaf', 'middle'], { leaf: { hasUnknownCritical: true } }],
] as const)('%s is told of %j with %j', async (check, names, change) => {
  const chain = await aChain(change);
  expect(
    await checkOf(
      names.map((name) => chain[name]),
      [chain.root],
    ),
  ).toBe(check);
});

test('a key by which anybody can sign is refused where it stands, by its reason: at the end, between, and at an anchor', async () => {
  const chain = await aChain({ leaf: { key: 'ed25519' }, root: { key: 'ed25519' } });
  const weak = { leaf: ofSmallOrder(chain.leaf), middle: ofSmallOrder(chain.middle), root: ofSmallOrder(chain.root) };
  const faultOf = async (path: readonly Certificate[], root: Certificate) => {
    const decided = await judge.decide(path, [root], nowMs);
    return decided.ok || [decided.error.check, decided.error.keyFault, decided.error.certificate?.subject];
  };

  expect(await faultOf([weak.leaf, chain.middle], chain.root)).toEqual(['badKey', 'smallOrder', 'CN=leaf']);
  expect(await faultOf([chain.leaf, weak.middle], chain.root)).toEqual(['badKey', 'smallOrder', 'CN=middle']);
  expect(await faultOf([chain.leaf, chain.middle], weak.root)).toEqual(['badKey', 'smallOrder', 'CN=root']);
});

/** With the point (0, 1) for a key, which nobody asked its issuer to sign. */
function ofSmallOrder({ der, spki }: Certificate): Certificate {
  const changed = der.slice();
  const end = spki.byteOffset + spki.length - der.byteOffset;
  changed.fill(0, end - 32, end)[end - 32] = 1;
  const parsed = parseCertificate(changed);
  if (!parsed.ok) throw new Error('only its key is another');
  return parsed.value;
}

test('an anchor of version 1, and one whose key replaced another under the same name, are anchors', async () => {
  const { middle, leaf } = await aChain();
  const [old, plain] = await Promise.all([
    issueCertificate({ ...rootWish, key: 'otherP384' }),
    issueCertificate({ ...rootWish, version: 1 }),
  ]);
  expect(await checkOf([leaf, middle], [old, plain])).toBe('leaf < middle < root');
});

test('of namesakes the one whose key the certificate names is tried first, and none after it', async () => {
  const keyIds = { own: utf8('leaf'), issuer: utf8('root') };
  const [root, leaf, ...silent] = await Promise.all([
    issueCertificate({ ...rootWish, keyIds: { own: utf8('root'), issuer: utf8('root') } }),
    issueCertificate({ ...leafWish, issuer: { name: 'CN=root', key: 'p384' }, keyIds }),
    ...[2, 3, 4].map((serial) => issueCertificate({ ...rootWish, key: 'otherP384', serial })),
  ]);
  const counting = countingJudge();

  const decided = await counting.judge.decide([leaf], [...silent, root], nowMs);

  expect(decided).toMatchObject({ ok: true, value: { paths: [[leaf, root]] } });
  expect(counting.signatureCount()).toBe(1);
});

test('a chain that leads to several anchors is told with a path to each, and with none to the others', async () => {
  const { root, middle, leaf } = await aChain();
  const [other, cross, stranger] = await Promise.all([
    issueCertificate({ ...rootWish, subject: 'CN=other', key: 'otherP384' }),
    issueCertificate({ ...middleWish, issuer: { name: 'CN=other', key: 'otherP384' } }),
    issueCertificate({ ...rootWish, subject: 'CN=stranger' }),
  ]);
  expect(await checkOf([leaf, middle, cross], [stranger, other, root])).toBe(
    'leaf < middle < root; leaf < middle < other',
  );
});

test('a loop of cross-signed authorities and a pile of namesakes end in a refusal, with work bounded', async () => {
  const pile = await Promise.all(
    Array.from({ length: 12 }, (_, serial) =>
      issueCertificate({
        ...rootWish,
        subject: 'CN=loop',
        issuer: { name: 'CN=loop', key: 'p384' },
        serial: serial + 1,
      }),
    ),
  );
  const leaf = await issueCertificate({ ...leafWish, issuer: { name: 'CN=loop', key: 'p384' } });
  const { root } = await aChain();
  const counting = countingJudge();
  const decided = await counting.judge.decide([leaf, ...pile], [root], nowMs);
  expect(decided).toMatchObject({ ok: false, error: { check: 'tooMuchWork', mostSignatures: 32 } });
  expect(counting.signatureCount()).toBe(32);
});

test('RSA is believed from 2048 to 8192 bits: a peer does not choose how much we compute', () => {
  const strong = [1024, 2048, 4096, 8192, 16384].filter((bits) => isStrong({ type: 'rsa', bits }));

  expect(strong).toEqual([2048, 4096, 8192]);
});
