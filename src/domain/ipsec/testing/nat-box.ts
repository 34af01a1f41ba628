/**
 * A NAT as homes and offices have one (RFC 3022, RFC 4787): UDP goes out from its one outer address, a port for each inner end;
 * what comes back to that port goes in. It knows no ESP. `forget` gives every inner end another port, as after a restart.
 */
import type { Octets } from '../../bytes/octets.ts';
import type { UdpEnd } from '../../ike/datagram.ts';
import { type IpAddress, printAddress } from '../../net/address.ts';
import { layOut } from '../../net/ip-layout.ts';
import { readUdp, type UdpDatagram, writeUdp } from '../../net/udp.ts';

export class NatBox {
  readonly #portOf = new Map<string, number>();
  readonly #innerOf = new Map<number, UdpEnd>();
  #nextPort = 40_001;

  constructor(
    public outer: IpAddress,
    /** Ports of the outer address that always lead to one inner address, as a server behind a NAT has it. */
    private readonly forwards: { readonly to: IpAddress; readonly ports: readonly number[] } | undefined = undefined,
  ) {}

  /** Undefined: not UDP, so it stays inside. */
  outward(packet: Octets): Octets | undefined {
    const udp = udpOf(packet);
    if (!udp) return undefined;
    return writeUdp({ ...udp, source: this.outer, sourcePort: this.#mapped(udp) });
  }

  /** Undefined: nobody inside has asked for it. */
  inward(packet: Octets): Octets | undefined {
    const udp = udpOf(packet);
    if (!udp) return undefined;
    const isForwarded = this.forwards?.ports.includes(udp.destinationPort);
    const inner = isForwarded && this.forwards ? { address: this.forwards.to, port: udp.destinationPort } : undefined;
    const end = inner ?? this.#innerOf.get(udp.destinationPort);
    return end && writeUdp({ ...udp, destination: end.address, destinationPort: end.port });
  }

  forget(): void {
    this.#portOf.clear();
    this.#innerOf.clear();
  }

  #mapped({ source, sourcePort }: UdpDatagram): number {
    if (this.forwards?.ports.includes(sourcePort)) return sourcePort;
    const key = `${printAddress(source)} ${sourcePort}`;
    const known = this.#portOf.get(key);
    if (known !== undefined) return known;
    const port = this.#nextPort++;
    this.#portOf.set(key, port);
    this.#innerOf.set(port, { address: source, port: sourcePort });
    return port;
  }
}

function udpOf(packet: Octets): UdpDatagram | undefined {
  const layout = layOut(packet);
  return layout.ok ? readUdp(packet, layout.value) : undefined;
}
