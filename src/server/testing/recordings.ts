/**
 * Recorded exchanges as the key schedule and SK want them: suites out of printed proposals, SK payloads found in the raw
 * octets, payload chains put together again. It reads no payload, so that it proves sealing without the codec.
 */
import { concat, emptyOctets, type Octets } from '../../domain/bytes/octets.ts';
import { invariant } from '../../domain/bytes/result.ts';
import type { ProtectionSuite } from '../../domain/crypto/protection.ts';
import {
  encryptionTransforms,
  integrityTransforms,
  prfTransforms,
  shortNameOf,
} from '../../domain/crypto/transforms.ts';
import { hex } from './hex.ts';

export interface RecordedSuite extends ProtectionSuite {
  readonly prf?: { readonly id: number };
}

/** 'AES_CBC_256/HMAC_SHA2_384_192/PRF_HMAC_SHA2_384/ECP_384' */
export function suiteOf(printed: string): RecordedSuite {
  const names = printed.split('/');
  const encr = encryptionTransforms
    .flatMap(({ id, keyBits }) => (keyBits.length === 0 ? [{ id }] : keyBits.map((bits) => ({ id, keyBits: bits }))))
    .find((transform) => names.includes(shortNameOf({ type: 1, ...transform })));
  const integ = integrityTransforms.find(({ short }) => names.includes(short));
  const prf = prfTransforms.find(({ short }) => names.includes(short));
  invariant(encr, `${printed} names a cipher`);
  return { encr, ...(integ && { integ: { id: integ.id } }), ...(prf && { prf: { id: prf.id } }) };
}

/** Where the SK (46) or SKF (53) payload of a message begins, and where its IV does. */
export interface SealedPlace {
  readonly type: number;
  readonly payloadOffset: number;
  readonly ivOffset: number;
}

export function sealedPlaceIn(message: Octets): SealedPlace | undefined {
  let type = message[16] ?? 0;
  let at = 28;
  while (type !== 0 && at + 4 <= message.length) {
    if (type === 46) return { type, payloadOffset: at, ivOffset: at + 4 };
    if (type === 53) return { type, payloadOffset: at, ivOffset: at + 8 };
    type = message[at] ?? 0;
    at += (message[at + 2] ?? 0) * 256 + (message[at + 3] ?? 0);
  }
  return undefined;
}

export interface RecordedPayload {
  readonly type: number;
  readonly critical: boolean;
  readonly body: string;
}

/** The chain of payloads with their generic headers, as it stands inside of SK. */
export function chainOf(payloads: readonly RecordedPayload[]): Octets {
  return concat(
    ...payloads.map(({ critical, body }, index) => {
      const data = hex(body);
      const length = data.length + 4;
      const next = payloads[index + 1]?.type ?? 0;
      return concat(Uint8Array.of(next, critical ? 0x80 : 0, length >> 8, length & 0xff), data);
    }),
  );
}

/** The body of the first payload of a type, without its generic header. */
export function bodyOf(payloads: readonly RecordedPayload[] | undefined, type: number): Octets {
  const body = payloads?.find((payload) => payload.type === type)?.body;
  return body === undefined ? emptyOctets : hex(body);
}
