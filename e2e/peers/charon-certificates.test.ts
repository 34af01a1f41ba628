/**
 * Certificates against real strongSwan (RFC 4945), in each role: what either end must refuse. charon's log and status are the
 * witness. Signatures are charon-signatures.test.ts, chains charon-chains.test.ts.
 */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { exactly, type IdentityPattern, parseIdentityPattern } from '../../src/domain/ike/auth/identity.ts';
import { anchorOf, credentialIn, makeCertificates, reissue } from './certificates.ts';
import { CertifiedPair } from './certified-pair.ts';
import { roles } from './charon-pair.ts';
import { identity } from './own-end.ts';

const ports = { charonIke: 16540, charonNat: 16541, ownIke: 15540, ownNat: 15541 };
let pair: CertifiedPair;
/** Two sets of authorities of the same names: what one issued, the other does not trust. */
let folder: string;
let strangers: string;
/** Of further authorities; the ends' certificates ended yesterday. */
let expired: string;
/** By the same authorities as `folder`: signed with SHA-1; with a critical extension that nobody knows. */
let old: string;
let demanding: string;
/** Also by the same, for an address and a mail address of each end. */
let named: string;

beforeAll(() => {
  folder = makeCertificates({ names: ['a.test', 'b.test', 'c.test'], kinds: ['p256', 'ecdsa'] });
  strangers = makeCertificates({ names: ['a.test', 'b.test'], kinds: ['p256'] });
  expired = makeCertificates({ names: ['a.test', 'b.test'], kinds: ['p256'], days: -1 });
  [old, demanding, named] = [copyOf(folder), copyOf(folder), copyOf(folder)];
  reissue(named, 'p256', 'a.test', { names: 'IP:127.0.0.1,email:a@peers.test' });
  reissue(named, 'p256', 'b.test', { names: 'IP:127.0.0.2,email:b@peers.test' });
  for (const name of ['a.test', 'b.test']) {
    reissue(old, 'p256', name, { digest: 'sha1' });
    reissue(demanding, 'p256', name, { extension: '1.2.3.4=critical,ASN1:NULL' });
  }
  pair = new CertifiedPair(ports, folder);
});
afterEach(() => pair.part());
afterAll(() => {
  pair?.stop();
  for (const each of [folder, strangers, expired, old, demanding, named])
    rmSync(each, { recursive: true, force: true });
});

function copyOf(certificates: string): string {
  const copy = mkdtempSync(join(tmpdir(), 'certificates-'));
  cpSync(certificates, copy, { recursive: true });
  return copy;
}

function pattern(text: string): IdentityPattern {
  const parsed = parseIdentityPattern(text);
  if (!parsed) throw new Error(`${text} is no pattern`);
  return parsed;
}

