/**
 * The same SAs on both ends, keyed by hand: in the guest by `ip xfrm`, on our end as a pair of the SAD. So ESP meets the Linux
 * kernel without IKE between them.
 */
import { toHex } from '../../src/domain/bytes/hex.ts';
import type { Octets } from '../../src/domain/bytes/octets.ts';
import { Secret } from '../../src/domain/bytes/secret.ts';
import { keyOctetsOf, makeProtection, type ProtectionSuite } from '../../src/domain/crypto/protection.ts';
import { InboundSa } from '../../src/domain/esp/inbound-sa.ts';
import { OutboundSa } from '../../src/domain/esp/outbound-sa.ts';
import type { SaPair } from '../../src/domain/esp/sad.ts';
import { address } from '../../src/domain/net/address.ts';
import { hostSelector } from '../../src/domain/spd/selector.ts';
import { nodeProvider } from '../../src/server/node-provider.ts';

export interface KernelSuite {
  readonly suite: ProtectionSuite;
  /** The algorithm part of `ip xfrm state add`. */
  readonly xfrm: (encr: string, integ: string) => string;
}

const aead =
  (name: string, icvBits = 128) =>
  (encr: string) =>
    `aead '${name}' 0x${encr} ${icvBits}`;
const withHmac = (cipher: string, hash: string, icvBits: number) => (encr: string, integ: string) =>
  `enc '${cipher}' ${encr ? `0x${encr}` : '""'} auth-trunc 'hmac(${hash})' 0x${integ} ${icvBits}`;

export const kernelSuites = {
  'AES-256-GCM-16': { suite: { encr: { id: 20, keyBits: 256 } }, xfrm: aead('rfc4106(gcm(aes))') },
  'AES-128-GCM-16': { suite: { encr: { id: 20, keyBits: 128 } }, xfrm: aead('rfc4106(gcm(aes))') },
  'AES-256-GCM-12': { suite: { encr: { id: 19, keyBits: 256 } }, xfrm: aead('rfc4106(gcm(aes))', 96) },
  'AES-128-GCM-8': { suite: { encr: { id: 18, keyBits: 128 } }, xfrm: aead('rfc4106(gcm(aes))', 64) },
  'ChaCha20-Poly1305': { suite: { encr: { id: 28 } }, xfrm: aead('rfc7539esp(chacha20,poly1305)') },
  'AES-256-GMAC': { suite: { encr: { id: 21, keyBits: 256 } }, xfrm: aead('rfc4543(gcm(aes))') },
  'AES-256-CBC, SHA-256': {
    suite: { encr: { id: 12, keyBits: 256 }, integ: { id: 12 } },
    xfrm: withHmac('cbc(aes)', 'sha256', 128),
  },
  'AES-256-CBC, SHA-384': {
    suite: { encr: { id: 12, keyBits: 256 }, integ: { id: 13 } },
    xfrm: withHmac('cbc(aes)', 'sha384', 192),
  },
  'AES-128-CBC, SHA-512': {
    suite: { encr: { id: 12, keyBits: 128 }, integ: { id: 14 } },
    xfrm: withHmac('cbc(aes)', 'sha512', 256),
  },
  'AES-256-CCM-16': { suite: { encr: { id: 16, keyBits: 256 } }, xfrm: aead('rfc4309(ccm(aes))') },
  'AES-256-CTR, SHA-256': {
    suite: { encr: { id: 13, keyBits: 256 }, integ: { id: 12 } },
    xfrm: withHmac('rfc3686(ctr(aes))', 'sha256', 128),
  },
  'NULL, SHA-256': {
    suite: { encr: { id: 11 }, integ: { id: 12 } },
    xfrm: withHmac('ecb(cipher_null)', 'sha256', 128),
  },
} as const satisfies Record<string, KernelSuite>;

export type KernelSuiteName = keyof typeof kernelSuites;

export interface HandKeyed {
  readonly suite: KernelSuiteName;
  readonly hasEsn?: boolean;
  /** The last sequence number that either end has sent and received; absent: 0. */
  readonly sequence?: number;
  readonly mode?: 'transport' | 'tunnel';
  /** In UDP, port 4500 at both ends (RFC 3948). */
  readonly inUdp?: boolean;
  /** Outer addresses. */
  readonly own: string;
  readonly guest: string;
  /** Inside a tunnel; absent: the outer ones. */
  readonly ownInner?: string;
  readonly guestInner?: string;
}

/** Replay windows, in packets. The kernel has another code for extended numbers. */
export const ownWindow = 64;
export const guestWindow = { short: 32, extended: 64 } as const;

/** Of IKE and of ESP in UDP. */
const udpPort = 4500;

export const toGuestSpi = 0x1000;
export const toUsSpi = 0x2000;
export const connection = 'by-hand';

