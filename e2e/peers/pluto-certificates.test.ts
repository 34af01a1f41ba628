/**
 * Certificates and signatures with Libreswan's pluto, each role (RFC 7427, RFC 7296 3.6, 3.7). pluto sends no CERTREQ. What its log
 * says of a signature is the witness, and a ping through the kernel's ESP.
 */
import { rmSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { missingFor } from '../../scripts/debian.ts';
import type { CertificateAuthentication } from '../../src/domain/ike/connection.ts';
import type { EndpointSettings } from '../../src/domain/ike/settings.ts';
import type { BoundaryEnd } from './boundary-end.ts';
import {
  anchorOf,
  certificateIn,
  credentialIn,
  type KeyName,
  lengthenChain,
  makeCertificates,
} from './certificates.ts';
import { soundCable } from './ethernet-link.ts';
import { Guest, guestAddress, ownAddress } from './guest.ts';
import { meetGuest } from './guest-end.ts';
import { isFragment, watchIke } from './ike-seen.ts';
import { layerOf } from './layer.ts';
import { describeUnless } from './needs.ts';
import { factsOf } from './waiting.ts';

const layer = layerOf('libreswan');
const names = ['a.test', 'b.test'];
const roles = ['we', 'pluto'] as const;

describeUnless(missingFor('kernel') ?? layer.missing, 'Libreswan by certificate', () => {
  let guest: Guest;
  let end: BoundaryEnd | undefined;
  let folder: string;
  let strangers: string;
  /** Below a root and one authority more, whose file this is. */
  let below: { readonly folder: string; readonly middle: string };

  beforeAll(async () => {
    folder = makeCertificates({ names, kinds: ['rsa', 'p256', 'ecdsa', 'p521'] });
    strangers = makeCertificates({ names, kinds: ['ecdsa'] });
    const chained = makeCertificates({ names, kinds: ['p256'] });
    const [middle = 'none'] = lengthenChain(chained, 'p256', { names, between: 1 });
    below = { folder: chained, middle };
    guest = await Guest.start('pluto', { ports: { own: 17252, guest: 17251 }, layer: layer.directory });
  });
  afterEach(async () => {
    guest.link.cable = soundCable;
    await guest.exec('ipsec whack --shutdown; ip xfrm state flush; ip xfrm policy flush');
    await end?.close();
    end = undefined;
  });
  afterAll(async () => {
    await guest?.stop();
    for (const each of [folder, strangers, below.folder]) rmSync(each, { recursive: true, force: true });
  });

  describe.each(roles)('%s begin(s)', (who) => {
    test.each<[KeyName, string | undefined, string]>([
      ['rsa', 'rsa-sha2_384', '2048-bit RSASSA-PSS with SHA2_384'],
      ['p256', 'ecdsa-sha2_512', 'P-256 ECDSA with SHA2_512'],
      ['ecdsa', undefined, 'P-384 ECDSA with SHA2_384'],
      ['p521', undefined, 'P-521 ECDSA with SHA2_512'],
    ])('%s, authby %s: each believes the signature of the other', async (kind, authby, said) => {
      await meet(kind, { authby });

      await begin(who);

      expectBelieved(said);
    });

    test('pluto asks for no certificate: of two of ours it gets the first', async () => {
      const second = await credentialIn(strangers, 'ecdsa', 'a.test');
      await meet('ecdsa', { authentication: { others: [second] } });

      await begin(who);

      expectBelieved('P-384 ECDSA with SHA2_384');
    });

    test('an authority between: each end sends it and is believed', async () => {
      await meet('p256', {
        certs: below.folder,
        authentication: { chain: await ownBelow() },
        more: ['sendca=all'],
      });

      await begin(who);

      expectBelieved('P-256 ECDSA with SHA2_256');
    });

    test('IKE_AUTH goes in fragments both ways', async () => {
      await meet('rsa', { settings: { fragmentIpOctets: 600 } });
      const seen = watchIke(guest.link);

      await begin(who);

      expectBelieved('2048-bit RSASSA-PSS with SHA2_256');
      const senders = seen.filter(isFragment).map(({ from }) => from);
      expect(new Set(senders)).toEqual(new Set(['own', 'guest']));
    });
  });

  test('an authority that we do not trust: refused, and the path is what failed', async () => {
    const { facts } = await meet('ecdsa', { authentication: { anchors: [anchorOf(strangers, 'ecdsa')] } });

    await guest.exec('timeout 4 ipsec auto --up t || true');

    expect(factsOf(facts, 'failed')[0]?.failure).toMatchObject({
      ...{ by: 'local', notify: 24, refusal: { code: 'authFailed', check: 'certificate' } },
    });
  });

  test('pluto does not send the authority between: refused, and its name is told', async () => {
    const { facts } = await meet('p256', {
      certs: below.folder,
      authentication: { chain: await ownBelow() },
      more: ['sendca=none'],
    });

    await guest.exec('timeout 4 ipsec auto --up t || true');

    expect(factsOf(facts, 'failed')[0]?.failure).toMatchObject({
      refusal: { check: 'certificate', path: { check: 'untrusted', wantedIssuer: 'O=Peers, CN=middle-1' } },
    });
  });

  const ownBelow = async () => {
    const { chain } = await credentialIn(below.folder, 'p256', 'a.test');
    return [chain[0], certificateIn(below.middle)] as const;
  };

  /** What pluto says of our signature. */
  function expectBelieved(signature: string): void {
    expect(guest.log('pluto')).toContain(`authenticated peer '${signature}' digital signature using peer certificate`);
  }

  interface Wish {
    readonly certs?: string;
    readonly authby?: string | undefined;
    readonly authentication?: Partial<CertificateAuthentication>;
    readonly settings?: Partial<EndpointSettings>;
    /** More lines of its conn section. */
    readonly more?: readonly string[];
  }

  async function meet(
    kind: KeyName,
    { certs = folder, authby, authentication, settings = {}, more = [] }: Wish,
  ): Promise<BoundaryEnd> {
    const ends = [`local=${guestAddress}`, `remote=${ownAddress}`, 'lid=b.test', 'rid=a.test'];
    const given = authby === undefined ? [] : [`authby=${authby}`];
    await guest.configure(
      'daemon=pluto',
      'where=uml',
      ...ends,
      'encap=auto',
      `auth=${kind}`,
      `certs=${certs}`,
      ...given,
    );
    const lines = ['leftupdown=%disabled', 'pfs=no', ...more];
    guest.rewrite(
      'etc/ipsec.conf',
      (text) => `${text.replace('plutodebug=base', 'plutodebug=none')}${lines.map((line) => `    ${line}\n`).join('')}`,
    );
    await guest.exec('rm -rf /var/lib/ipsec/nss /run/pluto /run/peer/pluto.log'); // it would keep the anchors that it read
    await guest.start('pluto');
    end = await meetGuest(guest, {
      ike: 'aes256gcm16-prfsha384-ecp384',
      esp: 'aes256gcm16',
      connection: { authentication: await credentialIn(certs, kind, 'a.test', authentication) },
      settings,
    });
    return end;
  }

  async function begin(who: (typeof roles)[number]): Promise<void> {
    if (who === 'pluto') await guest.exec('ipsec auto --up t');
    await end?.pinger.ping(guestAddress);
    expect(await guest.exec('ipsec trafficstatus')).toMatch(/inBytes=[1-9]\d*, outBytes=[1-9]/);
  }
});
