/**
 * Two ends of one SA, keyed alike: for tests alone.
 */
import { inOnePiece } from '../../bytes/gathered.ts';
import { type Octets, utf8 } from '../../bytes/octets.ts';
import { ok, type Result } from '../../bytes/result.ts';
import { Secret } from '../../bytes/secret.ts';
import { keyOctetsOf, makeProtection, type Protection, type ProtectionSuite } from '../../crypto/protection.ts';
import { webProvider } from '../../crypto/web-provider.ts';
import { address, type IpAddress } from '../../net/address.ts';
import { type IpLayout, layOut } from '../../net/ip-layout.ts';
import { writeUdp } from '../../net/udp.ts';
import { InboundSa, type OpenRefusal, type OpenResult } from '../inbound-sa.ts';
import { OutboundSa } from '../outbound-sa.ts';
import type { EspParameters } from '../sa.ts';

export const suites = {
  gcm256: { encr: { id: 20, keyBits: 256 } },
  gcm128: { encr: { id: 20, keyBits: 128 } },
  cbc256sha384: { encr: { id: 12, keyBits: 256 }, integ: { id: 13 } },
  cbc128sha256: { encr: { id: 12, keyBits: 128 }, integ: { id: 12 } },
  chacha: { encr: { id: 28 } },
  gmac256: { encr: { id: 21, keyBits: 256 } },
  null256: { encr: { id: 11 }, integ: { id: 12 } },
} as const satisfies Record<string, ProtectionSuite>;
export type SuiteName = keyof typeof suites;

export const ends = {
  IPv4: { source: address('10.1.4.7'), destination: address('10.1.4.9') },
  IPv6: { source: address('2001:db8::7'), destination: address('2001:db8::9') },
};

/** A datagram between two addresses. */
export function aPacket({ source, destination }: { source: IpAddress; destination: IpAddress }): Octets {
  const payload = utf8('thirty-three octets of a request');
  return writeUdp({ source, destination, sourcePort: 700, destinationPort: 2049, payload });
}

/** Keys that count 1, 2, 3: nothing here is secret. */
export function aProtection(suite: ProtectionSuite, from = 1): Promise<Protection> {
  const { encr, integ } = keyOctetsOf(suite);
  const octets = (count: number, first: number) => new Secret(Uint8Array.from({ length: count }, (_, i) => first + i));
  return makeProtection(webProvider, suite, { encr: octets(encr, from), integ: octets(integ, from + 100) });
}

export interface SaOptions extends Partial<EspParameters> {
  readonly suite?: SuiteName;
  readonly replayWindow?: number;
  /** The last number that either end has met. */
  readonly sequence?: number;
}

/** What one end seals the other opens. */
export async function makeSas(options: SaOptions = {}): Promise<{ outbound: OutboundSa; inbound: InboundSa }> {
  const { suite = 'gcm256', replayWindow = 64, sequence = 0, ...given } = options;
  const parameters: EspParameters = {
    spi: 0x101,
    protection: await aProtection(suites[suite]),
    hasEsn: false,
    mode: 'transport',
    source: address('10.1.4.7'),
    destination: address('10.1.4.9'),
    limits: {},
    ...given,
  };
  const outbound = new OutboundSa(parameters, (count) => webProvider.random(count), sequence);
  const inbound = new InboundSa(parameters, replayWindow);
  if (sequence > 0) inbound.window.note(sequence);
  return { outbound, inbound };
}

export async function seal(sa: OutboundSa, packet: Octets, nowMs = 0): Promise<Octets> {
  const sealed = sa.seal(packet, laidOut(packet), nowMs);
  if (!sealed.ok) throw new Error(sealed.error.code);
  return inOnePiece(await sealed.value);
}

/** In one piece, as an application has it. */
export async function open(sa: InboundSa, packet: Octets, nowMs = 0): Promise<Result<Octets, OpenRefusal>> {
  const opened = await openInPieces(sa, packet, nowMs);
  return opened.ok ? ok(inOnePiece(opened.value)) : opened;
}

export async function openInPieces(sa: InboundSa, packet: Octets, nowMs = 0): Promise<OpenResult> {
  const layout = laidOut(packet);
  const decrypted = await sa.decrypt(packet, layout, layout.upperAt + (layout.protocol === 17 ? 8 : 0));
  return decrypted.ok ? sa.admit(decrypted.value, nowMs) : decrypted;
}

export function laidOut(packet: Octets): IpLayout {
  const layout = layOut(packet);
  if (!layout.ok) throw new Error(layout.error.code);
  return layout.value;
}