describe.each(roles)('%s begin(s)', (who) => {
  test('certificates are sent only when they are asked for: both ask', async () => {
    const edit = (text: string) => text.replace('send_cert = always', 'send_cert = ifasked');
    const end = await pair.meet('ecdsa', { authentication: { sends: 'ifAsked' } }, { edit });

    await pair.begin(who);

    await end.until('childInstalled');
    await pair.logSays(/received end entity cert/);
  });

  test('our certificate is of an authority that charon does not trust: charon refuses', async () => {
    const { chain, key } = await credentialIn(strangers, 'p256', 'a.test');
    const end = await pair.meet('p256', { authentication: { chain, key } });

    await pair.begin(who);

    await pair.logSays(/no trusted .*public key found for 'a\.test'|signature validation failed/);
    expect(await pair.refusalOf(end)).toMatchObject({ check: 'peer' });
  });

  test('charon’s certificate is of an authority that we do not trust: we refuse', async () => {
    const end = await pair.meet('p256', { authentication: { anchors: [anchorOf(strangers, 'p256')] } });

    await pair.begin(who);

    // The authorities bear one name: what gives the stranger away is the signature, or the key identifier.
    const { check, path } = await pair.refusalOf(end);
    expect(check).toBe('certificate');
    expect(path).toMatchObject({ certificate: { subject: 'O=Peers, CN=b.test' } });
    expect(['untrusted', 'signature']).toContain(path?.check);
  });

  test('charon’s certificate has expired: we refuse and say when', async () => {
    const anchors = [anchorOf(expired, 'p256')];
    const end = await pair.meet(
      'p256',
      { authentication: { anchors } },
      {
        certificates: { kind: 'p256', folder: expired },
        edit: (text) => text.replace('cacerts = ca.pem', `cacerts = ${folder}/p256/ca.pem`), // for ours, which is good
      },
    );

    await pair.begin(who);

    const { check, path } = await pair.refusalOf(end);
    expect([check, path?.check]).toEqual(['certificate', 'expired']);
    expect(path?.certificate?.notAfterMs).toBeLessThan(Date.now());
  });

  test('our certificate has expired: charon refuses', async () => {
    const { chain, key } = await credentialIn(expired, 'p256', 'a.test');
    const end = await pair.meet(
      'p256',
      { authentication: { chain, key, anchors: [anchorOf(folder, 'p256')] } },
      // charon proves itself by the good folder and trusts the authority of the expired one too
      { edit: (text) => text.replace('cacerts = ca.pem', `cacerts = ${expired}/p256/ca.pem`) },
    );

    await pair.begin(who);

    expect(await pair.refusalOf(end)).toMatchObject({ check: 'peer' });
    await pair.logSays(/subject certificate invalid|certificate.*(?:expired|invalid)/);
  });

  test('charon’s certificate is signed with SHA-1: we refuse', async () => {
    const end = await pair.meet('p256', {}, { certificates: { kind: 'p256', folder: old } });

    await pair.begin(who);

    expect(await pair.refusalOf(end)).toMatchObject({
      check: 'certificate',
      path: { check: 'weakSignature', certificate: { subject: 'O=Peers, CN=b.test' } },
    });
  });

  test('our certificate demands an extension that nobody knows: charon refuses', async () => {
    const { chain, key } = await credentialIn(demanding, 'p256', 'a.test');
    const end = await pair.meet('p256', { authentication: { chain, key } });

    await pair.begin(who);

    await pair.logSays(/no trusted .*public key found for 'a\.test'/);
    expect(await pair.refusalOf(end)).toMatchObject({ check: 'peer' });
  });

  test.each([
    ['address', '127.0.0.1', '127.0.0.2'],
    ['mail address', 'a@peers.test', 'b@peers.test'],
  ])('each is called by its %s, which its certificate certifies', async (_, ours, theirs) => {
    const { chain } = await credentialIn(named, 'p256', 'a.test');
    const end = await pair.meet(
      'p256',
      {
        authentication: { chain },
        connection: { identity: identity(ours), peerIdentity: exactly(identity(theirs)) },
      },
      {
        certificates: { kind: 'p256', folder: named },
        edit: (text) => text.replace('id = b.test', `id = ${theirs}`).replace('id = a.test', `id = ${ours}`),
      },
    );

    await pair.begin(who);

    await end.until('childInstalled');
    await pair.logSays(`established between 127.0.0.2\\[${theirs}\\]...127.0.0.1\\[${ours}\\]`);
  });

  test('each is called by its distinguished name, and expects one with a wildcard in it', async () => {
    const end = await pair.meet(
      'p256',
      { connection: { identity: identity('O=Peers, CN=a.test'), peerIdentity: pattern('O=Peers, CN=*') } },
      {
        edit: (text) =>
          text.replace('id = b.test', 'id = "O=Peers, CN=b.test"').replace('id = a.test', 'id = "O=Peers, CN=*"'),
      },
    );

    await pair.begin(who);

    await end.until('childInstalled');
    await pair.logSays(
      /IKE_SA t\[1\] established between 127.0.0.2\[O=Peers, CN=b.test\]...127.0.0.1\[O=Peers, CN=a.test\]/,
    );
  });

  test('a distinguished name that the pattern does not fit: we refuse the identity', async () => {
    const end = await pair.meet(
      'p256',
      { connection: { peerIdentity: pattern('O=Others, CN=*') } },
      { edit: (text) => text.replace('id = b.test', 'id = "O=Peers, CN=b.test"') },
    );

    await pair.begin(who);

    expect(await pair.refusalOf(end)).toMatchObject({ check: 'identity', expectedIdentity: { kind: 'name' } });
  });

  test('we claim a name that our certificate does not have: charon refuses', async () => {
    const { chain, key } = await credentialIn(folder, 'p256', 'c.test');
    const end = await pair.meet('p256', { authentication: { chain, key } });

    await pair.begin(who);

    await pair.logSays(/no trusted .*public key found for 'a\.test'/);
    expect(await pair.refusalOf(end)).toMatchObject({ check: 'peer' });
  });

  test('charon is somebody else than we expect: we refuse the identity', async () => {
    const end = await pair.meet(
      'p256',
      { connection: { peerIdentity: exactly(identity('b.test')) } },
      { identity: 'c.test' },
    );

    await pair.begin(who);

    const refusal = await pair.refusalOf(end);
    // As initiator we ask for b.test in IDr, and charon has nobody of that name: it may refuse first.
    expect(who === 'we' ? ['identity', 'peer'] : ['identity']).toContain(refusal.check);
  });
});
