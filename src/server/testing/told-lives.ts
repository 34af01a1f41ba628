/** Lives of a host and a cluster, and negotiations that come to nothing, by every means that two ends have of proving themselves. */
import { type Octets, utf8 } from '../../domain/bytes/octets.ts';
import { invariant } from '../../domain/bytes/result.ts';
import { Secret } from '../../domain/bytes/secret.ts';
import type { CryptoProvider } from '../../domain/crypto/provider.ts';
import { type TestKeyName, testKey } from '../../domain/crypto/testing/signing-keys.ts';
import type { CertificateAuthentication, Connection, PostquantumKey } from '../../domain/ike/connection.ts';
import { authority, credentialOf } from '../../domain/ike/testing/certificates.ts';
import type { BoundariesWish } from '../../domain/ipsec/testing/two-boundaries.ts';

/** What was typed, of these lives. */
export const typedKeys = {
  psk: 'correct horse battery staple',
  otherPsk: 'Another-Key-altogether-42!',
  ppk: 'thirty-two octets of nobody knows',
  otherPpk: 'and this one is another of their kind',
} as const;

export const typedOctets: readonly Octets[] = Object.values(typedKeys).map(utf8);

export interface ToldLife {
  /** With private keys out of this provider. */
  readonly wish: (provider: CryptoProvider) => BoundariesWish | Promise<BoundariesWish>;
  /** The refusals of the ends that decided; absent: it stands. */
  readonly refusals?: readonly string[];
}

const ppk: PostquantumKey = { id: 'ppk-2026', secret: new Secret(utf8(typedKeys.ppk)), required: true };
const otherPpk: PostquantumKey = { ...ppk, secret: new Secret(utf8(typedKeys.otherPpk)) };

const fromHost = (more: Partial<Connection>): BoundariesWish => ({ host: { connection: { more } } });
const withPpks = (host: PostquantumKey, cluster: PostquantumKey): BoundariesWish => ({
  ...fromHost({ ppk: host }),
  cluster: { connection: { more: { ppk: cluster } } },
});

export const toldLives: Readonly<Record<string, ToldLife>> = {
  'GCM and X25519': { wish: () => ({}) },
  'CBC, HMAC and P-384': {
    wish: () => ({ both: { ike: ['aes256-sha384-prfsha384-ecp384'], esp: ['aes256-sha384-ecp384-noesn'] } }),
  },
  'X25519 and ML-KEM': {
    wish: () => ({
      both: { ike: ['aes256gcm16-prfsha384-x25519-ke1_mlkem768'], esp: ['chacha20poly1305-noesn'] },
    }),
  },
  'a PPK': { wish: () => withPpks(ppk, ppk) },
  'ECDSA and RSA': { wish: (provider) => certified(provider, { key: 'p256' }, { key: 'rsa2048' }) },
  'ECDSA, RSA in PKCS#1 and a PPK': {
    wish: (provider) => certified(provider, { key: 'p384' }, { key: 'rsa2048', rsaPadding: 'pkcs1' }, { ppk }),
  },
  'Ed25519 and Ed448': { wish: (provider) => certified(provider, { key: 'ed25519' }, { key: 'ed448' }) },
  'another pre-shared key': {
    wish: () => ({ cluster: { connection: { psk: typedKeys.otherPsk } } }),
    refusals: ['authFailed psk'],
  },
  'another ESP': {
    wish: () => ({ cluster: { connection: { esp: ['aes128gcm16-noesn'] } } }),
    refusals: ['noProposal'],
  },
  'another IKE': {
    wish: () => ({ cluster: { connection: { ike: ['aes128gcm16-prfsha256-ecp256'] } } }),
    refusals: ['noProposal'],
  },
  'another PPK': { wish: () => withPpks(ppk, otherPpk), refusals: ['authFailed psk'] },
  'another PPK, needed by the cluster alone': {
    wish: () => withPpks({ ...ppk, required: false }, otherPpk),
    refusals: ['ppk differs'],
  },
  'a PPK of another name': {
    wish: () => withPpks(ppk, { ...ppk, id: 'ppk-2027' }),
    refusals: ['ppk unknownId'],
  },
  'a PPK at one end': { wish: () => fromHost({ ppk }), refusals: ['ppk peerLacks'] },
  'a certificate of an authority that is not trusted': {
    wish: async (provider) =>
      certified(provider, { key: 'p256' }, { key: 'rsa2048', anchors: [await authority({ key: 'p521' })] }),
    refusals: ['authFailed certificate'],
  },
  'a certificate of somebody else': {
    wish: (provider) => certified(provider, { key: 'rsa2048', name: 'c.test' }, { key: 'p384' }),
    refusals: ['authFailed certified'],
  },
  'a certificate and another key': {
    wish: (provider) => certified(provider, { key: 'p384', signer: 'otherP384' }, { key: 'p256' }),
    refusals: ['authFailed signature'],
  },
  'certificates and another PPK': {
    wish: async (provider) => {
      const { host, cluster } = await certified(provider, { key: 'p256' }, { key: 'p521' }, { ppk });
      const more = { ...cluster?.connection?.more, ppk: otherPpk };
      return { ...(host && { host }), cluster: { connection: { ...cluster?.connection, more } } };
    },
    refusals: ['authFailed signature'],
  },
};

interface Proof extends Pick<Partial<CertificateAuthentication>, 'anchors' | 'rsaPadding'> {
  readonly key: TestKeyName;
  /** The key that signs; absent: the certificate's. */
  readonly signer?: TestKeyName;
  /** Whom the certificate is for; absent: the end itself. */
  readonly name?: string;
}

async function certified(
  provider: CryptoProvider,
  host: Proof,
  cluster: Proof,
  more: Partial<Connection> = {},
): Promise<BoundariesWish> {
  const [a, b] = await Promise.all([
    authenticationOf(provider, 'a.test', host),
    authenticationOf(provider, 'b.test', cluster),
  ]);
  return {
    host: { connection: { id: 'a.test', peerId: 'b.test', more: { ...more, authentication: a } } },
    cluster: { connection: { id: 'b.test', peerId: 'a.test', more: { ...more, authentication: b } } },
  };
}

async function authenticationOf(
  provider: CryptoProvider,
  end: string,
  { key: name, signer = name, name: dns = end, ...more }: Proof,
): Promise<CertificateAuthentication> {
  const key = await provider.signingKey(new Secret(testKey(signer).pkcs8));
  invariant(key, `${signer} signs`);
  return credentialOf({ key: name, dns, authentication: { key, ...more } });
}
