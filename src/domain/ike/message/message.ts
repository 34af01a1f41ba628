/**
 * IKE messages as values (RFC 7296 3). What is not understood keeps its number and octets, so that a transcript can show
 * it and the writer gives back the same octets. Types only; the codec is parse.ts and write.ts, a file a payload beside them.
 */
import type { Octets } from '../../bytes/octets.ts';

declare const ikeSpi: unique symbol;
declare const espSpi: unique symbol;
/** Eight octets as 16 lower-case hex digits: a key of maps, and what screens show. */
export type IkeSpi = string & { readonly [ikeSpi]: true };
/** Four octets as an unsigned number; 0 to 255 are never allocated (RFC 4303 2.1). */
export type EspSpi = number & { readonly [espSpi]: true };

/** The SPI of a responder that is not known yet. */
export const noSpi = '0000000000000000' as IkeSpi; // minted here once

export interface Header {
  readonly initiatorSpi: IkeSpi;
  readonly responderSpi: IkeSpi;
  /** 34 IKE_SA_INIT, 35 IKE_AUTH, 36 CREATE_CHILD_SA, 37 INFORMATIONAL, 43 IKE_INTERMEDIATE, 44 IKE_FOLLOWUP_KE. */
  readonly exchange: number;
  readonly majorVersion: number;
  readonly minorVersion: number;
  /** The I flag: sent by the original initiator of this IKE SA. */
  readonly isFromInitiator: boolean;
  /** The R flag. */
  readonly isResponse: boolean;
  readonly messageId: number;
}

export interface Message {
  readonly header: Header;
  readonly payloads: readonly Payload[];
}

/** The C bit of a payload is kept only where it says something: types we do not know. */
export type Payload =
  | { readonly type: 'SA'; readonly proposals: readonly Proposal[] }
  | { readonly type: 'KE'; readonly group: number; readonly publicValue: Octets }
  /** `reserved` only where the three octets are not zero: AUTH covers them as they came (RFC 7296 2.15). */
  | { readonly type: 'IDi' | 'IDr'; readonly idType: number; readonly data: Octets; readonly reserved?: Octets }
  | { readonly type: 'CERT'; readonly encoding: number; readonly data: Octets }
  | { readonly type: 'CERTREQ'; readonly encoding: number; readonly authorities: Octets }
  | { readonly type: 'AUTH'; readonly method: number; readonly data: Octets }
  | { readonly type: 'NONCE'; readonly nonce: Octets }
  | NotifyPayload
  | { readonly type: 'DELETE'; readonly protocol: number; readonly spis: readonly Octets[] }
  | { readonly type: 'VENDOR'; readonly data: Octets }
  | { readonly type: 'TSi' | 'TSr'; readonly selectors: readonly WireSelector[] }
  | { readonly type: 'CP' | 'EAP'; readonly data: Octets }
  | EncryptedPayload
  | EncryptedFragment
  | { readonly type: 'unknown'; readonly number: number; readonly isCritical: boolean; readonly data: Octets };

export interface NotifyPayload {
  readonly type: 'NOTIFY';
  /** 0 none, 1 IKE, 2 AH, 3 ESP. */
  readonly protocol: number;
  readonly spi: Octets;
  readonly notify: number;
  readonly data: Octets;
}

/** SK (RFC 7296 3.14): IV, ciphertext and ICV as they came. `inner` is the type number of the first payload inside. */
export interface EncryptedPayload {
  readonly type: 'SK';
  readonly inner: number;
  readonly sealed: Octets;
}

/** SKF (RFC 7383 2.5): one fragment, numbered from 1. */
export interface EncryptedFragment {
  readonly type: 'SKF';
  readonly inner: number;
  readonly number: number;
  readonly total: number;
  readonly sealed: Octets;
}

/** RFC 7296 3.3.1. */
export interface Proposal {
  readonly number: number;
  /** 1 IKE, 2 AH, 3 ESP. */
  readonly protocol: number;
  readonly spi: Octets;
  readonly transforms: readonly Transform[];
}

/** RFC 7296 3.3.2. Types: 1 ENCR, 2 PRF, 3 INTEG, 4 KE, 5 ESN, 6-12 additional key exchanges. */
export interface Transform {
  readonly type: number;
  readonly id: number;
  /** The Key Length attribute (14). */
  readonly keyBits?: number;
  /** Attributes that we do not know: such a transform is never chosen (RFC 7296 3.3.6). */
  readonly unknownAttributes?: readonly TransformAttribute[];
}

export interface TransformAttribute {
  readonly type: number;
  /** The two octets of a TV attribute, or the value of a TLV attribute. */
  readonly isShort: boolean;
  readonly value: Octets;
}

/** RFC 7296 3.13.1. Types 7 (IPv4) and 8 (IPv6) are read; others keep their octets. */
export type WireSelector =
  | {
      readonly type: 7 | 8;
      /** 0 is any. */
      readonly protocol: number;
      /** For ICMP, type in the high octet and code in the low; 65535 to 0 is OPAQUE. */
      readonly startPort: number;
      readonly endPort: number;
      readonly startAddress: Octets;
      readonly endAddress: Octets;
    }
  | { readonly type: 'unknown'; readonly number: number; readonly protocol: number; readonly data: Octets };
