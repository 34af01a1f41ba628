/** The one table of payload types (RFC 7296 3.2, RFC 7383 2.5). A new payload is a file and a line here. */
import { auth } from './auth.ts';
import { cert } from './cert.ts';
import { certreq } from './certreq.ts';
import type { PayloadCodec, PayloadName, PayloadNamed } from './codec.ts';
import { cp } from './cp.ts';
import { deletion } from './delete.ts';
import { eap } from './eap.ts';
import { sk } from './encrypted.ts';
import { skf } from './encrypted-fragment.ts';
import { idi, idr } from './identification.ts';
import { ke } from './ke.ts';
import type { Payload } from './message.ts';
import { nonce } from './nonce.ts';
import { notify } from './notify.ts';
import { sa } from './sa.ts';
import { tsi, tsr } from './traffic-selectors.ts';
import { vendor } from './vendor.ts';

const codecs = {
  SA: sa,
  KE: ke,
  IDi: idi,
  IDr: idr,
  CERT: cert,
  CERTREQ: certreq,
  AUTH: auth,
  NONCE: nonce,
  NOTIFY: notify,
  DELETE: deletion,
  VENDOR: vendor,
  TSi: tsi,
  TSr: tsr,
  SK: sk,
  CP: cp,
  EAP: eap,
  SKF: skf,
} as const satisfies { readonly [Name in PayloadName]: PayloadCodec<PayloadNamed<Name>> };

/** A codec for whichever payload: it must be given the one that it is for. */
export type AnyCodec = PayloadCodec<KnownPayload>;
export type KnownPayload = Exclude<Payload, { type: 'unknown' }>;

/** By type number. A codec taken out of the table has lost which payload it is for: whoever looks up by a number has only octets. */
const byType: readonly (AnyCodec | undefined)[] = Array.from({ length: 256 }, (_, type) =>
  (Object.values(codecs) as unknown as AnyCodec[]).find((codec) => codec.type === type),
);

/** Undefined for types that we cannot read. */
export const codecByType = (type: number): AnyCodec | undefined => byType[type];

/** The codec of a payload: a name has one codec, which TypeScript cannot see through the union. */
export const codecOf = (payload: KnownPayload): AnyCodec => codecs[payload.type] as unknown as AnyCodec;
