/**
 * CERTREQ and chains with real strongSwan, in each role (RFC 7296 3.6, 3.7; RFC 4945 3): which of several certificates is sent, and
 * what becomes of authorities between, sent, held, or missing. charon's log and status are the witness.
 */
import { rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { anchorOf, certificateIn, credentialIn, lengthenChain, makeCertificates } from './certificates.ts';
import { CertifiedPair } from './certified-pair.ts';
import { roles } from './charon-pair.ts';

const ports = { charonIke: 16590, charonNat: 16591, ownIke: 15590, ownNat: 15591 };
const names = ['a.test', 'b.test'];
let pair: CertifiedPair;
/** By an authority of each kind of key. */
let folder: string;
/** Below a root and one authority more; and far below their root. The files are those of the authorities between. */
let below: { readonly folder: string; readonly middle: string };
let deep: { readonly folder: string; readonly between: readonly string[] };
/** Below two authorities, of which the upper one allows none below it. */
let crowded: { readonly folder: string; readonly between: readonly string[] };

beforeAll(() => {
  folder = makeCertificates({ names, kinds: ['p256', 'ed25519'] });
  pair = new CertifiedPair(ports, folder);
  const [one, five] = [
    makeCertificates({ names, kinds: ['p256'] }),
    makeCertificates({ names, kinds: ['p256'] }),
  ] as const;
  const [middle = 'none'] = lengthenChain(one, 'p256', { names, between: 1 });
  below = { folder: one, middle };
  const two = makeCertificates({ names, kinds: ['p256'] });
  crowded = { folder: two, between: lengthenChain(two, 'p256', { names, between: 2, pathLength: 0 }) };
  deep = { folder: five, between: lengthenChain(five, 'p256', { names, between: 5, commentLetters: 1700 }) };
});
afterEach(() => pair.part());
afterAll(() => {
  pair?.stop();
  for (const each of [folder, below.folder, deep.folder, crowded.folder])
    rmSync(each, { recursive: true, force: true });
});

const ofEach = [
  ['p256', 'ECDSA_WITH_SHA256_DER'],
  ['ed25519', 'ED25519'],
] as const;
const authorityOf = (kind: 'p256' | 'ed25519') => join(folder, kind, 'ca.pem');

describe.each(roles)('%s begin(s)', (who) => {
  test.each(ofEach)(
    'we have a certificate of each authority, charon asks for %s: it gets that one',
    async (asked, said) => {
      const second = await credentialIn(folder, 'ed25519', 'a.test');
      const anchors = [anchorOf(folder, 'p256'), anchorOf(folder, 'ed25519')];
      const files = { 'x509ca/ca.pem': authorityOf(asked) };
      const end = await pair.meet('p256', { authentication: { others: [second], anchors } }, { files });

      await pair.begin(who);

      await end.until('childInstalled');
      await pair.logSays(`authentication of 'a\\.test' with ${said}`);
    },
  );

  test.each(ofEach)(
    'charon has a certificate of each authority, we ask for %s: we get that one',
    async (asked, said) => {
      const files = {
        'x509ca/second.pem': authorityOf('ed25519'),
        'x509/second.pem': join(folder, 'ed25519/b.test.pem'),
        'private/second.key': join(folder, 'ed25519/b.test.key'),
      };
      const edit = (text: string) => text.replace('certs = cert.pem', 'certs = cert.pem, second.pem');
      const connection = { peerAuthentication: { method: 'certificate', anchors: [anchorOf(folder, asked)] } } as const;
      const end = await pair.meet('p256', { connection }, { files, edit });

      await pair.begin(who);

      await end.until('childInstalled');
      await pair.logSays(`authentication of 'b\\.test' \\(myself\\) with ${said}`);
    },
  );

  describe('an authority between the ends and the root', () => {
    test('each end sends it: believed', async () => {
      const end = await pair.meet('p256', { authentication: await ownBelow() }, { ...theirsBelow(), files: holding() });

      await pair.begin(who);

      await end.until('childInstalled');
      await pair.logSays(/received issuer cert "O=Peers, CN=middle-1"/);
      await pair.logSays(/sending issuer cert "O=Peers, CN=middle-1"/);
    });

    test('we send none, charon holds it: charon believes', async () => {
      const authentication = await ownBelow('alone');
      const end = await pair.meet('p256', { authentication }, { ...theirsBelow(), files: holding() });

      await pair.begin(who);

      await end.until('childInstalled');
      expect(pair.log()).not.toContain('received issuer cert');
    });

    test('charon sends none, we hold it: we believe', async () => {
      const anchors = [anchorOf(below.folder, 'p256'), certificateIn(below.middle)];
      const end = await pair.meet('p256', { authentication: { anchors } }, onlyTheirsBelow());

      await pair.begin(who);

      await end.until('childInstalled');
      expect(pair.log()).not.toContain('sending issuer cert');
    });

    test('charon sends none, we hold none: we refuse, and name the authority that is missing', async () => {
      const anchors = [anchorOf(below.folder, 'p256')];
      const end = await pair.meet('p256', { authentication: { anchors } }, onlyTheirsBelow());

      await pair.begin(who);

      expect(await pair.refusalOf(end)).toMatchObject({
        check: 'certificate',
        path: {
          check: 'untrusted',
          wantedIssuer: 'O=Peers, CN=middle-1',
          certificate: { subject: 'O=Peers, CN=b.test' },
        },
      });
    });

    test('we send none, charon holds none: charon refuses', async () => {
      const { chain, key } = await ownBelow('alone');
      const files = { 'x509ca/ca.pem': join(below.folder, 'p256/ca.pem') };
      const end = await pair.meet('p256', { authentication: { chain, key } }, { files });

      await pair.begin(who);

      await pair.logSays(/no issuer certificate found for "O=Peers, CN=a\.test"/);
      expect(await pair.refusalOf(end)).toMatchObject({ check: 'peer' });
    });
  });

  describe('an authority above another, of which it allows none', () => {
    test('our chain: charon refuses', async () => {
      const { key, anchors, chain } = await credentialIn(crowded.folder, 'p256', 'a.test');
      const whole = [chain[0], ...crowded.between.map(certificateIn)] as const;
      const files = { 'x509ca/ca.pem': join(crowded.folder, 'p256/ca.pem') };
      const authentication = { key, chain: whole, anchors: [...anchors, anchorOf(folder, 'p256')] };
      const end = await pair.meet('p256', { authentication }, { files });

      await pair.begin(who);

      await pair.logSays(/path length of 1 violates constraint of 0/);
      expect(await pair.refusalOf(end)).toMatchObject({ check: 'peer' });
    });

    test('charon’s chain: we refuse, and name that authority', async () => {
      const files = { ...filesOf(crowded.between), 'x509ca/ca.pem': authorityOf('p256') };
      const root = join(crowded.folder, 'p256/ca.pem');
      const end = await pair.meet(
        'p256',
        { authentication: { anchors: [certificateIn(root)] } },
        { certificates: { kind: 'p256', folder: crowded.folder }, files: { ...files, 'x509ca/root.pem': root } },
      );

      await pair.begin(who);

      expect(await pair.refusalOf(end)).toMatchObject({
        check: 'certificate',
        path: { check: 'pathLength', certificate: { subject: 'O=Peers, CN=middle-1' } },
      });
    });
  });

  test('chains of 12 kB, each below five authorities: in fragments both ways, and believed', async () => {
    const { chain, anchors, key } = await credentialIn(deep.folder, 'p256', 'a.test');
    const whole = [chain[0], ...deep.between.map(certificateIn)] as const;
    expect(whole.reduce((sum, { der }) => sum + der.length, 0)).toBeGreaterThan(12_000);
    const files = filesOf(deep.between);
    const end = await pair.meet(
      'p256',
      { authentication: { chain: whole, anchors, key } },
      { certificates: { kind: 'p256', folder: deep.folder }, files, settings: large },
    );

    await pair.begin(who);

    await end.until('childInstalled');
    await pair.logSays(/received issuer cert "O=Peers, CN=middle-1"/);
    await pair.logSays(/sending issuer cert "O=Peers, CN=middle-1"/);
    await pair.logSays(/splitting IKE message \(\d{5} bytes\) into \d+ fragments/);
  });

  test('our chain upside down, one of it twice: charon believes', async () => {
    const { chain, anchors, key } = await credentialIn(deep.folder, 'p256', 'a.test');
    const between = deep.between.map(certificateIn).toReversed();
    const end = await pair.meet(
      'p256',
      { authentication: { chain: [chain[0], ...between, ...between.slice(0, 1)], anchors, key } },
      { certificates: { kind: 'p256', folder: deep.folder }, files: filesOf(deep.between), settings: large },
    );

    await pair.begin(who);

    await end.until('childInstalled');
    await pair.logSays(/received issuer cert "O=Peers, CN=middle-1"[\s\S]*received issuer cert "O=Peers, CN=middle-5"/);
  });

  test('charon would fetch certificates and might send addresses: it gets certificates, and sends us its own', async () => {
    const end = await pair.meet('p256', {}, { settings: { hash_and_url: 'yes' } });

    await pair.begin(who);

    await end.until('childInstalled');
    await pair.logSays(/N\(HTTP_CERT_LOOK\)/);
    await pair.logSays(/received end entity cert "O=Peers, CN=a\.test"/);
  });
});

/** charon takes no message above 10,000 octets otherwise. */
const large = { max_packet: '20000' };
const theirsBelow = () => ({ certificates: { kind: 'p256', folder: below.folder } }) as const;
/** charon’s certificate is far from the root, ours is not: charon would send what it has learned from us. */
const onlyTheirsBelow = () => ({ ...theirsBelow(), files: { 'x509ca/ca.pem': authorityOf('p256') } });
/** charon sends what it holds. */
const holding = () => filesOf([below.middle]);
const filesOf = (authorities: readonly string[]) =>
  Object.fromEntries(authorities.map((file) => [`x509ca/${basename(file)}`, file]));

async function ownBelow(isAlone?: 'alone') {
  const { chain, key, anchors } = await credentialIn(below.folder, 'p256', 'a.test');
  const middle = certificateIn(below.middle);
  return { chain: isAlone ? chain : ([chain[0], middle] as const), key, anchors };
}
