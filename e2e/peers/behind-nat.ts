/**
 * A host behind the guest's NAT: a network namespace inside the guest with a charon of its own, and the guest's kernel
 * masquerades for it.
 */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Guest, guestAddress, ownAddress, type PingWish } from './guest.ts';

/** The first port of the NAT's address; a thousand follow. */
export const firstNatPort = 40_000;

export interface HiddenHost {
  /** Names its namespace, its cable and its files. */
  readonly name: string;
  /** Its own address, and that of the NAT on its side, both in a /24. */
  readonly address: string;
  readonly gateway: string;
  readonly id: string;
}

/** UDP of whoever is inside goes out from ports of the NAT. */
export async function startNat(guest: Guest): Promise<void> {
  await guest.exec(`
    modprobe -a veth ip_tables iptable_nat xt_MASQUERADE
    sysctl -qw net.ipv4.ip_forward=1
    ${masquerade(firstNatPort)}
  `);
}

/** As if it began anew: nothing is mapped, and what goes out from now on has ports from there on. */
export async function restartNat(guest: Guest, firstPort: number): Promise<void> {
  await guest.exec(`
    ${masquerade(firstPort)}
    ip addr del ${guestAddress}/24 dev vec0 # with its address go the mappings to it
    ip addr add ${guestAddress}/24 dev vec0
    while grep -q 'sport=4500 dport=4500' /proc/net/nf_conntrack; do sleep 0.02; done
  `);
}

const masquerade = (firstPort: number): string => `
  iptables-legacy -t nat -F POSTROUTING
  iptables-legacy -t nat -A POSTROUTING -o vec0 -p udp -j MASQUERADE --to-ports ${firstPort}-${firstPort + 999}`;

export class BehindNat {
  private constructor(
    private readonly guest: Guest,
    readonly host: HiddenHost,
  ) {}

  /** With charon running; `suites` are its proposals. */
  static async start(guest: Guest, host: HiddenHost, suites: { ike: string; esp: string }): Promise<BehindNat> {
    const { name, address, gateway, id } = host;
    const ends = [`local=${address}`, `remote=${ownAddress}`, `lid=${id}`, 'rid=a.test'];
    await guest.configure('where=uml', ...ends, `ike=${suites.ike}`, `esp=${suites.esp}`);
    guest.rewrite('etc/strongswan.conf', (text) =>
      text.replace('/run/charon.vici', `/run/${name}.vici`).replace('/charon.log', `/${name}.log`),
    );
    cpSync(join(guest.directory, 'etc'), join(guest.directory, name), { recursive: true });
    await guest.exec(`
      ip netns add ${name}; ip link add ${name}-out type veth peer name ${name}-in netns ${name}
      ip addr add ${gateway}/24 dev ${name}-out; ip link set ${name}-out up
      ip -n ${name} addr add ${address}/24 dev ${name}-in
      ip -n ${name} link set lo up; ip -n ${name} link set ${name}-in mtu 1400 up
      ip -n ${name} route add default via ${gateway}
      STRONGSWAN_CONF=/run/peer/${name}/strongswan.conf ip netns exec ${name} /usr/sbin/charon-systemd >/run/peer/${name}.out 2>&1 &
      for i in $(seq 200); do [ -S /run/${name}.vici ] && break; sleep 0.05; done
    `);
    const hidden = new BehindNat(guest, host);
    await hidden.swanctl('--load-all');
    return hidden;
  }

  /** Runs inside; what it printed. */
  exec(command: string): Promise<string> {
    return this.guest.exec(`ip netns exec ${this.host.name} ${command}`);
  }

  swanctl(command: string): Promise<string> {
    const { name } = this.host;
    return this.guest.exec(`SWANCTL_DIR=/run/peer/${name}/swanctl swanctl ${command} --uri unix:///run/${name}.vici`);
  }

  /** Its connections are others from now on. */
  async reconfigure(change: (swanctl: string) => string): Promise<void> {
    const path = join(this.guest.directory, this.host.name, 'swanctl', 'swanctl.conf');
    writeFileSync(path, change(readFileSync(path, 'utf8')));
    await this.swanctl('--load-conns');
  }

  /** What its charon has written. */
  log(): string {
    return readFileSync(join(this.guest.directory, `${this.host.name}.log`), 'utf8');
  }

  /** Asks for the CHILD SA. */
  async initiate(): Promise<void> {
    await this.swanctl('--initiate --child t --timeout 10');
  }

  async terminate(): Promise<void> {
    await this.swanctl('--terminate --ike t --force --timeout 2').catch(() => {}); // there may be nothing to end
  }

  /** How many were answered. */
  ping(wish: PingWish = {}): Promise<number> {
    return this.guest.ping(ownAddress, { ...wish, namespace: this.host.name });
  }

  /** A TCP connection to our port 2049: says `text`, and prints what comes back, or what went wrong. */
  talk(text: string, localPort: number, withinSeconds = 10): Promise<string> {
    const ends = `PeerAddr => "${ownAddress}", PeerPort => 2049, LocalPort => ${localPort}, ReuseAddr => 1`;
    return this.exec(`timeout 20 perl -MIO::Socket::INET -e '
      $s = IO::Socket::INET->new(${ends}, Proto => "tcp", Timeout => ${withinSeconds}) or die "no connection: $!\\n";
      print $s "${text}\\n"; $s->flush; print scalar <$s>;
    ' 2>&1 || true`);
  }
}
