/**
 * Certificates for both ends of a measured negotiation: a plain chain, one root over each end's own. Root and ends have keys of
 * one kind, so that a method is measured by itself: each end makes one signature with it and checks two, the peer's and the
 * root's. It is one key, too: no provider remembers what it has imported, so two would cost the same.
 */
import { Secret } from '../../src/domain/bytes/secret.ts';
import type { CryptoProvider, SigningKey } from '../../src/domain/crypto/provider.ts';
import { type TestKeyName, testKey } from '../../src/domain/crypto/testing/signing-keys.ts';
import { parseIdentity } from '../../src/domain/ike/auth/identity.ts';
import { authority, authorityWish, credentialOf } from '../../src/domain/ike/testing/certificates.ts';
import type { Certificate } from '../../src/domain/pki/certificate.ts';
import type { Proof, Proofs } from './pair.ts';

export interface SigningMethod {
  readonly key: TestKeyName;
  readonly rsaPadding?: 'pss' | 'pkcs1';
}

/** The key that signs is the provider's. */
export async function proofsByCertificate(provider: CryptoProvider, method: SigningMethod): Promise<Proofs> {
  const key = await provider.signingKey(new Secret(testKey(method.key).pkcs8));
  if (key === undefined) throw new Error(`${provider.name} has no key of kind ${method.key}`);
  const root = await authority({ key: method.key });
  const proofOf = (name: string) => proofBy(name, method, key, root);
  return { initiator: await proofOf('initiator.test'), responder: await proofOf('responder.test') };
}

async function proofBy(
  name: string,
  { key: keyName, rsaPadding }: SigningMethod,
  key: SigningKey,
  root: Certificate,
): Promise<Proof> {
  const identity = parseIdentity(`@${name}`);
  if (identity === undefined) throw new Error(`${name} is an identity`);
  const authentication = await credentialOf({
    key: keyName,
    dns: name,
    certificate: { issuer: { name: authorityWish.subject, key: keyName } },
    anchors: [root],
    authentication: { key, ...(rsaPadding && { rsaPadding }) },
  });
  return { identity, authentication };
}
