/**
 * The user's key log: keys of IKE SAs and of their IPsec SAs, as Wireshark's two tables want them (ipsec/key-tables.ts). It is the
 * one place that hands keys out, and only because the user asked.
 *
 * A session is in a log if that log was on when the session began, and then with all that comes of it: CHILD SAs, rekeys, and
 * successors (a reauthentication begins a new session). Off is off for all of them, at once and for good: turned on again it is
 * another log, for sessions that begin from then on.
 */
import { toHex } from '../../bytes/hex.ts';
import { shortNameOf } from '../../crypto/transforms.ts';
import { type IpAddress, printAddress } from '../../net/address.ts';
import type { ChildSa } from '../child/child-sa.ts';
import type { EspSpi, IkeSpi } from '../message/message.ts';
import { transformTypes } from '../proposal/proposal.ts';
import type { IkeKeys, IkeSuite } from './keys.ts';

export type KeyLogEntry = IkeKeyLogEntry | EspKeyLogEntry;

interface OfIkeSa {
  readonly initiatorSpi: IkeSpi;
  readonly responderSpi: IkeSpi;
}

/** Of an IKE SA. Keys in hex, the two algorithms named as peers print them. */
export interface IkeKeyLogEntry extends OfIkeSa {
  readonly type: 'ike';
  readonly encr: string;
  readonly integ: string;
  readonly skEi: string;
  readonly skEr: string;
  readonly skAi: string;
  readonly skAr: string;
}

/** Of one direction of an IPsec SA: keys in hex, who sends to whom, and the IKE SA that had it then. */
export interface EspKeyLogEntry extends OfIkeSa {
  readonly type: 'esp';
  readonly source: string;
  readonly destination: string;
  readonly spi: EspSpi;
  /** IANA transform numbers. */
  readonly encr: number | undefined;
  readonly integ: number | undefined;
  readonly encrKey: string;
  readonly integKey: string;
}

const { ENCR, INTEG } = transformTypes;

export type KeyLogSink = (entry: KeyLogEntry) => void;

export interface NewKeys {
  readonly spiI: IkeSpi;
  readonly spiR: IkeSpi;
  readonly suite: IkeSuite;
  readonly keys: IkeKeys;
}

/** One log, from when it is turned on until it ends. */
export class KeyLog {
  #sink: KeyLogSink | undefined;

  constructor(sink: KeyLogSink) {
    this.#sink = sink;
  }

  end(): void {
    this.#sink = undefined;
  }

  noteIkeSa({ spiI, spiR, suite, keys }: NewKeys): void {
    this.#sink?.({
      type: 'ike',
      initiatorSpi: spiI,
      responderSpi: spiR,
      encr: shortNameOf({ type: ENCR, ...suite.encr }),
      integ: suite.integ ? shortNameOf({ type: INTEG, id: suite.integ.id }) : 'NONE',
      skEi: toHex(keys.skEi.reveal()),
      skEr: toHex(keys.skEr.reveal()),
      skAi: toHex(keys.skAi.reveal()),
      skAr: toHex(keys.skAr.reveal()),
    });
  }

  /** Inbound, then outbound: when the SA is installed, and when it has moved. */
  noteChildSa({ ikeSpis, transforms, local, remote, inSpi, outSpi, inKeys, outKeys }: ChildSa): void {
    const [encr, integ] = [ENCR, INTEG].map((type) => transforms.find((each) => each.type === type)?.id);
    const note = (from: IpAddress, to: IpAddress, spi: EspSpi, keys: ChildSa['inKeys']) =>
      this.#sink?.({
        ...{ type: 'esp', initiatorSpi: ikeSpis.initiator, responderSpi: ikeSpis.responder },
        ...{ source: printAddress(from), destination: printAddress(to), spi, encr, integ },
        ...{ encrKey: toHex(keys.encr.reveal()), integKey: toHex(keys.integ.reveal()) },
      });
    note(remote, local, inSpi, inKeys);
    note(local, remote, outSpi, outKeys);
  }
}
