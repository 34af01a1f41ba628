/**
 * ESP against the bare cipher: an IPv4 packet laid out, numbered, padded and sealed (or opened and its head made whole again),
 * beside the platform's own call over the same octets under the same key. Packets are in pieces, as a boundary gives them: to join
 * them is the wire's work, and in neither figure.
 */
import { type Gathered, inOnePiece } from '../src/domain/bytes/gathered.ts';
import { concat, type Octets } from '../src/domain/bytes/octets.ts';
import { Secret } from '../src/domain/bytes/secret.ts';
import { keyOctetsOf, makeProtection, type Protection, type ProtectionSuite } from '../src/domain/crypto/protection.ts';
import type { Awaitable, CryptoProvider } from '../src/domain/crypto/provider.ts';
import { type DecryptResult, InboundSa } from '../src/domain/esp/inbound-sa.ts';
import { OutboundSa } from '../src/domain/esp/outbound-sa.ts';
import type { EspParameters } from '../src/domain/esp/sa.ts';
import { layOut } from '../src/domain/net/ip-layout.ts';
import { type Figure, rate } from './figure.ts';
import { always, measure } from './measure.ts';

/** The platform's cipher with no line of ours around it. */
export interface BareCipher {
  seal(iv: Octets, associated: Octets, plain: Octets): Awaitable<unknown>;
  open(iv: Octets, associated: Octets, cipherAndIcv: Octets): Awaitable<unknown>;
}

export interface EspCase {
  readonly name: string;
  readonly suite: ProtectionSuite;
  readonly payloadOctets: number;
  /** Keyed with `key`; a salt of zeros stands before each IV. */
  makeBare(key: Octets): Awaitable<BareCipher>;
}

export interface EspPlan {
  readonly where: string;
  readonly inFlight: number;
}

export async function measureEsp(
  provider: CryptoProvider,
  cases: readonly EspCase[],
  plan: EspPlan,
): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const each of cases) figures.push(...(await measureCase(provider, each, plan)));
  return figures;
}

async function measureCase(provider: CryptoProvider, each: EspCase, { where, inFlight }: EspPlan): Promise<Figure[]> {
  const key = new Uint8Array(keyOctetsOf(each.suite).encr);
  const integ = new Uint8Array(keyOctetsOf(each.suite).integ);
  const protection = await makeProtection(provider, each.suite, { encr: new Secret(key), integ: new Secret(integ) });
  const bare = await each.makeBare(key);
  const parameters = { ...aPath, spi: 0x1000, protection, hasEsn: false, mode: 'transport', limits: {} } as const;
  const packet = ipv4Packet(each.payloadOctets);
  const nowMs = 0;

  const outbound = new OutboundSa(parameters, provider.random);
  const sealOne = () => {
    const layout = layOut(packet);
    const sealed = layout.ok ? outbound.seal(packet, layout.value, nowMs) : layout;
    if (!sealed.ok) throw new Error('the packet is sealed');
    return sealed.value;
  };
  const example = inOnePiece(await sealOne());
  const sealedOctets = example.length - 20 - 8 - protection.ivOctets - protection.icvOctets;
  const plain = new Uint8Array(sealedOctets);
  const iv = new Uint8Array(protection.ivOctets === 8 ? 12 : protection.ivOctets);
  const header = new Uint8Array(8);

  const sealing = await measure(
    { bare: always(() => bare.seal(iv, header, plain)), ours: always(sealOne) },
    { ...rounds, inFlight },
  );

  const sealed = await sealMany(sealOne, distinctPackets);
  const opening = await measure(
    { bare: always(openBare(bare, sealed, protection)), ours: always(openInTurn(sealed, parameters)) },
    { ...rounds, inFlight },
  );
  const size = each.payloadOctets.toLocaleString('en');
  return [
    rate(`${where}: ESP seal ${size} octets, ${each.name}`, 'packets/s', sealing.ours, sealing.bare),
    rate(`${where}: ESP open ${size} octets, ${each.name}`, 'packets/s', opening.ours, opening.bare),
  ];
}

async function sealMany(sealOne: () => Awaitable<Gathered>, count: number): Promise<Octets[]> {
  const sealed: Octets[] = [];
  for (let i = 0; i < count; i++) sealed.push(inOnePiece(await sealOne()));
  return sealed;
}

/** So many packets stay in the processor's cache. Both open them in turn. */
const distinctPackets = 64;

/**
 * A rate has the collector in it, which comes every 20 to 80 ms, for the cipher's own objects too: in shorter rounds the median would
 * never see it for who leaves less, and always for who leaves more.
 */
const rounds = { rounds: 21, roundMs: 50 };

/** The packets by the cipher's call alone: nonce, associated data and what is sealed are at hand. */
function openBare(bare: BareCipher, sealed: readonly Octets[], { isAead, ivOctets }: Protection): () => unknown {
  const calls = sealed.map((packet) => {
    const iv = packet.subarray(28, 28 + ivOctets);
    return {
      iv: isAead ? concat(new Uint8Array(4), iv) : iv,
      header: packet.subarray(20, 28),
      text: packet.subarray(28 + ivOctets),
    };
  });
  let at = 0;
  return () => {
    const call = calls[at++ % calls.length];
    if (call === undefined) throw new Error('a packet that was sealed');
    return bare.open(call.iv, call.header, call.text);
  };
}

/** Receivers that meet the packets in the order they were sealed in: a new one when all are spent, since none is taken twice. */
function openInTurn(sealed: readonly Octets[], parameters: EspParameters): () => unknown {
  let receiver = makeReceiver(parameters);
  let at = 0;
  return () => {
    if (at === sealed.length) {
      receiver = makeReceiver(parameters);
      at = 0;
    }
    const packet = sealed[at++];
    const layout = packet === undefined ? undefined : layOut(packet);
    if (packet === undefined || !layout?.ok) throw new Error('a packet that was sealed');
    const decrypted = receiver.inbound.decrypt(packet, layout.value, layout.value.upperAt);
    return decrypted instanceof Promise ? decrypted.then(receiver.admit) : receiver.admit(decrypted);
  };
}

function makeReceiver(parameters: EspParameters) {
  const inbound = new InboundSa(parameters, 64);
  const admit = (decrypted: DecryptResult): void => {
    if (!decrypted.ok || !inbound.admit(decrypted.value, 0).ok) throw new Error('the packet opens');
  };
  return { inbound, admit };
}

const address = (last: number) => ({ family: 4, octets: Uint8Array.of(192, 0, 2, last) }) as const;
const aPath = { source: address(1), destination: address(2) };

/** A UDP packet of so many octets behind the IPv4 header. */
function ipv4Packet(payloadOctets: number): Octets {
  const packet = new Uint8Array(20 + payloadOctets);
  const view = new DataView(packet.buffer);
  packet[0] = 0x45;
  view.setUint16(2, packet.length);
  packet.set([64, 17], 8);
  packet.set(aPath.source.octets, 12);
  packet.set(aPath.destination.octets, 16);
  return packet;
}
