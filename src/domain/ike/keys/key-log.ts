/**
 * The user's key log: keys of IKE SAs as Wireshark's decryption table wants them, an entry a set of keys. It exists only where the user
 * asked for it; with its counterpart for ESP (ipsec/key-tables.ts) it is the one place that hands keys out.
 */
import { toHex } from '../../bytes/hex.ts';
import { shortNameOf } from '../../crypto/transforms.ts';
import type { IkeSpi } from '../message/message.ts';
import type { IkeKeys, IkeSuite } from './keys.ts';

/** Hex, but for the two algorithms, which are named as peers print them. */
export interface KeyLogEntry {
  readonly initiatorSpi: string;
  readonly responderSpi: string;
  readonly encr: string;
  readonly integ: string;
  readonly skEi: string;
  readonly skEr: string;
  readonly skAi: string;
  readonly skAr: string;
}

export type KeyLogSink = (entry: KeyLogEntry) => void;

export interface NewKeys {
  readonly spiI: IkeSpi;
  readonly spiR: IkeSpi;
  readonly suite: IkeSuite;
  readonly keys: IkeKeys;
}

export type KeyLog = (made: NewKeys) => void;

export function keyLogTo(sink: KeyLogSink): KeyLog {
  return ({ spiI, spiR, suite, keys }) =>
    sink({
      initiatorSpi: spiI,
      responderSpi: spiR,
      encr: shortNameOf({ type: 1, ...suite.encr }),
      integ: suite.integ ? shortNameOf({ type: 3, id: suite.integ.id }) : 'NONE',
      skEi: toHex(keys.skEi.reveal()),
      skEr: toHex(keys.skEr.reveal()),
      skAi: toHex(keys.skAi.reveal()),
      skAr: toHex(keys.skAr.reveal()),
    });
}
