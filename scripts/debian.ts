/**
 * What the browser and peer tests need from Debian. As root on Debian or Ubuntu, missing packages are installed and named;
 * anywhere else the one command that installs them is printed, and the caller skips by name. Never calls sudo.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const packagesFor = {
  browser: ['chromium', 'fonts-dejavu-core'],
  peers: [
    'charon-systemd',
    'strongswan-swanctl',
    'libstrongswan-standard-plugins',
    'libstrongswan-extra-plugins',
    'libcharon-extra-plugins',
    'openssl',
    'gcc',
    'libc6-dev',
  ],
  kernel: ['user-mode-linux', 'kmod', 'iproute2', 'iputils-ping', 'perl-base'],
  nat: ['iptables'],
  capture: ['tshark', 'tcpdump'],
  // What the daemons need that e2e/peers/kit/get-layer unpacks aside; libreswan itself cannot stand beside strongSwan.
  libreswan: [
    'libnss3-tools',
    'dns-root-data',
    'libcap-ng0',
    'libcurl3-nss',
    'libevent-core-2.1-7',
    'libevent-pthreads-2.1-7',
    'libldap-2.5-0',
    'libldns3',
    'libnss3',
    'libpam0g',
    'libunbound8',
    'openssl',
  ],
  openiked: ['libevent-2.1-7', 'libevent-core-2.1-7', 'libssl3', 'openssl'],
} as const;

export type Part = keyof typeof packagesFor;

/** Undefined when the parts can run; otherwise why they cannot, with the one command that would help. */
export function missingFor(...parts: readonly Part[]): string | undefined {
  const wanted = new Set(
    parts.filter((part) => !isGiven(part)).flatMap((part): readonly string[] => packagesFor[part]),
  );
  if (wanted.size === 0) return undefined;
  if (!existsSync('/etc/debian_version')) return 'needs the packages of Debian or Ubuntu';
  const missing = [...wanted].filter((name) => !isInstalled(name));
  if (missing.length === 0) return undefined;
  const command = `apt-get install -y --no-install-recommends ${missing.join(' ')}`;
  if (process.getuid?.() !== 0) return `missing packages; as root: ${command}`;
  console.log(`Installing for the ${parts.join(', ')} tests: ${missing.join(' ')}`);
  install(missing);
  return missing.every(isInstalled) ? undefined : `packages could not be installed; as root: ${command}`;
}

/** A browser of one's own, named as playwright.config.ts reads it, needs no package. */
function isGiven(part: Part): boolean {
  return part === 'browser' && existsSync(process.env['CHROMIUM'] ?? '');
}

function install(names: readonly string[]): void {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (...args: string[]) => spawnSync('apt-get', args, { env, stdio: ['ignore', 'ignore', 'inherit'] });
  // No service may start by itself: the tests start the daemons that they need.
  const keepQuiet = "printf '#!/bin/sh\\nexit 101\\n' >/usr/sbin/policy-rc.d && chmod +x /usr/sbin/policy-rc.d";
  const hadPolicy = existsSync('/usr/sbin/policy-rc.d');
  if (!hadPolicy) spawnSync('sh', ['-c', keepQuiet]);
  apt('update', '-q');
  // On a machine that has just started, Debian's own updates may hold the lock.
  apt('install', '-y', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=300', ...names);
  if (!hadPolicy) spawnSync('rm', ['-f', '/usr/sbin/policy-rc.d']);
}

function isInstalled(name: string): boolean {
  const { stdout } = spawnSync('dpkg', ['--status', name], { encoding: 'utf8' });
  return /^Status: install ok installed$/m.test(stdout ?? '');
}
