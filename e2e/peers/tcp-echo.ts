/**
 * An application behind our boundary that listens on a TCP port and says back what it hears: enough of TCP (RFC 9293) for a
 * peer on a wire that loses nothing. Segments whose checksum is wrong are none.
 */
import type { Octets } from '../../src/domain/bytes/octets.ts';
import { emptyOctets } from '../../src/domain/bytes/octets.ts';
import { layOut } from '../../src/domain/net/ip-layout.ts';
import { readTcp, type TcpSegment, tcpFlags, writeTcp } from '../../src/domain/net/tcp.ts';

const { fin, syn, rst, psh, ack } = tcpFlags;
const initialSequence = 1000;

export class TcpEcho {
  constructor(
    private readonly send: (packet: Octets) => void,
    private readonly port: number,
  ) {}

  /** What the boundary delivers. */
  take(packet: Octets): void {
    const layout = layOut(packet);
    const segment = layout.ok ? readTcp(packet, layout.value) : undefined;
    if (segment?.destinationPort !== this.port || (segment.flags & rst) !== 0) return;
    const isSyn = (segment.flags & syn) !== 0;
    const isFin = (segment.flags & fin) !== 0;
    if (isSyn) this.#answer(segment, syn | ack, initialSequence, 1);
    else if (isFin) this.#answer(segment, fin | ack, segment.acknowledgement, segment.payload.length + 1);
    else if (segment.payload.length > 0) {
      this.#answer(segment, psh | ack, segment.acknowledgement, segment.payload.length, segment.payload);
    }
  }

  #answer(to: TcpSegment, flags: number, sequence: number, taken: number, payload = emptyOctets): void {
    const { source, destination, sourcePort, destinationPort } = to;
    this.send(
      writeTcp({
        ...{ source: destination, destination: source, sourcePort: destinationPort, destinationPort: sourcePort },
        ...{ sequence, acknowledgement: (to.sequence + taken) % 2 ** 32, flags, window: 8192, payload },
      }),
    );
  }
}
