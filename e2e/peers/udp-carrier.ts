/**
 * Carries an IkeEndpoint over real UDP under Node: two sockets (IKE and NAT traversal), the non-ESP marker, and one timer for
 * the endpoint's next deadline. It has no opinion of its own.
 */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { concat, type Octets } from '../../src/domain/bytes/octets.ts';
import { type Datagram, needsMarker, type UdpEnd } from '../../src/domain/ike/datagram.ts';
import { IkeEndpoint } from '../../src/domain/ike/endpoint/endpoint.ts';
import type { EndpointPorts } from '../../src/domain/ike/endpoint/ports.ts';
import type { EndpointSettings } from '../../src/domain/ike/settings.ts';
import { type IpAddress, address as parsedAddress, printAddress } from '../../src/domain/net/address.ts';

export interface CarrierOptions {
  readonly address: string;
  readonly ikePort: number;
  readonly natPort: number;
  readonly endpoint: Omit<EndpointPorts, 'send' | 'onWakeChange'>;
  readonly settings?: Partial<EndpointSettings>;
  /** Damages, loses or repeats what we send: returns what really goes out. */
  readonly outbound?: (datagram: Datagram) => readonly Datagram[];
  /** ESP in UDP that arrives on the NAT traversal port. */
  readonly onEsp?: (packet: Octets, remote: UdpEnd) => void;
}

const marker: Octets = new Uint8Array(4);

export class UdpCarrier {
  readonly endpoint: IkeEndpoint;
  private readonly address: IpAddress;
  private readonly sockets = new Map<number, Socket>();
  private timer: NodeJS.Timeout | undefined;

  private constructor(private readonly options: CarrierOptions) {
    this.address = parsedAddress(options.address);
    this.endpoint = new IkeEndpoint(
      {
        ...options.endpoint,
        send: (datagram) => this.send(datagram),
        onWakeChange: (nextWakeAtMs) => this.arm(nextWakeAtMs),
      },
      { natPort: options.natPort, ...options.settings },
    );
  }

  static async open(options: CarrierOptions): Promise<UdpCarrier> {
    const carrier = new UdpCarrier(options);
    await Promise.all([options.ikePort, options.natPort].map((port) => carrier.bind(port)));
    return carrier;
  }

  async close(): Promise<void> {
    clearTimeout(this.timer);
    await this.endpoint.settle();
    for (const socket of this.sockets.values()) socket.close();
    this.sockets.clear(); // what the endpoint still says goes nowhere, and nothing arms the timer again
    clearTimeout(this.timer);
  }

  private async bind(port: number): Promise<void> {
    const socket = createSocket('udp4');
    socket.on('message', (octets, { address, port: remotePort }) => {
      const path = {
        local: { address: this.address, port },
        remote: { address: parsedAddress(address), port: remotePort },
      };
      this.take(Uint8Array.from(octets), path);
    });
    socket.bind(port, this.options.address);
    await once(socket, 'listening');
    this.sockets.set(port, socket);
  }

  private take(octets: Octets, path: Pick<Datagram, 'local' | 'remote'>): void {
    if (!needsMarker(path)) return void this.endpoint.receive({ ...path, octets }, Date.now());
    const hasMarker = octets.length >= 4 && octets.subarray(0, 4).every((octet) => octet === 0);
    if (hasMarker) return void this.endpoint.receive({ ...path, octets: octets.slice(4) }, Date.now());
    const isKeepalive = octets.length === 1;
    if (!isKeepalive) this.options.onEsp?.(octets, path.remote);
  }

  private send(datagram: Datagram): void {
    for (const { local, remote, octets } of this.options.outbound?.(datagram) ?? [datagram]) {
      const payload = needsMarker({ local, remote }) ? concat(marker, octets) : octets;
      this.sockets.get(local.port)?.send(payload, remote.port, printAddress(remote.address));
    }
  }

  /** A timer may fire a millisecond before its instant: then nothing was due, nothing changed, and it is armed anew here. */
  private async wake(): Promise<void> {
    await this.endpoint.wake(Date.now());
    this.arm(this.endpoint.nextWakeAtMs);
  }

  private arm(nextWakeAtMs: number | undefined): void {
    clearTimeout(this.timer);
    if (nextWakeAtMs === undefined || this.sockets.size === 0) return;
    const delayMs = Math.min(Math.max(0, nextWakeAtMs - Date.now()), 2 ** 31 - 1);
    this.timer = setTimeout(() => void this.wake(), delayMs);
  }
}
