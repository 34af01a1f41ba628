/**
 * Who has an end's keys, by its user's key log, and stands on its wire: opens what it sealed and seals something else, of whatever length,
 * so that the ICV fits whatever the cipher.
 */
import { parseHex } from '../../src/domain/bytes/hex.ts';
import type { Octets } from '../../src/domain/bytes/octets.ts';
import { invariant } from '../../src/domain/bytes/result.ts';
import { Secret } from '../../src/domain/bytes/secret.ts';
import { makeProtection, type Protection, type ProtectionSuite } from '../../src/domain/crypto/protection.ts';
import type { CryptoProvider } from '../../src/domain/crypto/provider.ts';
import { openSk, sealSk } from '../../src/domain/ike/channel/sealing.ts';
import type { IkeKeyLogEntry, KeyLogEntry } from '../../src/domain/ike/keys/key-log.ts';
import { headerOctets } from '../../src/domain/ike/message/header.ts';
import type { Header } from '../../src/domain/ike/message/message.ts';
import { headOf, readMessage } from '../../src/domain/ike/message/parse.ts';
import type { Chain } from '../../src/domain/ike/message/testing/mutate.ts';

export class KeyedMan {
  readonly #keys = new Map<string, IkeKeyLogEntry>();

  constructor(
    private readonly provider: CryptoProvider,
    private readonly suite: ProtectionSuite | undefined,
  ) {}

  /** The newest keys of an IKE SA are those in use: each IKE_INTERMEDIATE brings others (RFC 9370 2.2.2). */
  note(entry: KeyLogEntry): void {
    if (entry.type === 'ike') this.#keys.set(`${entry.initiatorSpi} ${entry.responderSpi}`, entry);
  }

  /** The message with another chain in it, or another part of one; undefined: it is not sealed, or under keys that he has not. */
  async resealed(octets: Octets, change: (chain: Chain) => Chain): Promise<Octets | undefined> {
    const read = readMessage(octets);
    const [payload] = read.ok ? read.value.payloads : [];
    if (!read.ok || (payload?.type !== 'SK' && payload?.type !== 'SKF')) return undefined;
    const protection = await this.#protectionOf(read.value.header);
    const plain = await (protection && openSk(protection, octets, payload.sealed));
    if (!protection || !plain) return undefined;
    const changed = change({ first: payload.inner, octets: plain });
    const head = headOf(octets, payload.sealed).slice();
    head[headerOctets] = changed.first; // the generic header of SK names the first payload inside
    return sealSk(protection, payload.sealed.slice(0, protection.ivOctets), head, headerOctets, changed.octets);
  }

  async #protectionOf({ initiatorSpi, responderSpi, isFromInitiator }: Header): Promise<Protection | undefined> {
    const keys = this.#keys.get(`${initiatorSpi} ${responderSpi}`);
    if (!keys || !this.suite) return undefined;
    const [encr, integ] = isFromInitiator ? [keys.skEi, keys.skAi] : [keys.skEr, keys.skAr];
    return makeProtection(this.provider, this.suite, { encr: secretOf(encr), integ: secretOf(integ) });
  }
}

function secretOf(hex: string): Secret {
  const octets = parseHex(hex);
  invariant(octets, 'a key log is written in hex');
  return new Secret(octets);
}
