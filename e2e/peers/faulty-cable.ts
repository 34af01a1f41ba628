/**
 * A cable that loses, doubles and holds back ESP packets, each direction by a seeded stream of its own: the same seed does the
 * same to the nth packet of a direction, however the two directions interleave. It keeps the numbers of what arrived.
 */
import { type Gathered, octetsIn } from '../../src/domain/bytes/gathered.ts';
import { type Random, seededRandom } from '../../src/domain/crypto/random.ts';
import { sequenceOf, spiOf } from '../../src/domain/esp/packet.ts';
import { isForIke } from '../../src/domain/ipsec/udp-ports.ts';
import { layOut } from '../../src/domain/net/ip-layout.ts';
import { protocols } from '../../src/domain/net/protocol.ts';
import { udpHeaderOctets } from '../../src/domain/net/udp.ts';
import type { Cable } from './ethernet-link.ts';

export interface Faults {
  /** Shares of the packets, 0 to 1. */
  readonly lost: number;
  readonly doubled?: number;
  readonly overtaken?: number;
}

/** So many packets pass before one that was held back: fewer than any replay window has. */
const overtakers = 8;
/** A copy comes up to so many packets later: within the replay window or long behind it. */
const copyLag = 100;

export class FaultyCable {
  readonly own: OneWay;
  readonly guest: OneWay;

  /** @param onLost hears of each packet that will not arrive. */
  constructor(seed: string, faults: Faults, onLost: () => void) {
    this.own = new OneWay(faults, seededRandom(seed, 'own'), onLost);
    this.guest = new OneWay(faults, seededRandom(seed, 'guest'), onLost);
  }

  readonly cable: Cable = (packet, from, carry) => {
    const sequence = espSequenceOf(packet);
    if (sequence === undefined) carry();
    else this[from].take(sequence, carry);
  };

  /** What is held back arrives, and from now on everything does. */
  heal(): void {
    this.own.heal();
    this.guest.heal();
  }
}

class OneWay {
  sent = 0;
  lost = 0;
  /** The sequence numbers of ESP as they arrived, copies too: their low 32 bits. */
  readonly arrived: number[] = [];
  #held: { readonly afterPacket: number; readonly arrive: () => void }[] = [];
  #isSound = false;

  constructor(
    private readonly faults: Faults,
    private readonly random: Random,
    private readonly onLost: () => void,
  ) {}

  take(sequence: number, carry: () => void): void {
    const arrive = () => {
      this.arrived.push(sequence);
      carry();
    };
    this.sent += 1;
    if (this.#isSound) arrive();
    else this.#meetFault(arrive);
    this.#release(({ afterPacket }) => afterPacket <= this.sent);
  }

  heal(): void {
    this.#isSound = true;
    this.#release(() => true);
  }

  /** Draws twice a packet, whatever comes of it. */
  #meetFault(arrive: () => void): void {
    const { lost, doubled = 0, overtaken = 0 } = this.faults;
    const [share, lag] = [this.#draw(), this.#draw()];
    if (share < lost) {
      this.lost += 1;
      this.onLost();
    } else if (share < lost + doubled) {
      arrive();
      this.#held.push({ afterPacket: this.sent + Math.floor(lag * copyLag), arrive });
    } else if (share < lost + doubled + overtaken) {
      this.#held.push({ afterPacket: this.sent + 1 + Math.floor(lag * overtakers), arrive });
    } else arrive();
  }

  #release(isDue: (held: { readonly afterPacket: number }) => boolean): void {
    const due = this.#held.filter(isDue);
    this.#held = this.#held.filter((each) => !isDue(each));
    for (const { arrive } of due) arrive();
  }

  /** From 0 up to 1. */
  #draw(): number {
    const [a = 0, b = 0, c = 0] = this.random(3);
    return ((a << 16) | (b << 8) | c) / 2 ** 24;
  }
}

/** The low 32 bits of its sequence number; undefined: the packet is no ESP, plain or in UDP. */
function espSequenceOf(packet: Gathered): number | undefined {
  const [head] = packet; // ESP's own head is in it
  const layout = layOut(head, octetsIn(packet));
  if (!layout.ok) return undefined;
  const { protocol, upperAt } = layout.value;
  if (protocol === protocols.esp) return sequenceOf(head, upperAt);
  const isEspInUdp = isForIke(head, layout.value) && spiOf(head, upperAt + udpHeaderOctets) !== 0;
  return isEspInUdp ? sequenceOf(head, upperAt + udpHeaderOctets) : undefined;
}
