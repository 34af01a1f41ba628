/**
 * An application behind our end that has the peer's kernel answer echo requests as fast as it can. So many are under way at a
 * time, and one that the cable lost makes room as one that was answered does: nothing waits for a time to pass.
 */
import { equalOctets, type Octets } from '../../src/domain/bytes/octets.ts';
import { address } from '../../src/domain/net/address.ts';
import { readEcho, writeEcho } from '../../src/domain/net/icmp.ts';
import { layOut } from '../../src/domain/net/ip-layout.ts';
import type { EthernetLink } from './ethernet-link.ts';
import { type Faults, FaultyCable } from './faulty-cable.ts';

/** What the stream needs of our end. */
export interface StreamingEnd {
  readonly link: EthernetLink;
  readonly own: string;
  send(packet: Octets): void;
  onDelivered: (packet: Octets) => void;
}

const identifier = 0x4f58;
/** The guest's network card has room for 64 frames and loses what is beyond. */
const underWayAtMost = 32;
const longest = 1200;
const givesUpAfterMs = 50_000;

/**
 * Sends echo requests over a cable with these faults until the peer has been reached by `count` of them and thus has sent as
 * many. Then the cable is whole, and all is waited for that is still under way.
 */
export async function streamEchoes(
  end: StreamingEnd,
  to: string,
  wish: { readonly seed: string; readonly count: number; readonly faults: Faults },
): Promise<{ readonly echoes: EchoStream; readonly faulty: FaultyCable }> {
  const echoes = new EchoStream(end, to);
  const faulty = new FaultyCable(wish.seed, wish.faults, () => echoes.makeRoom());
  end.link.cable = faulty.cable;
  await echoes.run(
    () => faulty.own.sent - faulty.own.lost < wish.count,
    () => faulty.heal(),
  );
  return { echoes, faulty };
}

class EchoStream {
  sent = 0;
  /** With the very same octets. */
  answered = 0;
  /** With other octets, or though nobody waits for it: a copy. */
  answeredWrongly = 0;
  readonly #waiting = new Set<number>();
  #underWay = 0;
  #pump: () => void = () => {};

  constructor(
    private readonly end: StreamingEnd,
    private readonly to: string,
  ) {
    end.onDelivered = (packet) => this.#take(packet);
  }

  run(wantsMore: () => boolean, whenAllAreSent: () => void): Promise<void> {
    return new Promise((resolve, reject) => {
      const fail = () => reject(new Error(`${this.#underWay} of ${this.sent} pings are neither answered nor lost`));
      const timer = setTimeout(fail, givesUpAfterMs);
      let areAllSent = false;
      this.#pump = () => {
        while (wantsMore() && this.#underWay < underWayAtMost) this.#sendNext();
        if (!areAllSent && !wantsMore()) {
          areAllSent = true;
          whenAllAreSent();
        }
        if (!areAllSent || this.#underWay > 0) return;
        clearTimeout(timer);
        resolve();
      };
      this.#pump();
    });
  }

  /** One under way is lost. */
  makeRoom(): void {
    this.#underWay -= 1;
    queueMicrotask(this.#pump);
  }

  #sendNext(): void {
    this.sent += 1;
    this.#underWay += 1;
    this.#waiting.add(this.sent);
    const ends = { source: address(this.end.own), destination: address(this.to) };
    this.end.send(writeEcho({ kind: 'request', ...ends, identifier, sequence: this.sent, data: dataOf(this.sent) }));
  }

  #take(packet: Octets): void {
    const layout = layOut(packet);
    const echo = layout.ok ? readEcho(packet, layout.value) : undefined;
    if (echo?.kind !== 'reply' || echo.identifier !== identifier) return;
    const isAwaited = this.#waiting.delete(echo.sequence);
    if (!isAwaited || !equalOctets(echo.data, dataOf(echo.sequence))) this.answeredWrongly += 1;
    else this.answered += 1;
    this.#underWay -= 1;
    this.#pump();
  }
}

/** From nothing up to the longest, no two alike. */
function dataOf(sequence: number): Octets {
  const data = new Uint8Array((sequence * 131) % (longest + 1));
  for (let i = 0; i < data.length; i++) data[i] = i * sequence + (sequence >> 8);
  return data;
}
