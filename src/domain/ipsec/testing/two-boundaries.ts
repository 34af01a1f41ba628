/**
 * A host and a cluster, each behind its boundary, joined by a wire of IP packets that takes no time. For tests alone.
 */
import { inOnePiece } from '../../bytes/gathered.ts';
import type { Octets } from '../../bytes/octets.ts';
import type { CryptoProvider } from '../../crypto/provider.ts';
import { seededProvider } from '../../crypto/seeded-provider.ts';
import { webProvider } from '../../crypto/web-provider.ts';
import type { Connection } from '../../ike/connection.ts';
import type { Fact } from '../../ike/facts.ts';
import type { KeyLogSink } from '../../ike/keys/key-log.ts';
import { meansOf } from '../../ike/means.ts';
import { aConnection, type ConnectionWish } from '../../ike/testing/builders.ts';
import { passUntilQuiet, type World } from '../../ike/testing/virtual-time.ts';
import type { TranscriptEntry } from '../../ike/transcript.ts';
import { layOut } from '../../net/ip-layout.ts';
import { makeSpd } from '../../spd/lookup.ts';
import type { SpdPolicy } from '../../spd/policy.ts';
import { aPolicy } from '../../spd/testing/builders.ts';
import { Boundary, type BoundarySettings } from '../boundary.ts';
import type { Delivery, Drop } from '../fate.ts';
import type { BoundaryPorts } from '../ports.ts';
import { segment } from './two-paths.ts';

export const hostAddress = '10.2.2.2';
export const lifAddress = '10.1.1.1';

export interface EndWish {
  /** Overrules both ends' connection, seen from this end. */
  readonly connection?: Partial<ConnectionWish>;
  readonly policies?: readonly SpdPolicy[];
  readonly settings?: Partial<BoundarySettings>;
  readonly keyLog?: KeyLogSink;
  /** In the place of what the end does with what comes to it. */
  readonly ports?: Partial<BoundaryPorts>;
}

export interface BoundariesWish {
  readonly host?: EndWish;
  readonly cluster?: EndWish;
  readonly both?: Partial<ConnectionWish>;
  /** Both ends' cryptography; absent: WebCrypto's, seeded. */
  readonly provider?: CryptoProvider;
}

export class BoundaryEnd {
  readonly facts: Fact[] = [];
  readonly drops: Drop[] = [];
  readonly transcript: TranscriptEntry[] = [];
  readonly delivered: { readonly packet: Octets; readonly delivery: Delivery }[] = [];
  /** Everything that left for the wire. */
  readonly transmitted: Octets[] = [];
  readonly boundary: Boundary;
  readonly connection: Connection;
  readonly policies: readonly SpdPolicy[];

  constructor(
    name: string,
    private readonly world: TwoBoundaries,
    ends: { readonly local: string; readonly remote: string },
    wish: EndWish,
    { both = {}, provider }: BoundariesWish,
  ) {
    this.connection = aConnection({ ...ends, ...both, ...wish.connection });
    this.policies = wish.policies ?? [aPolicy('nfs', ends.local, ends.remote)];
    this.boundary = new Boundary(
      {
        means: meansOf(provider ?? seededProvider(webProvider, name)),
        transmit: (pieces) => {
          const packet = inOnePiece(pieces);
          this.transmitted.push(packet);
          world.carry(this, packet);
        },
        deliver: (packet, delivery) => this.delivered.push({ packet: inOnePiece(packet), delivery }),
        onFact: (fact) => this.facts.push(fact),
        onDrop: (drop) => this.drops.push(drop),
        transcript: (entry) => this.transcript.push(entry),
        ...wish.ports,
      },
      wish.settings,
    );
    this.boundary.ike.setKeyLog(wish.keyLog);
  }

  configure(policies = this.policies, connections: readonly Connection[] = [this.connection]): Promise<void> {
    return this.boundary.configure(makeSpd(policies, 'bypass'), connections, this.world.nowMs);
  }

  send(packet: Octets) {
    return this.boundary.sendIp(packet, this.world.nowMs);
  }

  /** Protocol numbers of what left, in order. */
  protocols(): readonly number[] {
    return this.transmitted.map((packet) => {
      const layout = layOut(packet);
      return layout.ok ? layout.value.protocol : -1;
    });
  }

  whyDropped(): readonly string[] {
    return this.drops.map(({ why }) => why);
  }
}

export class TwoBoundaries implements World {
  readonly host: BoundaryEnd;
  readonly cluster: BoundaryEnd;
  nowMs = 1_000_000;
  /** Loses what it returns false for. */
  passes: (packet: Octets) => boolean = () => true;
  #onTheWire: { readonly to: BoundaryEnd; readonly packet: Octets }[] = [];

  constructor(wish: BoundariesWish) {
    const { host = {}, cluster = {} } = wish;
    this.host = new BoundaryEnd('host', this, { local: hostAddress, remote: lifAddress }, host, wish);
    this.cluster = new BoundaryEnd('cluster', this, { local: lifAddress, remote: hostAddress }, cluster, wish);
  }

  carry(from: BoundaryEnd, packet: Octets): void {
    if (this.passes(packet)) this.#onTheWire.push({ to: from === this.host ? this.cluster : this.host, packet });
  }

  /** Until nothing lies in the wire; deadlines within `withinMs` are waited for. */
  run(withinMs = 0): Promise<this> {
    return passUntilQuiet(this, this.nowMs + withinMs).then(() => this);
  }

  get clocked(): readonly Boundary[] {
    return [this.host.boundary, this.cluster.boundary];
  }

  get arrivesAtMs(): number | undefined {
    return this.#onTheWire.length > 0 ? this.nowMs : undefined;
  }

  deliver(): void {
    for (const { to, packet } of this.#onTheWire.splice(0)) to.boundary.receiveIp(packet, this.nowMs);
  }
}

/** Both ends configured. */
export async function twoBoundaries(wish: BoundariesWish = {}): Promise<TwoBoundaries> {
  const world = new TwoBoundaries(wish);
  await Promise.all([world.host.configure(), world.cluster.configure()]);
  return world;
}

/** NFS in TCP, to the LIF's port or from it. */
export function message(source: string, destination: string): Octets {
  const [sourcePort, destinationPort] = destination === lifAddress ? [700, 2049] : [2049, 700];
  return segment(source, destination, sourcePort, destinationPort, 'a message', 1);
}
