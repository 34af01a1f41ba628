/**
 * Our boundary on a guest's cable, with real time, and an application behind it that pings. Traffic itself asks for its SAs.
 */
import { inOnePiece } from '../../src/domain/bytes/gathered.ts';
import type { Octets } from '../../src/domain/bytes/octets.ts';
import type { Connection } from '../../src/domain/ike/connection.ts';
import type { Fact } from '../../src/domain/ike/facts.ts';
import { meansOf } from '../../src/domain/ike/means.ts';
import type { EndpointSettings } from '../../src/domain/ike/settings.ts';
import { Boundary } from '../../src/domain/ipsec/boundary.ts';
import type { Drop } from '../../src/domain/ipsec/fate.ts';
import { makeSpd } from '../../src/domain/spd/lookup.ts';
import type { SpdPolicy } from '../../src/domain/spd/policy.ts';
import { nodeProvider } from '../../src/server/node-provider.ts';
import type { StreamingEnd } from './echo-stream.ts';
import type { EthernetLink } from './ethernet-link.ts';
import { Pinger } from './pinger.ts';

export class BoundaryEnd implements StreamingEnd {
  readonly facts: Fact[] = [];
  readonly drops: Drop[] = [];
  readonly pinger: Pinger;
  /** Sees what the boundary delivers, beside the pinger. */
  onDelivered: (packet: Octets) => void = () => {};
  readonly boundary: Boundary;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    readonly link: EthernetLink,
    readonly own: string,
    settings: Partial<EndpointSettings> = {},
  ) {
    this.pinger = new Pinger((packet) => this.send(packet), own);
    this.boundary = new Boundary(
      {
        means: meansOf(nodeProvider),
        transmit: (packet) => link.send(packet),
        deliver: (pieces) => {
          const packet = inOnePiece(pieces);
          this.pinger.take(packet);
          this.onDelivered(packet);
        },
        onFact: (fact) => this.facts.push(fact),
        onDrop: (drop) => this.drops.push(drop),
        onWakeChange: () => this.#arm(),
      },
      { ike: settings },
    );
    link.onPacket = (packet) => this.boundary.receiveIp(packet, Date.now());
  }

  send(packet: Octets): void {
    void this.boundary.sendIp(packet, Date.now());
  }

  configure(policies: readonly SpdPolicy[], connections: readonly Connection[]): Promise<void> {
    return this.boundary.configure(makeSpd(policies, 'bypass'), connections, Date.now());
  }

  async close(): Promise<void> {
    await this.boundary.settle();
    this.link.onPacket = () => {};
    clearTimeout(this.#timer);
  }

  #arm(): void {
    clearTimeout(this.#timer);
    const { nextWakeAtMs } = this.boundary;
    if (nextWakeAtMs === undefined) return;
    const delayMs = Math.min(Math.max(0, nextWakeAtMs - Date.now()), 2 ** 31 - 1);
    this.#timer = setTimeout(() => void this.boundary.wake(Date.now()).then(() => this.#arm()), delayMs);
  }
}
