/**
 * A host on the virtual Ethernet of a User-Mode-Linux guest, in plain Node: whole IP packets in and out, IPv4 and IPv6. The
 * guest's network card carries frames in L2TPv3 over UDP on 127.0.0.1 (RFC 3931 4.1.2.1: flags, session, frame). The guest's
 * hardware address follows from its IPv4 address, so we ask nobody; we answer ARP (RFC 826) and neighbour solicitations
 * (RFC 4861).
 */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { Gathered } from '../../src/domain/bytes/gathered.ts';
import { compareOctets, concat, type Octets } from '../../src/domain/bytes/octets.ts';
import { address, type IpAddress } from '../../src/domain/net/address.ts';
import { checksumOf, pseudoHeaderSum, sumOf } from '../../src/domain/net/checksum.ts';
import { setU16, writeIp } from '../../src/domain/net/ip.ts';
import { sourceOf, u16At } from '../../src/domain/net/ip-layout.ts';
import { protocols } from '../../src/domain/net/protocol.ts';

export interface LinkOptions {
  /** Of our end of the L2TP session, and of the guest's. */
  readonly ownPort: number;
  readonly guestPort: number;
  readonly guest: string;
  /** Addresses that we answer for. */
  readonly own: readonly string[];
}

/** What a cable does with a packet that one end sent: `carry` as often as it arrives, at once or later. */
export type Cable = (packet: Gathered, from: 'own' | 'guest', carry: () => void) => void;

export const soundCable: Cable = (_packet, _from, carry) => carry();
export const cutCable: Cable = () => {};

const sessionHeader = Uint8Array.of(0, 3, 0, 0, 0, 0, 0, 1);
const ownMac = Uint8Array.of(2, 0, 0, 0, 0, 0xfe);
const etherTypes = { ipv4: 0x0800, arp: 0x0806, ipv6: 0x86dd } as const;
const neighbourSolicitation = 135;
const neighbourAdvertisement = 136;

export class EthernetLink {
  onPacket: (packet: Octets) => void = () => {};
  cable: Cable = soundCable;
  readonly #socket: Socket = createSocket('udp4');
  readonly #guestMac: Octets;
  readonly #own: readonly IpAddress[];

  private constructor(private readonly options: LinkOptions) {
    this.#guestMac = concat(Uint8Array.of(2, 0), address(options.guest).octets);
    this.#own = options.own.map(address);
  }

  static async open(options: LinkOptions): Promise<EthernetLink> {
    const link = new EthernetLink(options);
    link.#socket.on('message', (octets) => link.#take(Uint8Array.from(octets)));
    link.#socket.on('error', () => {}); // ICMP errors while the guest is not up yet
    link.#socket.bind(options.ownPort, '127.0.0.1');
    await once(link.#socket, 'listening');
    return link;
  }

  send(packet: Gathered): void {
    const etherType = (packet[0][0] as number) >> 4 === 4 ? etherTypes.ipv4 : etherTypes.ipv6;
    this.cable(packet, 'own', () => this.#sendFrame(etherType, packet));
  }

  close(): void {
    this.#socket.close();
  }

  #sendFrame(etherType: number, body: Gathered): void {
    const type = new Uint8Array(2);
    setU16(type, 0, etherType);
    const frame = [sessionHeader, this.#guestMac, ownMac, type, ...body];
    this.#socket.send(frame, this.options.guestPort, '127.0.0.1');
  }

  #take(octets: Octets): void {
    const isOurs = octets.length >= 22 && compareOctets(octets.subarray(0, 8), sessionHeader) === 0;
    if (!isOurs) return;
    const body = octets.slice(22);
    switch (u16At(octets, 20)) {
      case etherTypes.arp:
        this.#answerArp(body);
        break;
      case etherTypes.ipv4:
        this.#receive(body);
        break;
      case etherTypes.ipv6:
        if (body[6] === protocols.icmpv6 && body[40] === neighbourSolicitation) this.#answerSolicitation(body);
        else if (body[24] !== 0xff) this.#receive(body); // the guest's multicasts are no packets of ours
        break;
    }
  }

  #receive(packet: Octets): void {
    this.cable([packet], 'guest', () => this.onPacket(packet));
  }

  #answerArp(request: Octets): void {
    const wanted = request.subarray(24, 28);
    if (request[7] !== 1 || !this.#isOwn(wanted)) return;
    const senderMacAndAddress = request.subarray(8, 18);
    this.#sendFrame(etherTypes.arp, [request.slice(0, 6), Uint8Array.of(0, 2), ownMac, wanted, senderMacAndAddress]);
  }

  #answerSolicitation(packet: Octets): void {
    const target = packet.slice(48, 64);
    if (!this.#isOwn(target)) return;
    const source: IpAddress = { family: 6, octets: target };
    const destination = sourceOf(packet, 6);
    const isSolicitedAndOverrides = 0x60;
    const linkLayerOption = concat(Uint8Array.of(2, 1), ownMac);
    const head = Uint8Array.of(neighbourAdvertisement, 0, 0, 0, isSolicitedAndOverrides, 0, 0, 0);
    const payload = concat(head, target, linkLayerOption);
    const sum = pseudoHeaderSum(source, destination, protocols.icmpv6, payload.length) + sumOf(payload);
    setU16(payload, 2, checksumOf(sum));
    this.send([writeIp({ source, destination, protocol: protocols.icmpv6, payload, hopLimit: 255 })]);
  }

  #isOwn(octets: Octets): boolean {
    return this.#own.some((own) => compareOctets(own.octets, octets) === 0);
  }
}
