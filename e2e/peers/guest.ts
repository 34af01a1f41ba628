/**
 * A Linux kernel with IPsec in it, as a User-Mode-Linux guest of the kit, with one virtual cable to us.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EthernetLink } from './ethernet-link.ts';

const kit = join(import.meta.dirname, 'kit');

export const guestAddress = '10.9.0.1';
export const ownAddress = '10.9.0.2';
/** Where either end may move to. */
export const guestElsewhere = '10.9.0.3';
export const ownElsewhere = '10.9.0.4';
export const guestAddress6 = 'fd09::1';
export const ownAddress6 = 'fd09::2';

/** Inside tunnels: the guest's and ours. */
export const guestInner = '10.8.0.1';
export const ownInner = '10.8.0.2';

export interface GuestWish {
  /** Two free UDP ports of the loopback. */
  readonly ports: { readonly own: number; readonly guest: number };
  /** An unpacked package laid over the guest's root (layer.ts). */
  readonly layer?: string | undefined;
}

export interface PingWish {
  readonly count?: number;
  readonly octets?: number;
  /** One of several addresses. */
  readonly from?: string;
  /** A network namespace of the guest. */
  readonly namespace?: string;
  /** Each. */
  readonly withinSeconds?: number;
}

export type Daemon = 'charon' | 'pluto' | 'iked';

export class Guest {
  private constructor(
    readonly directory: string,
    readonly link: EthernetLink,
  ) {}

  static async start(name: string, { ports, layer }: GuestWish): Promise<Guest> {
    const directory = mkdtempSync(join(tmpdir(), 'uml-'));
    const link = await EthernetLink.open({
      ...{ ownPort: ports.own, guestPort: ports.guest, guest: guestAddress },
      own: [ownAddress, ownElsewhere, ownAddress6],
    });
    const guest = new Guest(directory, link);
    const net = `udp:${ports.guest}:${ports.own}`;
    await guest.run('uml-up', directory, name, `${guestAddress}/24`, net, ...(layer ? [layer] : []));
    await guest.exec(`
      modprobe esp6
      ip addr add ${guestAddress6}/64 dev vec0 nodad
      ip -6 neigh add ${ownAddress6} lladdr 02:00:00:00:00:fe dev vec0 # its policies would ask ESP of the answer
      ip addr add ${guestInner}/32 dev lo
      ip route add ${ownInner}/32 via ${ownAddress} src ${guestInner}
    `);
    return guest;
  }

  /** What the command printed; a command that fails fails the test. */
  exec(command: string): Promise<string> {
    return this.run('uml-exec', this.directory, command);
  }

  /**
   * Pings of the guest, one after another: how many were answered. One ping(8) for all would count a late reply as lost: it
   * waits for two round trips after the last request, and only where none was answered for the time one gives it.
   */
  async ping(
    to: string,
    { count = 3, octets = 700, from, namespace, withinSeconds = 10 }: PingWish = {},
  ): Promise<number> {
    const inside = namespace === undefined ? '' : `ip netns exec ${namespace} `;
    const source = from === undefined ? '' : `-I ${from} `;
    const one = `${inside}ping -q -c 1 -s ${octets} -W ${withinSeconds} ${source}${to}`;
    return Number(await this.exec(`n=0; for i in $(seq ${count}); do ${one} >/dev/null && n=$((n+1)); done; echo $n`));
  }

  async configure(...settings: readonly string[]): Promise<void> {
    await this.run('peer-conf', this.directory, ...settings);
  }

  /** What `configure` wrote, with a change. */
  rewrite(
    file: 'etc/ipsec.conf' | 'etc/ipsec.secrets' | 'etc/iked.conf' | 'etc/strongswan.conf' | 'etc/swanctl/swanctl.conf',
    change: (text: string) => string,
  ): void {
    const path = join(this.directory, file);
    writeFileSync(path, change(readFileSync(path, 'utf8')));
  }

  async start(daemon: Daemon): Promise<void> {
    await this.run('uml-daemon', this.directory, daemon);
  }

  /** The kernel's own word: the daemon has put no ESP SA there, or has none left. An SPI that it only reserved has no key. */
  async untilNoEsp(withinMs = 20_000): Promise<void> {
    const endsAtMs = Date.now() + withinMs;
    for (;;) {
      const printed = await this.exec('ip xfrm state');
      if (!/^\s+(aead|enc|auth)/m.test(printed)) return;
      if (Date.now() > endsAtMs) throw new Error(`an ESP SA is left:\n${printed}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  log(daemon: Daemon): string {
    return readFileSync(join(this.directory, `${daemon}.log`), 'utf8');
  }

  async stop(): Promise<void> {
    this.link.close();
    await this.run('uml-down', this.directory);
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** Beside our event loop: the guest talks to us meanwhile. */
  private run(script: string, ...args: readonly string[]): Promise<string> {
    return new Promise((resolve, reject) => {
      const child = spawn(join(kit, script), args);
      let printed = '';
      child.stdout.on('data', (chunk) => {
        printed += chunk;
      });
      child.stderr.on('data', (chunk) => {
        printed += chunk;
      });
      child.on('close', (status) => {
        if (status === 0) resolve(printed);
        else reject(new Error(`${script} ${args.slice(1).join(' ')}: ${printed}`));
      });
    });
  }
}
