/**
 * Clients behind one NAT and a cluster on the other side, which may have a NAT of its own. For tests alone.
 */
import { inOnePiece } from '../../bytes/gathered.ts';
import type { Octets } from '../../bytes/octets.ts';
import { seededProvider } from '../../crypto/seeded-provider.ts';
import { webProvider } from '../../crypto/web-provider.ts';
import type { Connection } from '../../ike/connection.ts';
import type { Fact } from '../../ike/facts.ts';
import { meansOf } from '../../ike/means.ts';
import { aConnection, type ConnectionWish } from '../../ike/testing/builders.ts';
import { passUntilQuiet, type World } from '../../ike/testing/virtual-time.ts';
import { address, printAddress } from '../../net/address.ts';
import { destinationOf, layOut } from '../../net/ip-layout.ts';
import { makeSpd } from '../../spd/lookup.ts';
import { aPolicy, aSelector } from '../../spd/testing/builders.ts';
import { Boundary } from '../boundary.ts';
import type { Drop } from '../fate.ts';
import { NatBox } from './nat-box.ts';

export const clientAddresses = ['10.0.0.7', '10.0.0.8'] as const;
export const natAddress = '203.0.113.1';
/** As clients know the cluster. */
export const publicAddress = '198.51.100.9';
/** Its own address where it has a NAT of its own. */
export const hiddenAddress = '172.16.0.9';

export interface NatWorldWish {
  readonly isClusterHidden?: boolean;
  readonly both?: Partial<ConnectionWish>;
  /** Each client's own UDP port, which its policy is limited to; absent: all traffic. */
  readonly ports?: readonly [number, number];
  /** Clients prefer transport mode, the cluster has tunnels alone, to these inner addresses. */
  readonly tunnelTo?: string;
  /** How the clients call themselves. */
  readonly ids?: readonly [string, string];
}

export class NatEnd {
  readonly facts: Fact[] = [];
  readonly drops: Drop[] = [];
  readonly delivered: Octets[] = [];
  readonly transmitted: Octets[] = [];
  readonly boundary: Boundary;

  constructor(
    readonly address: string,
    readonly connection: Connection,
    selectors: readonly [local: string, remote: string],
    private readonly world: NatWorld,
  ) {
    this.boundary = new Boundary({
      means: meansOf(seededProvider(webProvider, address)),
      transmit: (pieces) => {
        const packet = inOnePiece(pieces);
        this.transmitted.push(packet);
        world.carry(this, packet);
      },
      deliver: (packet) => this.delivered.push(inOnePiece(packet)),
      onFact: (fact) => this.facts.push(fact),
      onDrop: (drop) => this.drops.push(drop),
    });
    const policy = aPolicy(connection.name, ...selectors);
    void this.boundary.configure(makeSpd([policy], 'bypass'), [connection], world.nowMs);
  }

  send(packet: Octets) {
    return this.boundary.sendIp(packet, this.world.nowMs);
  }
}

export class NatWorld implements World {
  readonly nat = new NatBox(address(natAddress));
  readonly clusterNat: NatBox | undefined;
  readonly clients: readonly [NatEnd, NatEnd];
  readonly cluster: NatEnd;
  nowMs = 1_000_000;
  #onTheWire: Octets[] = [];

  constructor({
    isClusterHidden = false,
    both = {},
    ports,
    ids = ['one.test', 'two.test'],
    tunnelTo,
  }: NatWorldWish = {}) {
    const local = isClusterHidden ? hiddenAddress : publicAddress;
    const connection = aConnection({
      ...{ local, remote: natAddress, id: 'cluster.test', peerId: '*' },
      ...(tunnelTo ? { remoteSubnet: tunnelTo, child: { mode: { want: 'tunnel', strictness: 'require' } } } : {}),
      ...both,
    });
    this.cluster = new NatEnd(local, connection, [local, tunnelTo ?? natAddress], this);
    this.clusterNat = isClusterHidden
      ? new NatBox(address(publicAddress), { to: address(hiddenAddress), ports: [500, 4500] })
      : undefined;
    const client = (own: string, id: string, port: number | undefined) => {
      const ends = { local: own, remote: publicAddress, id, peerId: 'cluster.test' };
      const of = (end: string, only: number | undefined) => (only === undefined ? end : `${end}[udp/${only}]`);
      const [here, there] = [of(own, port), of(publicAddress, port && 2049)];
      const child = {
        ...{ localSelectors: [aSelector(here)], remoteSelectors: [aSelector(there)] },
        ...(tunnelTo ? { mode: { want: 'transport', strictness: 'prefer' } as const } : {}),
      };
      return new NatEnd(own, aConnection({ ...ends, child, ...both }), [here, there], this);
    };
    this.clients = [client(clientAddresses[0], ids[0], ports?.[0]), client(clientAddresses[1], ids[1], ports?.[1])];
  }

  get client(): NatEnd {
    return this.clients[0];
  }

  /** What leaves an end passes the NAT before it. */
  carry(from: NatEnd, packet: Octets): void {
    const nat = from === this.cluster ? this.clusterNat : this.nat;
    const seen = nat ? nat.outward(packet) : packet;
    if (seen) this.#onTheWire.push(seen);
  }

  /** Until nothing lies in the wire; deadlines within `withinMs` are waited for. */
  run(withinMs = 0): Promise<this> {
    return passUntilQuiet(this, this.nowMs + withinMs).then(() => this);
  }

  get clocked(): readonly Boundary[] {
    return this.#ends.map(({ boundary }) => boundary);
  }

  get arrivesAtMs(): number | undefined {
    return this.#onTheWire.length > 0 ? this.nowMs : undefined;
  }

  deliver(): void {
    for (const packet of this.#onTheWire.splice(0)) this.#arrive(packet);
  }

  #arrive(packet: Octets): void {
    const isForClients = destinationText(packet) === printAddress(this.nat.outer);
    const nat = isForClients ? this.nat : this.clusterNat;
    const inner = nat ? nat.inward(packet) : packet;
    if (!inner) return;
    const end = this.#ends.find((each) => each.address === destinationText(inner));
    end?.boundary.receiveIp(inner, this.nowMs);
  }

  get #ends(): readonly NatEnd[] {
    return [...this.clients, this.cluster];
  }
}

function destinationText(packet: Octets): string {
  const layout = layOut(packet);
  return layout.ok ? printAddress(destinationOf(packet, layout.value.family)) : '';
}