/** The commands that give the guest its SAs and policies, whatever it had before: one process, which is what costs time there. */
export function guestCommands(keyed: HandKeyed): string {
  const { suite, mode = 'transport', own, guest, ownInner = own, guestInner = guest, inUdp = false } = keyed;
  const state = (source: string, destination: string, spi: number, first: number) => {
    const { encr, integ } = keysFrom(kernelSuites[suite].suite, first);
    const algorithm = kernelSuites[suite].xfrm(toHex(encr), toHex(integ));
    const ends = `src ${source} dst ${destination} proto esp spi ${spi} mode ${mode}`;
    return `xfrm state add ${ends} ${algorithm} ${replayOf(keyed)} ${encapsulationOf(keyed)}`;
  };
  const policy = (source: string, destination: string, direction: string, outer: string) =>
    `xfrm policy add src ${source} dst ${destination} dir ${direction} priority 2 tmpl ${outer} proto esp mode ${mode}`;
  /** For the UDP around it, which else would have to come out of ESP itself; a daemon has this on its socket. */
  const bypass = `xfrm policy add src ${own} dst ${guest} proto udp dport ${udpPort} dir in priority 1`;
  return [
    "ip -batch - <<'END' || exit 1",
    'xfrm state flush',
    'xfrm policy flush',
    state(own, guest, toGuestSpi, 1),
    state(guest, own, toUsSpi, 101),
    policy(ownInner, guestInner, 'in', `src ${own} dst ${guest}`),
    policy(guestInner, ownInner, 'out', `src ${guest} dst ${own}`),
    ...(inUdp ? [bypass] : []),
    'END',
  ].join('\n');
}

function replayOf({ hasEsn = false, sequence = 0 }: HandKeyed): string {
  const numbers = (high: number, low: number) =>
    hasEsn
      ? `replay-seq-hi ${high} replay-oseq-hi ${high} replay-seq ${low} replay-oseq ${low} flag esn`
      : `replay-seq ${low} replay-oseq ${low}`;
  const window = hasEsn ? guestWindow.extended : guestWindow.short;
  return `replay-window ${window} ${numbers(Math.floor(sequence / 2 ** 32), sequence % 2 ** 32)}`;
}

const encapsulationOf = ({ inUdp, own }: HandKeyed): string =>
  inUdp ? `encap espinudp ${udpPort} ${udpPort} ${own.includes(':') ? '::' : '0.0.0.0'}` : '';

/**
 * Two sockets of the guest that take ESP out of UDP, one for each family; without them its kernel says that nobody is there. A daemon has
 * them for IKE, on the same port.
 */
export const takeEspOutOfUdp = `
  setsid perl -MSocket=:all -e '
    socket($four, PF_INET, SOCK_DGRAM, 17) && bind($four, pack_sockaddr_in(${udpPort}, INADDR_ANY)) or die;
    socket($six, PF_INET6, SOCK_DGRAM, 17) && setsockopt($six, IPPROTO_IPV6, IPV6_V6ONLY, 1)
      && bind($six, pack_sockaddr_in6(${udpPort}, IN6ADDR_ANY)) or die;
    setsockopt($_, 17, 100, pack("i", 2)) or die for $four, $six; # UDP_ENCAP: ESPINUDP
    sleep;
  ' </dev/null >/tmp/esp-in-udp.log 2>&1 &
  for table in /proc/net/udp /proc/net/udp6; do
    until grep -qi ':${udpPort.toString(16)} ' $table; do sleep 0.02; done
  done`;

/** Our end of the same SAs. */
export async function ownPair(keyed: HandKeyed): Promise<SaPair> {
  const { suite, hasEsn = false, mode = 'transport', own, guest, ownInner = own, guestInner = guest } = keyed;
  const { sequence = 0, inUdp = false } = keyed;
  const direction = async (spi: number, first: number) => {
    const { encr, integ } = keysFrom(kernelSuites[suite].suite, first);
    const keys = { encr: new Secret(encr), integ: new Secret(integ) };
    const protection = await makeProtection(nodeProvider, kernelSuites[suite].suite, keys);
    return { spi, protection, hasEsn, mode, limits: {}, ...(inUdp && { udp }) };
  };
  const [ownAddress, guestAddress] = [address(own), address(guest)];
  const outbound = { ...(await direction(toGuestSpi, 1)), source: ownAddress, destination: guestAddress };
  const inbound = new InboundSa(
    { ...(await direction(toUsSpi, 101)), source: guestAddress, destination: ownAddress },
    ownWindow,
  );
  if (sequence > 0) inbound.window.note(sequence);
  return {
    inbound,
    outbound: new OutboundSa(outbound, (count) => nodeProvider.random(count), sequence),
    localSelectors: [hostSelector(address(ownInner))],
    remoteSelectors: [hostSelector(address(guestInner))],
    connection,
    child: connection,
    installedAtMs: 0,
    waitsForPeer: false,
  };
}

const udp = { sourcePort: udpPort, destinationPort: udpPort };

/** Keys that count up from `first`: nothing here is secret. */
function keysFrom(suite: ProtectionSuite, first: number): { readonly encr: Octets; readonly integ: Octets } {
  const { encr, integ } = keyOctetsOf(suite);
  const octets = (count: number, from: number) => Uint8Array.from({ length: count }, (_, i) => from + i);
  return { encr: octets(encr, first), integ: octets(integ, first + 37) };
}
