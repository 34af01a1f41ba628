/**
 * Certificates and signatures against real strongSwan (RFC 7427, 8420, 4945), each kind of key in each role, and what either end
 * must refuse. charon's log and status are the witness.
 */
import { rmSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { utf8 } from '../../src/domain/bytes/octets.ts';
import { Secret } from '../../src/domain/bytes/secret.ts';
import { exactly } from '../../src/domain/ike/auth/identity.ts';
import type { CertificateAuthentication, Connection } from '../../src/domain/ike/connection.ts';
import type { Refusal } from '../../src/domain/ike/refusal.ts';
import {
  anchorOf,
  certificateIn,
  credentialIn,
  type KeyName,
  lengthenChain,
  makeCertificates,
} from './certificates.ts';
import { Charon, type CharonOptions } from './charon.ts';
import { defaultEsp, defaultIke, identity, OwnEnd } from './own-end.ts';

const ports = { charonIke: 16540, charonNat: 16541, ownIke: 15540, ownNat: 15541 };
const suites = { ike: defaultIke, esp: defaultEsp };
let own: OwnEnd | undefined;
let charon: Charon;
/** Two sets of authorities of the same names: what one issued, the other does not trust. */
let folder: string;
let strangers: string;
/** Of further authorities; the ends' certificates ended yesterday. */
let expired: string;

beforeAll(() => {
  folder = makeCertificates({ names: ['a.test', 'b.test', 'c.test'] });
  strangers = makeCertificates({ names: ['a.test', 'b.test'], kinds: ['p256'] });
  expired = makeCertificates({ names: ['a.test', 'b.test'], kinds: ['p256'], days: -1 });
  charon = Charon.start({ ...suites, ports, certificates: { kind: 'rsa', folder } });
});

afterEach(async () => {
  await own?.close();
  own = undefined;
});

afterAll(() => {
  charon?.stop();
  for (const each of [folder, strangers, expired]) rmSync(each, { recursive: true, force: true });
});

async function pair(
  kind: KeyName,
  ours: {
    readonly authentication?: Partial<CertificateAuthentication>;
    readonly connection?: Partial<Connection>;
  } = {},
  theirs: Partial<CharonOptions> = {},
): Promise<OwnEnd> {
  charon.configure({ ...suites, ports, certificates: { kind, folder }, ...theirs });
  const authentication = await credentialIn(folder, kind, 'a.test', ours.authentication);
  own = await OwnEnd.open({ ports, connection: { authentication, ...ours.connection } });
  return own;
}

/** Whoever begins. */
const begin = (end: OwnEnd, who: 'we' | 'charon'): Promise<unknown> =>
  who === 'we' ? end.initiate() : charon.initiate();

async function refusalOf(end: OwnEnd): Promise<Extract<Refusal, { code: 'authFailed' }>> {
  const { refusal } = (await end.until('failed')).failure;
  if (refusal.code !== 'authFailed') throw new Error(`refused for ${refusal.code}`);
  return refusal;
}

const logSays = (text: string | RegExp) =>
  vi.waitUntil(() => charon.log().search(text) >= 0, { timeout: 10_000, interval: 50 });

const roles = ['we', 'charon'] as const;
const kinds = [
  ['rsa', 'pss', /with RSA_EMSA_PSS_SHA2_256/],
  ['rsa', 'pkcs1', /with RSA_EMSA_PKCS1_SHA2_256/],
  ['p256', 'pss', /with ECDSA_WITH_SHA256_DER/],
  ['ecdsa', 'pss', /with ECDSA_WITH_SHA384_DER/],
  ['ed25519', 'pss', /with ED25519/],
] as const;

test.each(roles.flatMap((who) => kinds.map((kind) => [who, ...kind] as const)))(
  '%s begin(s), %s, %s: each believes the signature of the other',
  async (who, kind, rsaPadding, said) => {
    const rsapss = rsaPadding === 'pss' ? 'yes' : 'no';
    const end = await pair(kind, { authentication: { rsaPadding } }, { rsapss });

    await begin(end, who);

    await end.until('childInstalled');
    await logSays(new RegExp(`authentication of 'a\\.test' ${said.source}`));
    await logSays(new RegExp(`authentication of 'b\\.test' \\(myself\\) ${said.source}`));
    await vi.waitUntil(async () => (await charon.sas()).includes('INSTALLED, TRANSPORT'));
  },
);

test.each(roles)('%s begin(s), charon without RFC 7427: ECDSA by method 9', async (who) => {
  const end = await pair('p256', {}, { settings: { signature_authentication: 'no' } });

  await begin(end, who);

  await end.until('childInstalled');
  await logSays(/authentication of 'a\.test' with ECDSA-256 signature/);
});

test('charon without RFC 7427 signs by RSA with SHA-1: refused, and told why', async () => {
  const end = await pair('rsa', {}, { settings: { signature_authentication: 'no' } });

  await begin(end, 'charon');

  expect(await refusalOf(end)).toMatchObject({ check: 'signature', method: 1, signature: { why: 'mismatch' } });
});

test.each(roles)('%s begin(s), keys of two kinds: RSA of ours, Ed25519 of charon', async (who) => {
  const anchors = [anchorOf(folder, 'ed25519')];
  // charon trusts the authority of its own kind alone, so it is given ours as well
  const theirs = { edit: (text: string) => text.replace('cacerts = ca.pem', `cacerts = ${folder}/rsa/ca.pem`) };
  const end = await pair(
    'rsa',
    { connection: { peerAuthentication: { method: 'certificate', anchors } } },
    { ...theirs, certificates: { kind: 'ed25519', folder } },
  );

  await begin(end, who);

  await end.until('childInstalled');
});

test.each(roles)('%s begin(s), we by pre-shared key, charon by certificate', async (who) => {
  const secrets = [{ secret: new Secret(utf8('one way')), peers: [] }];
  const edit = (text: string) =>
    `${text.replace(/auth = pubkey\s+cacerts = ca\.pem/, 'auth = psk')}\nsecrets { ike-1 { secret = "one way" } }\n`;
  const end = await pair(
    'p256',
    {
      connection: {
        authentication: { method: 'psk', secrets },
        peerAuthentication: { method: 'certificate', anchors: [anchorOf(folder, 'p256')] },
      },
    },
    { edit },
  );

  await begin(end, who);

  await end.until('childInstalled');
});

test.each(roles)(
  '%s begin(s), chains of 12 kB, each below five authorities: in fragments both ways, and believed',
  async (who) => {
    const deep = makeCertificates({ names: ['a.test', 'b.test'], kinds: ['p256'] });
    try {
      const authorities = lengthenChain(deep, 'p256', {
        names: ['a.test', 'b.test'],
        between: 5,
        commentLetters: 1700,
      });
      const { chain, anchors, key } = await credentialIn(deep, 'p256', 'a.test');
      const whole = [chain[0], ...authorities.map(certificateIn)] as const;
      expect(whole.reduce((sum, { der }) => sum + der.length, 0)).toBeGreaterThan(12_000);
      const end = await pair(
        'p256',
        { authentication: { chain: whole, anchors, key } },
        { certificates: { kind: 'p256', folder: deep }, authorities, settings: { max_packet: '20000' } },
      );

      await begin(end, who);

      await end.until('childInstalled');
      await logSays(/received issuer cert "O=Peers, CN=middle-1"/);
      await logSays(/sending issuer cert "O=Peers, CN=middle-1"/);
      await logSays(/splitting IKE message \(\d{5} bytes\) into \d+ fragments/);
    } finally {
      rmSync(deep, { recursive: true, force: true });
    }
  },
);

test.each(roles)('%s begin(s), certificates are sent only when they are asked for: both ask', async (who) => {
  const edit = (text: string) => text.replace('send_cert = always', 'send_cert = ifasked');
  const end = await pair('ecdsa', { authentication: { sends: 'ifAsked' } }, { edit });

  await begin(end, who);

  await end.until('childInstalled');
  await logSays(/received end entity cert/);
});

test.each(roles)(
  '%s begin(s), our certificate is of an authority that charon does not trust: charon refuses',
  async (who) => {
    const { chain, key } = await credentialIn(strangers, 'p256', 'a.test');
    const end = await pair('p256', { authentication: { chain, key } });

    await begin(end, who);

    await logSays(/no trusted .*public key found for 'a\.test'|signature validation failed/);
    expect(await refusalOf(end)).toMatchObject({ check: 'peer' });
  },
);

test.each(roles)(
  '%s begin(s), charon’s certificate is of an authority that we do not trust: we refuse',
  async (who) => {
    const end = await pair('p256', { authentication: { anchors: [anchorOf(strangers, 'p256')] } });

    await begin(end, who);

    // The authorities bear one name: what gives the stranger away is the signature, or the key identifier.
    const { check, path } = await refusalOf(end);
    expect(check).toBe('certificate');
    expect(path).toMatchObject({ certificate: { subject: 'O=Peers, CN=b.test' } });
    expect(['untrusted', 'signature']).toContain(path?.check);
  },
);

test.each(roles)('%s begin(s), charon’s certificate has expired: we refuse and say when', async (who) => {
  const anchors = [anchorOf(expired, 'p256')];
  const end = await pair(
    'p256',
    { authentication: { anchors } },
    {
      certificates: { kind: 'p256', folder: expired },
      edit: (text) => text.replace('cacerts = ca.pem', `cacerts = ${folder}/p256/ca.pem`), // for ours, which is good
    },
  );

  await begin(end, who);

  const { check, path } = await refusalOf(end);
  expect([check, path?.check]).toEqual(['certificate', 'expired']);
  expect(path?.certificate?.notAfterMs).toBeLessThan(Date.now());
});

test.each(roles)('%s begin(s), our certificate has expired: charon refuses', async (who) => {
  const { chain, key } = await credentialIn(expired, 'p256', 'a.test');
  const end = await pair(
    'p256',
    { authentication: { chain, key, anchors: [anchorOf(folder, 'p256')] } },
    // charon proves itself by the good folder and trusts the authority of the expired one too
    { edit: (text) => text.replace('cacerts = ca.pem', `cacerts = ${expired}/p256/ca.pem`) },
  );

  await begin(end, who);

  expect(await refusalOf(end)).toMatchObject({ check: 'peer' });
  await logSays(/subject certificate invalid|certificate.*(?:expired|invalid)/);
});

test.each(roles)('%s begin(s), we claim a name that our certificate does not have: charon refuses', async (who) => {
  const { chain, key } = await credentialIn(folder, 'p256', 'c.test');
  const end = await pair('p256', { authentication: { chain, key } });

  await begin(end, who);

  await logSays(/no trusted .*public key found for 'a\.test'/);
  expect(await refusalOf(end)).toMatchObject({ check: 'peer' });
});

test.each(roles)('%s begin(s), charon is somebody else than we expect: we refuse the identity', async (who) => {
  const end = await pair('p256', { connection: { peerIdentity: exactly(identity('b.test')) } }, { identity: 'c.test' });

  await begin(end, who);

  const refusal = await refusalOf(end);
  // As initiator we ask for b.test in IDr, and charon has nobody of that name: it may refuse first.
  expect(who === 'we' ? ['identity', 'peer'] : ['identity']).toContain(refusal.check);
});
