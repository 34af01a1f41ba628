/**
 * One end of the lab's wire: a host, or an SVM's LIFs on one node. Its IPsec boundary takes part in the lab's time by the agenda:
 * whatever is given to it is carried to its end, ciphers and negotiations included, before the next event.
 */
import { inOnePiece } from '../bytes/gathered.ts';
import type { Octets } from '../bytes/octets.ts';
import type { Connection } from '../ike/connection.ts';
import type { Fact } from '../ike/facts.ts';
import type { Means } from '../ike/means.ts';
import { Boundary } from '../ipsec/boundary.ts';
import type { Delivery, Drop } from '../ipsec/fate.ts';
import type { Spd } from '../spd/lookup.ts';
import type { Agenda, Booking } from './clock.ts';

export interface EndPorts {
  readonly agenda: Agenda;
  readonly means: Means;
  transmit(packet: Octets, from: End): void;
  deliver(packet: Octets, delivery: Delivery, at: End): void;
  onFact(fact: Fact, at: End): void;
  onDrop(drop: Drop, at: End): void;
  /** A bug (bytes/exceptions.ts): it cost what met it, and this end goes on. */
  onError(error: unknown, at: End): void;
}

export class End {
  readonly boundary: Boundary;
  readonly #agenda: Agenda;
  #booking: Booking | undefined;
  #wokenAtMs = Number.NEGATIVE_INFINITY;

  constructor(
    readonly name: string,
    readonly kind: 'cluster' | 'host',
    ports: EndPorts,
  ) {
    this.#agenda = ports.agenda;
    this.boundary = new Boundary(
      {
        means: ports.means,
        transmit: (packet) => ports.transmit(inOnePiece(packet), this),
        deliver: (packet, delivery) => ports.deliver(inOnePiece(packet), delivery, this),
        onFact: (fact) => ports.onFact(fact, this),
        onDrop: (drop) => ports.onDrop(drop, this),
        onError: (error) => ports.onError(error, this),
      },
      { ike: { crossedWaitMs: 1000 } }, // no end of the lab has habits of its own with crossed IKE SAs
    );
  }

  /** Packets of a local application. */
  async send(packets: readonly Octets[]): Promise<void> {
    for (const packet of packets) this.boundary.sendIp(packet, this.#agenda.nowMs);
    await this.settle();
  }

  /** A packet from the wire. */
  async receive(packet: Octets): Promise<void> {
    this.boundary.receiveIp(packet, this.#agenda.nowMs);
    await this.settle();
  }

  /** The new policies decide from this call on; SAs that they do not want are deleted when it resolves. */
  async configure(spd: Spd, connections: readonly Connection[]): Promise<void> {
    await this.boundary.configure(spd, connections, this.#agenda.nowMs);
    await this.settle();
  }

  /** Resolves when all that was begun here is done, and its next deadline is on the agenda. */
  async settle(): Promise<void> {
    await this.boundary.settle();
    const atMs = this.boundary.nextWakeAtMs;
    if (atMs === this.#booking?.atMs) return;
    if (this.#booking !== undefined) this.#agenda.cancel(this.#booking);
    // A deadline that a wake-up has not met waits a millisecond: time goes on whatever a boundary asks for.
    this.#booking =
      atMs === undefined
        ? undefined
        : this.#agenda.at(Math.max(atMs, this.#wokenAtMs + 1), this.name, () => this.#wake());
  }

  async #wake(): Promise<void> {
    this.#booking = undefined;
    this.#wokenAtMs = this.#agenda.nowMs;
    await this.boundary.wake(this.#agenda.nowMs);
    await this.settle();
  }
}
