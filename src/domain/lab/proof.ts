/**
 * Proof of what crossed the wire: one packet's summary in a line, and its first octets. Told from the packet alone, as anybody on
 * the way could tell it.
 */
import { toHex } from '../bytes/hex.ts';
import type { Octets } from '../bytes/octets.ts';
import { ikePort, natPort } from '../ike/datagram.ts';
import { type IpLayout, layOut, u16At } from '../net/ip-layout.ts';
import { printProtocol, protocols } from '../net/protocol.ts';

export type PacketForm = 'clear' | 'esp' | 'ike';

export interface PacketSummary {
  readonly form: PacketForm;
  /** `TCP 51034 > 2049, 148 octets`; the octets are the whole packet's. */
  readonly text: string;
  readonly hex: string;
}

/** Enough to show headers and the first words behind them. */
const shownOctets = 128;

/** Undefined: no IP packet. */
export function summarize(packet: Octets): PacketSummary | undefined {
  const layout = layOut(packet);
  if (!layout.ok) return undefined;
  const { form, text } = read(packet, layout.value);
  return { form, text: `${text}, ${layout.value.length} octets`, hex: toHex(packet.subarray(0, shownOctets)) };
}

function read(packet: Octets, { protocol, upperAt, length }: IpLayout): Pick<PacketSummary, 'form' | 'text'> {
  const upper = packet.subarray(upperAt, length);
  if (protocol === protocols.esp && upper.length >= 8) return espText(upper, 'ESP');
  if ((protocol === protocols.tcp || protocol === protocols.udp) && upper.length >= 8) {
    const ports = [u16At(upper, 0), u16At(upper, 2)] as const;
    if (protocol === protocols.udp && ports.includes(natPort) && upper.length >= 16 && !hasMarker(upper)) {
      return espText(upper.subarray(8), 'UDP-encapsulated ESP');
    }
    const isIke = protocol === protocols.udp && (ports.includes(ikePort) || ports.includes(natPort));
    return {
      form: isIke ? 'ike' : 'clear',
      text: `${isIke ? 'IKE over UDP' : printProtocol(protocol).toUpperCase()} ${ports.join(' > ')}`,
    };
  }
  return { form: 'clear', text: printProtocol(protocol).toUpperCase() };
}

function espText(esp: Octets, name: string): Pick<PacketSummary, 'form' | 'text'> {
  return { form: 'esp', text: `${name} spi 0x${toHex(esp.subarray(0, 4))} seq ${u32At(esp, 4)}` };
}

/** Four zero octets where an SPI would stand (RFC 3948 2.2). */
const hasMarker = (udp: Octets): boolean => u32At(udp, 8) === 0;

const u32At = (octets: Octets, at: number): number => u16At(octets, at) * 0x10000 + u16At(octets, at + 2);
