/**
 * A real strongSwan charon on loopback, started by kit/, for one test file. Its CHILD SAs are installed by the kit's stand-in
 * for the kernel, so IKE is real and no ESP flows (ESP against a real kernel is kernel-esp.test.ts).
 *
 * charon listens on 127.0.0.2; our engine binds 127.0.0.1. The ports are not 500, so every message bears the non-ESP marker.
 */
import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { KeyName } from './certificates.ts';

const kit = fileURLToPath(new URL('kit/', import.meta.url));

/** The environment's, as kit/charon-up takes it: so that a newer strongSwan than Debian's can be met. */
const swanctl = process.env['SWANCTL'] ?? 'swanctl';

/** Undefined where it is not installed. */
export function strongswanVersion(): number | undefined {
  const { stdout, stderr } = spawnSync(swanctl, ['--version'], { encoding: 'utf8' });
  const [, version] = /strongSwan (\d+)/.exec(`${stdout}${stderr}`) ?? [];
  return version === undefined ? undefined : Number(version);
}

export interface CharonOptions {
  /** strongSwan proposal keywords. */
  readonly ike?: string;
  readonly esp?: string;
  readonly psk?: string;
  /** A kind of key, and the folder of certificates (certificates.ts); absent: pre-shared keys. */
  readonly certificates?: { readonly kind: KeyName; readonly folder: string };
  /** More for its swanctl directory, or in place of what is there: `x509ca/other.pem` and where to copy it from. */
  readonly files?: Readonly<Record<string, string>>;
  /** What charon proves itself as; another name must have a certificate in the folder. */
  readonly identity?: string;
  /** What charon expects of us. */
  readonly peerIdentity?: string;
  /** charon signs with RSA-PSS. */
  readonly rsapss?: 'yes' | 'no';
  /** The last word on swanctl.conf. */
  readonly edit?: (swanctl: string) => string;
  readonly mode?: 'transport' | 'tunnel';
  /** Pretends a NAT. */
  readonly encap?: 'yes' | 'no';
  /** More lines for charon's own section of strongswan.conf. */
  readonly settings?: Readonly<Record<string, string>>;
  /** More lines for the connection. */
  readonly connection?: Readonly<Record<string, string>>;
  readonly ports: PeerPorts;
}

export interface PeerPorts {
  readonly charonIke: number;
  readonly charonNat: number;
  readonly ownIke: number;
  readonly ownNat: number;
}

export const charonAddress = '127.0.0.2';
export const ownAddress = '127.0.0.1';
/** charon proves itself as b.test and expects a.test of us. */
export const charonIdentity = 'b.test';
export const ownIdentity = 'a.test';

export class Charon {
  #directory: string | undefined;

  /** All that charon reads and writes; made when it is first asked for. */
  get directory(): string {
    this.#directory ??= mkdtempSync(join(tmpdir(), 'charon-'));
    return this.#directory;
  }

  /** Writes the configuration and starts charon anew: nothing of an earlier run is left. */
  configure(options: CharonOptions): void {
    const { ike, esp, psk, mode, encap, rsapss, certificates, settings, connection, ports, edit } = options;
    this.down();
    const given = { ike, esp, psk, mode, encap, rsapss, certs: certificates?.folder };
    run('peer-conf', [
      this.directory,
      `auth=${certificates?.kind ?? 'psk'}`,
      `local=${charonAddress}`,
      `remote=${ownAddress}`,
      `lid=${options.identity ?? charonIdentity}`,
      `rid=${options.peerIdentity ?? ownIdentity}`,
      `port=${ports.charonIke}`,
      `natt=${ports.charonNat}`,
      `rport=${ports.ownIke}`,
      ...Object.entries(given).flatMap(([key, value]) => (value === undefined ? [] : [`${key}=${value}`])),
    ]);
    this.insert('etc/strongswan.conf', 'charon-systemd {\n', settings);
    this.insert('etc/swanctl/swanctl.conf', 'version = 2\n', connection);
    for (const [name, file] of Object.entries(options.files ?? {})) {
      copyFileSync(file, join(this.directory, 'etc/swanctl', name));
    }
    if (edit) this.rewrite('etc/swanctl/swanctl.conf', edit);
    run('charon-up', [this.directory, 'fake']);
  }

  /** Asks charon for something; resolves with what it printed when it is done, whatever the outcome. */
  swanctl(...args: string[]): Promise<string> {
    return new Promise((resolve) => {
      const child = spawn(swanctl, [...args, '--uri', `unix://${this.directory}/vici.sock`]);
      let printed = '';
      child.stdout.on('data', (chunk) => (printed += chunk));
      child.stderr.on('data', (chunk) => (printed += chunk));
      child.on('close', () => resolve(printed));
    });
  }

  initiate(): Promise<string> {
    return this.swanctl('--initiate', '--child', 't', '--timeout', '10');
  }

  /** The SAs as `swanctl --list-sas` prints them for people. */
  sas(): Promise<string> {
    return this.swanctl('--list-sas');
  }

  log(): string {
    return readFileSync(join(this.directory, 'charon.log'), 'utf8');
  }

  /** The keys of the CHILD SAs that charon installed, a line each. */
  installedKeys(): string {
    return readFileSync(join(this.directory, 'sa.log'), 'utf8');
  }

  /** Ends charon without a word to anybody. */
  kill(): void {
    process.kill(Number(readFileSync(join(this.directory, 'pid'), 'utf8')), 'SIGKILL');
  }

  stop(): void {
    if (this.#directory === undefined) return;
    this.down();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  private insert(file: string, after: string, lines: Readonly<Record<string, string>> = {}): void {
    const text = Object.entries(lines).map(([key, value]) => `  ${key} = ${value}\n`);
    this.rewrite(file, (content) => content.replace(after, `${after}${text.join('')}`));
  }

  private rewrite(file: string, change: (content: string) => string): void {
    const path = join(this.directory, file);
    writeFileSync(path, change(readFileSync(path, 'utf8')));
  }

  private down(): void {
    run('charon-down', [this.directory]);
  }
}

function run(script: string, args: readonly string[]): void {
  const { status, stdout, stderr } = spawnSync(join(kit, script), args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${script} ${args.join(' ')}: ${stdout}${stderr}`);
}
