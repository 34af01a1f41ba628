/**
 * A host beside the guest's kernel, which masquerades for it towards us, or for us towards it: a network namespace inside the guest
 * with a charon of its own.
 */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Guest, guestAddress, ownAddress, type PingWish } from './guest.ts';

/** The first port of the NAT's address; a thousand follow. */
export const firstNatPort = 40_000;

/** Where it hides what goes out, and as whom. */
export interface Nat {
  readonly out: string;
  readonly address: string;
}

/** Towards us. */
export const natOfGuest: Nat = { out: 'vec0', address: guestAddress };

export interface HiddenHost {
  /** Names its namespace, its cable and its files. */
  readonly name: string;
  /** Its own address, and that of the NAT on its side, both in a /24. */
  readonly address: string;
  readonly gateway: string;
  readonly id: string;
  /** As whom it meets us; absent: our own address. */
  readonly peer?: string;
}

/** UDP that goes out there goes from ports of the NAT. There is one at a time. */
export async function startNat(guest: Guest, nat: Nat): Promise<void> {
  await guest.exec(`
    modprobe -a veth ip_tables iptable_nat xt_MASQUERADE
    sysctl -qw net.ipv4.ip_forward=1
    ${masquerade(nat, firstNatPort)}
  `);
}

/** As if it began anew: nothing is mapped, and what goes out from now on has ports from there on. */
export async function restartNat(guest: Guest, nat: Nat, firstPort: number): Promise<void> {
  const { out, address } = nat;
  await guest.exec(`
    ${masquerade(nat, firstPort)}
    ip addr del ${address}/24 dev ${out} # with its address go the mappings to it
    ip addr add ${address}/24 dev ${out}
    while grep -q 'sport=4500 dport=4500 .*dst=${address} ' /proc/net/nf_conntrack; do sleep 0.02; done
  `);
}

const masquerade = ({ out }: Nat, firstPort: number): string => `
  iptables-legacy -t nat -F POSTROUTING
  iptables-legacy -t nat -A POSTROUTING -o ${out} -p udp -j MASQUERADE --to-ports ${firstPort}-${firstPort + 999}`;

export class BehindNat {
  private constructor(
    private readonly guest: Guest,
    readonly host: HiddenHost,
  ) {}

  private get peer(): string {
    return this.host.peer ?? ownAddress;
  }

  /** With charon running; `suites` are its proposals. */
  static async start(guest: Guest, host: HiddenHost, suites: { ike: string; esp: string }): Promise<BehindNat> {
    const { name, address, gateway, id, peer = ownAddress } = host;
    const ends = [`local=${address}`, `remote=${peer}`, `lid=${id}`, 'rid=a.test'];
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

  /** How many were answered; `to`: absent, as whom it meets us. */
  ping({ to = this.peer, ...wish }: PingWish & { readonly to?: string } = {}): Promise<number> {
    return this.guest.ping(to, { ...wish, namespace: this.host.name });
  }

  /** A TCP connection to our port 2049: says `text`, and prints what comes back, or what went wrong. */
  talk(text: string, localPort: number, withinSeconds = 10): Promise<string> {
    const ends = `PeerAddr => "${this.peer}", PeerPort => 2049, LocalPort => ${localPort}, ReuseAddr => 1`;
    return this.exec(`timeout 20 perl -MIO::Socket::INET -e '
      $s = IO::Socket::INET->new(${ends}, Proto => "tcp", Timeout => ${withinSeconds}) or die "no connection: $!\\n";
      print $s "${text}\\n"; $s->flush; print scalar <$s>;
    ' 2>&1 || true`);
  }
}
