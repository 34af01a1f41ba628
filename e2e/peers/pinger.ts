/**
 * An application behind our boundary that pings and answers pings: traffic whose arrival proves that every octet came through.
 */
import { equalOctets, type Octets } from '../../src/domain/bytes/octets.ts';
import { address } from '../../src/domain/net/address.ts';
import { type Echo, readEcho, writeEcho } from '../../src/domain/net/icmp.ts';
import { layOut } from '../../src/domain/net/ip-layout.ts';

const identifier = 0x4f57;

export class Pinger {
  /** Pings of the other end that we answered. */
  answered = 0;
  #sequence = 0;
  readonly #waiting = new Map<number, { readonly data: Octets; readonly resolve: () => void }>();

  constructor(
    private readonly send: (packet: Octets) => void,
    private readonly own: string,
  ) {}

  /** What the boundary delivers. */
  take(packet: Octets): void {
    const layout = layOut(packet);
    const echo = layout.ok ? readEcho(packet, layout.value) : undefined;
    if (echo?.kind === 'request') this.#answer(echo);
    const waiting = echo?.identifier === identifier ? this.#waiting.get(echo.sequence) : undefined;
    if (echo?.kind !== 'reply' || !waiting || !equalOctets(echo.data, waiting.data)) return;
    this.#waiting.delete(echo.sequence);
    waiting.resolve();
  }

  /** Resolves when the reply came with the very same octets; rejects when it did not come in time. */
  ping(destination: string, octets = 56, withinMs = 20_000): Promise<void> {
    this.#sequence += 1;
    const sequence = this.#sequence;
    const data = Uint8Array.from({ length: octets }, (_, i) => i * sequence);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no reply to ping ${sequence}`)), withinMs);
      this.#waiting.set(sequence, {
        data,
        resolve: () => {
          clearTimeout(timer);
          resolve();
        },
      });
      const ends = { source: address(this.own), destination: address(destination) };
      this.send(writeEcho({ kind: 'request', ...ends, identifier, sequence, data }));
    });
  }

  /** Sends one that nobody waits for. */
  knock(destination: string): void {
    this.ping(destination, 56, 1).catch(() => {});
  }

  #answer({ source, destination, ...echo }: Echo): void {
    this.answered += 1;
    this.send(writeEcho({ ...echo, kind: 'reply', source: destination, destination: source }));
  }
}
