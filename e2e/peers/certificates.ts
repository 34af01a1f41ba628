/**
 * Certificates for tests against real peers, made by the kit with openssl: an authority for each kind of key, and a certificate
 * an end. What our end holds of them is read as a user's files would be.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Octets } from '../../src/domain/bytes/octets.ts';
import { Secret } from '../../src/domain/bytes/secret.ts';
import type { CertificateAuthentication } from '../../src/domain/ike/connection.ts';
import { type Certificate, parseCertificate } from '../../src/domain/pki/certificate.ts';
import { nodeProvider } from '../../src/server/node-provider.ts';

/** `ecdsa` is P-384. */
export type KeyName = 'rsa' | 'p256' | 'ecdsa' | 'ed25519';

/** A new folder with authorities of its own; `days: -1` makes certificates that ended yesterday. */
export function makeCertificates({ names, days = 3650 }: { names: readonly string[]; days?: number }): string {
  const folder = mkdtempSync(join(tmpdir(), 'certificates-'));
  const script = fileURLToPath(new URL('kit/mk-certs', import.meta.url));
  const env = { ...process.env, DAYS: String(days) };
  const { status, stderr } = spawnSync(script, [folder, ...names], { encoding: 'utf8', env });
  if (status !== 0) throw new Error(`mk-certs: ${stderr}`);
  return folder;
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

function certificateIn(path: string): Certificate {
  const parsed = parseCertificate(derIn(path));
  if (!parsed.ok) throw new Error(`${path}: ${parsed.error.part}`);
  return parsed.value;
}

function derIn(path: string): Octets {
  const [, base64 = ''] = /-----BEGIN [^-]+-----([^-]+)-----END/.exec(readFileSync(path, 'utf8')) ?? [];
  return Uint8Array.from(Buffer.from(base64, 'base64'));
}
