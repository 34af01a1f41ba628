/** Certificates and keys of an end, as charon would find them in its swanctl directory; they stand in `certs/` beside the pairs. */
import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Secret } from '../../src/domain/bytes/secret.ts';
import type { SigningKey } from '../../src/domain/crypto/provider.ts';
import { type Certificate, parseCertificate } from '../../src/domain/pki/certificate.ts';
import { equalNames } from '../../src/domain/pki/distinguished-name.ts';
import { nodeProvider } from '../../src/server/node-provider.ts';
import type { PairEnd } from './pair.ts';

export interface EndFiles {
  /** By the names of their files. */
  readonly own: ReadonlyMap<string, Certificate>;
  readonly keys: ReadonlyMap<string, SigningKey>;
  /** Self-signed: only these are anchors, as with charon. */
  readonly anchors: ReadonlyMap<string, Certificate>;
  readonly intermediates: ReadonlyMap<string, Certificate>;
}

export const noFiles: EndFiles = { own: new Map(), keys: new Map(), anchors: new Map(), intermediates: new Map() };

export async function filesOf(end: PairEnd, folder: string): Promise<EndFiles> {
  const paths = end.files ?? [];
  const namesIn = (directory: string) =>
    paths.filter((path) => path.startsWith(`${directory}/`)).map((path) => basename(path));
  const authorities = namesIn('x509ca')
    .map((name) => [name, certificateIn(folder, name)] as const)
    .filter(([, certificate]) => certificate.basicConstraints?.isAuthority === true); // others are refused at load
  // NSS keeps a certificate with its key, so that Libreswan's ends name no file of their own for it.
  const keyNames = end['ipsec.conf']
    ? namesIn('x509').map((name) => name.replace(/\.pem$/, '.key'))
    : ['private', 'rsa', 'ecdsa', 'pkcs8'].flatMap(namesIn);
  const keys = await Promise.all(keyNames.map(async (name) => [name, await keyIn(folder, name)] as const));
  return {
    own: new Map(namesIn('x509').map((name) => [name, certificateIn(folder, name)])),
    keys: new Map(keys),
    anchors: new Map(authorities.filter(([, each]) => isSelfIssued(each))),
    intermediates: new Map(authorities.filter(([, each]) => !isSelfIssued(each))),
  };
}

/** Our certificate, and the intermediates that we have of its issuers. */
export function chainOf(own: Certificate, { intermediates }: EndFiles): readonly [Certificate, ...Certificate[]] {
  const chain: [Certificate, ...Certificate[]] = [own];
  for (let top: Certificate | undefined = own; top; ) {
    const { issuer }: Certificate = top;
    top = [...intermediates.values()].find((each) => !chain.includes(each) && equalNames(each.subject, issuer));
    if (top) chain.push(top);
  }
  return chain;
}

const isSelfIssued = ({ issuer, subject }: Certificate): boolean => equalNames(issuer, subject);

function certificateIn(folder: string, name: string): Certificate {
  const text = readFileSync(join(folder, 'certs', name), 'utf8');
  const [, base64 = ''] = /-----BEGIN CERTIFICATE-----([^-]*)-----END/.exec(text) ?? [];
  const parsed = parseCertificate(Uint8Array.from(Buffer.from(base64, 'base64')));
  if (!parsed.ok) throw new Error(`${name} is no certificate: ${parsed.error.part}`);
  return parsed.value;
}

async function keyIn(folder: string, name: string): Promise<SigningKey> {
  const pkcs8 = createPrivateKey(readFileSync(join(folder, 'certs', name))).export({ type: 'pkcs8', format: 'der' });
  const key = await nodeProvider.signingKey(new Secret(Uint8Array.from(pkcs8)));
  if (!key) throw new Error(`${name} is no key that we know`);
  return key;
}
