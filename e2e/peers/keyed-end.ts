/** Our boundary on a guest's cable, with SAs keyed by hand, and the applications behind it. */
import { inOnePiece } from '../../src/domain/bytes/gathered.ts';
import type { Octets } from '../../src/domain/bytes/octets.ts';
import type { SaPair } from '../../src/domain/esp/sad.ts';
import { defaultHold } from '../../src/domain/ipsec/hold-queue.ts';
import { PacketPath } from '../../src/domain/ipsec/packet-path.ts';
import { isForIke, readContent } from '../../src/domain/ipsec/udp-ports.ts';
import { layOut } from '../../src/domain/net/ip-layout.ts';
import { protocols } from '../../src/domain/net/protocol.ts';
import { makeSpd } from '../../src/domain/spd/lookup.ts';
import type { StreamingEnd } from './echo-stream.ts';
import type { EthernetLink } from './ethernet-link.ts';
import { connection, type HandKeyed, ownPair } from './kernel-esp.ts';
import { Pinger } from './pinger.ts';

export class KeyedEnd implements StreamingEnd {
  readonly pinger: Pinger;
  readonly path: PacketPath<SaPair>;
  /** For an SA, since there is none that carries the packet. */
  asked = 0;
  /** Sees what the boundary delivers, beside the pinger. */
  onDelivered: (packet: Octets) => void = () => {};

  private constructor(
    readonly link: EthernetLink,
    readonly own: string,
    readonly pair: SaPair,
  ) {
    this.pinger = new Pinger((packet) => this.send(packet), own);
    this.path = new PacketPath<SaPair>(
      {
        transmit: (packet) => link.send(packet),
        deliver: (pieces) => {
          const packet = inOnePiece(pieces);
          this.pinger.take(packet);
          this.onDelivered(packet);
        },
        acquire: () => {
          this.asked += 1;
        },
      },
      defaultHold,
    );
    const selectors = { local: pair.localSelectors, remote: pair.remoteSelectors };
    this.path.setSpd(makeSpd([{ name: 'all', action: 'protect', connection, ...selectors }], 'bypass'), Date.now());
    this.path.install(pair, Date.now());
    link.onPacket = (packet) => this.#receive(packet);
  }

  static async open(link: EthernetLink, keyed: HandKeyed): Promise<KeyedEnd> {
    return new KeyedEnd(link, keyed.ownInner ?? keyed.own, await ownPair(keyed));
  }

  send(packet: Octets): void {
    this.path.sendIp(packet, Date.now());
  }

  #receive(packet: Octets): void {
    const layout = layOut(packet);
    if (!layout.ok) return;
    const { protocol, upperAt } = layout.value;
    const inUdp = isForIke(packet, layout.value) ? readContent(packet, layout.value) : undefined;
    if (protocol === protocols.esp) this.path.inbound.receiveEsp(packet, layout.value, upperAt, Date.now());
    else if (inUdp?.type === 'esp') this.path.inbound.receiveEsp(packet, layout.value, inUdp.espAt, Date.now());
    else this.path.inbound.receiveClear(packet, layout.value, Date.now());
  }
}
