/**
 * Signatures against real strongSwan, each kind of key, hash and method in each role (RFC 7427, 8420, 4754), and proofs of two
 * kinds in one IKE SA. charon's log says which signature it made and which of ours it believed.
 */
import { rmSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { utf8 } from '../../src/domain/bytes/octets.ts';
import { Secret } from '../../src/domain/bytes/secret.ts';
import { anchorOf, type KeyName, makeCertificates } from './certificates.ts';
import { CertifiedPair } from './certified-pair.ts';
import { roles } from './charon-pair.ts';
import type { OwnEnd } from './own-end.ts';

const ports = { charonIke: 16580, charonNat: 16581, ownIke: 15580, ownNat: 15581 };
const kinds = ['rsa', 'rsa3072', 'rsa4096', 'p256', 'ecdsa', 'p521', 'ed25519', 'ed448'] as const;
let pair: CertifiedPair;
let folder: string;

beforeAll(() => {
  folder = makeCertificates({ names: ['a.test', 'b.test'], kinds });
  pair = new CertifiedPair(ports, folder);
});
afterEach(() => pair.part());
afterAll(() => {
  pair?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** charon names the scheme of each signature, ours first. */
async function expectSignatures(ours: string, theirs = ours): Promise<void> {
  await pair.logSays(`authentication of 'a\\.test' with ${ours}`);
  await pair.logSays(`authentication of 'b\\.test' \\(myself\\) with ${theirs}`);
  await pair.isInstalled();
}

/** By which we say that both ends proved themselves (RFC 7296 3.8), ours first. */
async function methodsOf(end: OwnEnd): Promise<readonly (number | undefined)[]> {
  const { ikeSa } = await end.until('ikeEstablished');
  return [ikeSa.ownAuthMethod, ikeSa.peerAuthMethod];
}

describe.each(roles)('%s begin(s)', (who) => {
  test.each<[KeyName, 'pss' | 'pkcs1', string]>([
    ['rsa', 'pss', 'RSA_EMSA_PSS_SHA2_256'],
    ['rsa', 'pkcs1', 'RSA_EMSA_PKCS1_SHA2_256'],
    ['rsa3072', 'pss', 'RSA_EMSA_PSS_SHA2_256'],
    ['rsa3072', 'pkcs1', 'RSA_EMSA_PKCS1_SHA2_256'],
    ['rsa4096', 'pss', 'RSA_EMSA_PSS_SHA2_384'],
    ['rsa4096', 'pkcs1', 'RSA_EMSA_PKCS1_SHA2_384'],
    ['p256', 'pss', 'ECDSA_WITH_SHA256_DER'],
    ['ecdsa', 'pss', 'ECDSA_WITH_SHA384_DER'],
    ['p521', 'pss', 'ECDSA_WITH_SHA512_DER'],
    ['ed25519', 'pss', 'ED25519'],
    ['ed448', 'pss', 'ED448'],
  ])('%s, %s: each believes the signature of the other', async (kind, rsaPadding, signature) => {
    const rsapss = rsaPadding === 'pss' ? 'yes' : 'no';
    const end = await pair.meet(kind, { authentication: { rsaPadding } }, { rsapss });

    await pair.begin(who);

    await end.until('childInstalled');
    await expectSignatures(signature);
  });

  test.each<[KeyName, number, string]>([
    ['p256', 9, 'ECDSA-256 signature'],
    ['ecdsa', 10, 'ECDSA-384 signature'],
    ['p521', 11, 'ECDSA-521 signature'],
  ])('charon without RFC 7427, %s: method %i both ways', async (kind, method, said) => {
    const end = await pair.meet(kind, {}, { settings: { signature_authentication: 'no' } });

    await pair.begin(who);

    await end.until('childInstalled');
    await expectSignatures(said);
    expect(await methodsOf(end)).toEqual([method, method]);
  });

  test('charon may sign with SHA-256 alone and we verify SHA-512 alone: no SA', async () => {
    const peerAuthentication = {
      method: 'certificate',
      anchors: [anchorOf(folder, 'p256')],
      hashes: ['SHA-512'],
    } as const;
    const edit = (text: string) => text.replace(/(local \{\s+auth =) pubkey/, '$1 ecdsa-sha256');
    const end = await pair.meet('p256', { connection: { peerAuthentication } }, { edit });

    await pair.begin(who);

    await pair.logSays('no common hash|not supported|no .*signature scheme');
    if (who === 'we') expect(await pair.refusalOf(end)).toMatchObject({ check: 'peer' });
  });

  test('keys of two kinds: RSA of ours, Ed25519 of charon', async () => {
    const anchors = [anchorOf(folder, 'ed25519')];
    // charon trusts the authority of its own kind alone, so it is given ours instead
    const edit = (text: string) => text.replace('cacerts = ca.pem', `cacerts = ${folder}/rsa/ca.pem`);
    const end = await pair.meet(
      'rsa',
      { connection: { peerAuthentication: { method: 'certificate', anchors } } },
      { edit, certificates: { kind: 'ed25519', folder } },
    );

    await pair.begin(who);

    await end.until('childInstalled');
    await expectSignatures('RSA_EMSA_PSS_SHA2_256', 'ED25519');
  });

  test('we by pre-shared key, charon by certificate', async () => {
    const connection = {
      authentication: { method: 'psk', secrets },
      peerAuthentication: { method: 'certificate', anchors: [anchorOf(folder, 'p256')] },
    } as const;
    const end = await pair.meet('p256', { connection }, { edit: provenBySecret('remote') });

    await pair.begin(who);

    await end.until('childInstalled');
    await expectSignatures('pre-shared key', 'ECDSA_WITH_SHA256_DER');
    expect(await methodsOf(end)).toEqual([2, 14]);
  });

  test('we by certificate, charon by pre-shared key', async () => {
    const connection = { peerAuthentication: { method: 'psk', secrets } } as const;
    const end = await pair.meet('p256', { connection }, { edit: provenBySecret('local') });

    await pair.begin(who);

    await end.until('childInstalled');
    await expectSignatures('ECDSA_WITH_SHA256_DER', 'pre-shared key');
    expect(await methodsOf(end)).toEqual([14, 2]);
  });
});

/** It says in IKE_SA_INIT what it demands of our signature; as responder it would not know yet of whom. */
test.each<[KeyName, string, string]>([
  ['rsa', 'rsa-sha384', 'RSA_EMSA_P(SS|KCS1)_SHA2_384'],
  ['rsa', 'rsa-sha512', 'RSA_EMSA_P(SS|KCS1)_SHA2_512'],
  ['p256', 'ecdsa-sha384', 'ECDSA_WITH_SHA384_DER'],
  ['p256', 'ecdsa-sha512', 'ECDSA_WITH_SHA512_DER'],
  ['ecdsa', 'ecdsa-sha256', 'ECDSA_WITH_SHA256_DER'],
])('charon begins and verifies with one hash alone, %s by %s: we sign with it', async (kind, demand, said) => {
  const end = await pair.meet(kind, {}, { edit: demanding(demand) });

  await pair.begin('charon');

  await end.until('childInstalled');
  await pair.logSays(`authentication of 'a\\.test' with ${said}`);
});

test('charon begins and verifies with a hash that we may not sign with: we have no signature, and say which it names', async () => {
  const end = await pair.meet('p256', { authentication: { hashes: ['SHA-256'] } }, { edit: demanding('ecdsa-sha512') });

  await pair.begin('charon');

  expect(await pair.refusalOf(end)).toMatchObject({
    check: 'ownSignature',
    signature: { why: 'noCommonHash', peerHashes: [4] },
  });
});

test('charon without RFC 7427 signs by RSA with SHA-1: refused, and told why', async () => {
  const end = await pair.meet('rsa', {}, { settings: { signature_authentication: 'no' } });

  await pair.begin('charon');

  expect(await pair.refusalOf(end)).toMatchObject({ check: 'signature', method: 1, signature: { why: 'method1' } });
});

test('charon without RFC 7427 takes no RSA but with SHA-1: we sign none', async () => {
  const end = await pair.meet('rsa', {}, { settings: { signature_authentication: 'no' } });

  await pair.begin('we');

  expect(await pair.refusalOf(end)).toMatchObject({
    check: 'ownSignature',
    signature: { why: 'noCommonHash', peerHashes: [] },
  });
});

const secrets = [{ secret: new Secret(utf8('one way')), peers: [] }];

/** One end of charon's by a pre-shared key. */
const provenBySecret =
  (end: 'local' | 'remote') =>
  (text: string): string => {
    const section = new RegExp(`${end} \\{\\s+auth = pubkey\\s+(cacerts|certs) = \\w+\\.pem`);
    return `${text.replace(section, `${end} {\n auth = psk`)}\nsecrets { ike-1 { secret = "one way" } }\n`;
  };

/** What charon demands of our signature, and not of the certificates above it. */
const demanding =
  (scheme: string) =>
  (text: string): string =>
    text.replace(/(remote \{\s+auth =) pubkey/, `$1 ike:${scheme}`);
