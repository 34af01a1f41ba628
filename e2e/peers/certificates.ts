/**
 * Certificates for tests against real peers, made by the kit with openssl: an authority for each kind of key, and a certificate
 * an end. What our end holds of them is read as a user's files would be.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Octets } from '../../src/domain/bytes/octets.ts';
import { Secret } from '../../src/domain/bytes/secret.ts';
import type { CertificateAuthentication } from '../../src/domain/ike/connection.ts';
import { type Certificate, parseCertificate } from '../../src/domain/pki/certificate.ts';
import { nodeProvider } from '../../src/server/node-provider.ts';

/** `ecdsa` is P-384. */
export type KeyName = 'rsa' | 'rsa3072' | 'rsa4096' | 'p256' | 'ecdsa' | 'p521' | 'ed25519' | 'ed448';

export interface FolderWish {
  readonly names: readonly string[];
  /** Absent: all. */
  readonly kinds?: readonly KeyName[];
  /** -1: certificates that ended yesterday. */
  readonly days?: number;
}

/** A new folder with authorities of its own. */
export function makeCertificates({ names, kinds, days = 3650 }: FolderWish): string {
  const folder = mkdtempSync(join(tmpdir(), 'certificates-'));
  const script = fileURLToPath(new URL('kit/mk-certs', import.meta.url));
  const env = { ...process.env, DAYS: String(days), ...(kinds && { KINDS: kinds.join(' ') }) };
  const { status, stderr } = spawnSync(script, [folder, ...names], { encoding: 'utf8', env });
  if (status !== 0) throw new Error(`mk-certs: ${stderr}`);
  return folder;
}

/** Issues a certificate of a folder anew, with other names, one more extension, or signed with SHA-1. */
export function reissue(
  folder: string,
  kind: KeyName,
  name: string,
  {
    names = `DNS:${name}`,
    extension,
    digest,
  }: { readonly names?: string; readonly extension?: string; readonly digest?: 'sha1' },
): void {
  const extensions = [`subjectAltName=${names}`, 'keyUsage=critical,digitalSignature'];
  issue(join(folder, kind), name, 'ca', [...extensions, ...(extension ? [extension] : [])], digest);
}

export interface ChainWish {
  readonly names: readonly string[];
  readonly between: number;
  readonly commentLetters?: number;
  /** How many authorities the uppermost one allows below it; absent: any number. */
  readonly pathLength?: number;
}

/**
 * Issues the ends' certificates anew (.pem and .p12), below so many authorities between them and the root, each as large as its
 * comment makes it. Gives the files of those between, the lowest first.
 */
export function lengthenChain(
  folder: string,
  kind: KeyName,
  { names, between, commentLetters = 1, pathLength }: ChainWish,
): readonly string[] {
  const directory = join(folder, kind);
  const path = (file: string) => join(directory, file);
  const middles = Array.from({ length: between }, (_, i) => `middle-${i + 1}`);
  const identified = [
    'subjectKeyIdentifier=hash',
    'authorityKeyIdentifier=keyid',
    `nsComment=${'x'.repeat(commentLetters)}`,
  ];
  for (const [i, middle] of middles.entries()) {
    openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', path(`${middle}.key`));
    const limit = i === 0 && pathLength !== undefined ? `,pathlen:${pathLength}` : '';
    const extensions = [`basicConstraints=critical,CA:TRUE${limit}`, 'keyUsage=critical,keyCertSign', ...identified];
    issue(directory, middle, middles[i - 1] ?? 'ca', extensions);
  }
  const above = ['ca', ...middles].map((each) => readFileSync(path(`${each}.pem`), 'utf8'));
  writeFileSync(path('above.pem'), above.join(''));
  for (const name of names) {
    const extensions = [`subjectAltName=DNS:${name}`, 'keyUsage=critical,digitalSignature', ...identified];
    issue(directory, name, middles.at(-1) ?? 'ca', extensions);
    bundle(directory, name);
  }
  return middles.toReversed().map((middle) => path(`${middle}.pem`));
}

function issue(directory: string, name: string, by: string, extensions: readonly string[], digest = 'sha256'): void {
  const path = (file: string) => join(directory, file);
  writeFileSync(path('extensions'), `${extensions.join('\n')}\n`);
  openssl('req', '-new', '-key', path(`${name}.key`), '-subj', `/O=Peers/CN=${name}`, '-out', path('request'));
  const authority = ['-CA', path(`${by}.pem`), '-CAkey', path(`${by}.key`), '-CAcreateserial', '-days', '30'];
  const files = ['-in', path('request'), '-extfile', path('extensions'), '-out', path(`${name}.pem`)];
  openssl('x509', '-req', `-${digest}`, ...authority, ...files);
}

/** With all above it, as pluto takes it. */
function bundle(directory: string, name: string): void {
  const path = (file: string) => join(directory, file);
  const own = ['-inkey', path(`${name}.key`), '-in', path(`${name}.pem`), '-certfile', path('above.pem')];
  openssl('pkcs12', '-export', '-name', name, ...own, '-passout', 'pass:peer', '-out', path(`${name}.p12`));
}

export const anchorOf = (folder: string, kind: KeyName): Certificate => certificateIn(join(folder, kind, 'ca.pem'));

export async function credentialIn(
  folder: string,
  kind: KeyName,
  name: string,
  more: Partial<CertificateAuthentication> = {},
): Promise<CertificateAuthentication> {
  const key = await nodeProvider.signingKey(new Secret(derIn(join(folder, kind, `${name}.key`))));
  if (!key) throw new Error(`${name}.key is no key`);
  return {
    method: 'certificate',
    chain: [certificateIn(join(folder, kind, `${name}.pem`))],
    key,
    anchors: [anchorOf(folder, kind)],
    sends: 'always',
    ...more,
  };
}

export function certificateIn(path: string): Certificate {
  const parsed = parseCertificate(derIn(path));
  if (!parsed.ok) throw new Error(`${path}: ${parsed.error.part}`);
  return parsed.value;
}

function derIn(path: string): Octets {
  const [, base64 = ''] = /-----BEGIN [^-]+-----([^-]+)-----END/.exec(readFileSync(path, 'utf8')) ?? [];
  return Uint8Array.from(Buffer.from(base64, 'base64'));
}

function openssl(...args: readonly string[]): void {
  const { status, stderr } = spawnSync('openssl', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`openssl ${args.join(' ')}: ${stderr}`);
}
