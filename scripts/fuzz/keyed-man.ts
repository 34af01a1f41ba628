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
import { headOf, readMessage } from '../../src/domain/ike/message/parse.ts';
import type { Chain } from '../../src/domain/ike/message/testing/mutate.ts';

export class KeyedMan {
  /** By IKE SA, the newest first: each IKE_INTERMEDIATE brings others (RFC 9370 2.2.2), and is answered under those before. */
  readonly #keys = new Map<string, readonly IkeKeyLogEntry[]>();

  constructor(
    private readonly provider: CryptoProvider,
    private readonly suite: ProtectionSuite,
  ) {}

  note(entry: KeyLogEntry): void {
    if (entry.type !== 'ike') return;
    const ikeSa = `${entry.initiatorSpi} ${entry.responderSpi}`;
    this.#keys.set(ikeSa, [entry, ...(this.#keys.get(ikeSa) ?? [])]);
  }

  /** The message with another chain in it, or another part of one; undefined: it is not sealed, or under keys that he has not. */
  async resealed(octets: Octets, change: (chain: Chain) => Chain): Promise<Octets | undefined> {
    const read = readMessage(octets);
    const [payload] = read.ok ? read.value.payloads : [];
    if (!read.ok || (payload?.type !== 'SK' && payload?.type !== 'SKF')) return undefined;
    const { initiatorSpi, responderSpi, isFromInitiator } = read.value.header;
    for (const keys of this.#keys.get(`${initiatorSpi} ${responderSpi}`) ?? []) {
      const protection = await this.#protectionOf(keys, isFromInitiator);
      const plain = await openSk(protection, octets, payload.sealed);
      if (!plain) continue;
      const changed = change({ first: payload.inner, octets: plain });
      const head = headOf(octets, payload.sealed).slice();
      head[headerOctets] = changed.first; // the generic header of SK names the first payload inside
      return sealSk(protection, payload.sealed.slice(0, protection.ivOctets), head, headerOctets, changed.octets);
    }
    return undefined;
  }

  #protectionOf({ skEi, skAi, skEr, skAr }: IkeKeyLogEntry, isFromInitiator: boolean): Promise<Protection> {
    const [encr, integ] = isFromInitiator ? [skEi, skAi] : [skEr, skAr];
    return makeProtection(this.provider, this.suite, { encr: secretOf(encr), integ: secretOf(integ) });
  }
}

function secretOf(hex: string): Secret {
  const octets = parseHex(hex);
  invariant(octets, 'a key log is written in hex');
  return new Secret(octets);
}
