/**
 * Our engine against strongSwan's charon, beside charon against charon: both initiate over UDP on loopback, in turns, to one
 * responding charon. From the command until the CHILD SA stands at the initiator. The kernel's part of a CHILD SA is the kit's
 * stand-in at every charon.
 */
import { type ChildProcess, fork, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { duration, type Figure } from '../figure.ts';
import { median } from '../measure.ts';
import { bundle } from './bundle.ts';
import type { OwnPlan } from './charon-child.ts';
import { within } from './guard.ts';
import { Vici } from './vici.ts';

const suites = [
  { name: 'P-384', ike: 'aes256-sha384-ecp384' },
  { name: 'X25519', ike: 'aes256-sha256-x25519' },
] as const;
const esp = 'aes256gcm16';
const responder = { address: '127.0.0.2', ike: 17500, nat: 17501 };
const initiator = { address: '127.0.0.1', ike: 17502, nat: 17503 };
const own = { ike: 17504, nat: 17505 };
const rounds = 6;
const inRound = 10;
/** Until our end is compiled; charon gets as many. */
const warmUp = 100;

export async function charonFigures(): Promise<Figure[]> {
  if (!existsSync('/usr/sbin/charon-systemd')) {
    console.log('SKIPPED  charon: /usr/sbin/charon-systemd is not installed');
    return [];
  }
  const folder = mkdtempSync(join(tmpdir(), 'bench-charon-'));
  try {
    const figures: Figure[] = [];
    for (const suite of suites) figures.push(await measureSuite(folder, suite));
    return figures;
  } finally {
    for (const name of ['responder', 'initiator']) kit('charon-down', [join(folder, name)]);
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measureSuite(folder: string, { name, ike }: (typeof suites)[number]): Promise<Figure> {
  startCharon(join(folder, 'responder'), ike, responder, initiator, ['lid=b.test', 'rid=a.test']);
  startCharon(join(folder, 'initiator'), ike, initiator, responder, ['lid=a.test', 'rid=b.test']);
  const vici = await Vici.open(join(folder, 'initiator', 'vici.sock'));
  const child = await startOwn();
  const ports = { charonIke: responder.ike, charonNat: responder.nat, ownIke: own.ike, ownNat: own.nat };
  const planOf = (count: number): OwnPlan => ({ options: { ports, ike, esp }, count });
  const ours: number[] = [];
  const theirs: number[] = [];
  try {
    for (let round = 0; round <= rounds; round++) {
      const count = round === 0 ? warmUp : inRound;
      const ownTimes = await within(60, `our engine to charon, ${name}`, ask(child, planOf(count)), () =>
        child.kill('SIGKILL'),
      );
      const charonTimes = await within(60, `charon to charon, ${name}`, charonNegotiates(vici, count), () =>
        vici.close(),
      );
      if (round === 0) continue;
      ours.push(...ownTimes);
      theirs.push(...charonTimes);
    }
  } finally {
    child.kill('SIGKILL');
    vici.close();
  }
  return duration(
    `charon: PSK negotiation, ${name}, our engine to charon`,
    'ms',
    median(ours) * 1000,
    median(theirs) * 1000,
  );
}

async function charonNegotiates(vici: Vici, count: number): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < count; i++) {
    const startMs = performance.now();
    await vici.command('initiate', { child: 't', timeout: '10000' });
    times.push(performance.now() - startMs);
    await vici.command('terminate', { ike: 't', timeout: '10000' });
  }
  return times;
}

async function startOwn(): Promise<ChildProcess> {
  const folder = new URL('../../node_modules/.cache/bench/', import.meta.url);
  await mkdir(folder, { recursive: true });
  const module = fileURLToPath(new URL('charon.mjs', folder));
  await writeFile(module, await bundle('charon-child.ts'));
  return fork(module);
}

function ask(child: ChildProcess, plan: OwnPlan): Promise<number[]> {
  return new Promise((resolve, reject) => {
    child.once('message', (times) => resolve(times as number[])); // charon-child.ts sends nothing else
    child.once('exit', (code) => reject(new Error(`our initiator ended with ${code}`))); // too late if it answered
    child.send(plan);
  });
}

type End = typeof responder;

function startCharon(directory: string, ike: string, local: End, remote: End, identities: readonly string[]): void {
  if (existsSync(directory)) kit('charon-down', [directory]);
  kit('peer-conf', [
    ...[directory, 'auth=psk', `local=${local.address}`, `remote=${remote.address}`, ...identities],
    ...[`port=${local.ike}`, `natt=${local.nat}`, `rport=${remote.ike}`, `ike=${ike}`, `esp=${esp}`],
  ]);
  const settings = join(directory, 'etc', 'strongswan.conf'); // the kit's log of keys would slow charon down
  writeFileSync(settings, readFileSync(settings, 'utf8').replaceAll(/^( *(?:default|ike|chd|knl)) = \d$/gm, '$1 = 0'));
  kit('charon-up', [directory, 'fake']);
}

function kit(script: string, args: readonly string[]): void {
  const path = fileURLToPath(new URL(`../../e2e/peers/kit/${script}`, import.meta.url));
  const { status, stdout, stderr } = spawnSync(path, args, { encoding: 'utf8', timeout: 60_000 });
  if (status !== 0) throw new Error(`${script} ${args.join(' ')}: ${stdout}${stderr}`);
}
