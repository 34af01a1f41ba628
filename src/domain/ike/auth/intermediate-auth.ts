/**
 * IntAuth (RFC 9242 3.3): what AUTH covers of IKE_INTERMEDIATE messages, so that nobody can have changed one. Each direction has
 * a chain: prf(SK_p, what the chain was | this message), with the SK_p under which the message was sent.
 *
 * What counts of a message is what it says before sealing: the octets up to the end of the Encrypted payload's generic header,
 * with lengths as if nothing had been added (no IV, padding, ICV; no fragments), then the payloads inside.
 */
import { concat, emptyOctets, type Octets } from '../../bytes/octets.ts';
import { computePrf } from '../../crypto/prf.ts';
import type { CryptoProvider } from '../../crypto/provider.ts';
import type { IkeKeys } from '../keys/keys.ts';
import { firstOffset, headerOctets, lengthOffset } from '../message/header.ts';
import type { Header, Payload } from '../message/message.ts';
import { payloadTypes } from '../message/names.ts';
import { writeMessage, writePayloads } from '../message/write.ts';

/** What has gone between IKE_SA_INIT and IKE_AUTH so far. */
export interface Intermediate {
  readonly count: number;
  readonly fromInitiator: Octets;
  readonly fromResponder: Octets;
}

export const noIntermediate: Intermediate = { count: 0, fromInitiator: emptyOctets, fromResponder: emptyOctets };

/** One more exchange: its request and its response, both sent under `keys`. */
export async function afterExchange(
  provider: CryptoProvider,
  { prf, keys }: { readonly prf: number; readonly keys: IkeKeys },
  before: Intermediate,
  covered: { readonly request: Octets; readonly response: Octets },
): Promise<Intermediate> {
  const [fromInitiator, fromResponder] = await Promise.all([
    computePrf(provider, prf, keys.skPi, before.fromInitiator, covered.request),
    computePrf(provider, prf, keys.skPr, before.fromResponder, covered.response),
  ]);
  return { count: before.count + 1, fromInitiator: fromInitiator.reveal(), fromResponder: fromResponder.reveal() };
}

/** The message id of IKE_AUTH, which follows the exchanges between. */
export const authIdAfter = ({ count }: Intermediate): number => 1 + count;

/** What stands at the end of the octets that AUTH covers: both chains and the id of IKE_AUTH; nothing where nothing went between. */
export function intAuthOf(intermediate: Intermediate): Octets {
  if (intermediate.count === 0) return emptyOctets;
  const id = new Uint8Array(4);
  new DataView(id.buffer).setUint32(0, authIdAfter(intermediate));
  return concat(intermediate.fromInitiator, intermediate.fromResponder, id);
}

/** What counts of our own message. */
export function coveredOfOwn(header: Header, payloads: readonly Payload[]): Octets {
  const { first, octets } = writePayloads(payloads);
  return covered(writeMessage({ header, payloads: [{ type: 'SK', inner: first, sealed: emptyOctets }] }), octets);
}

/** What counts of the peer's: `head` ends with the generic header of SK, as it came. */
export function covered(head: Octets, plain: Octets): Octets {
  const octets = concat(head, plain);
  const view = new DataView(octets.buffer);
  view.setUint16(head.length - 2, 4 + plain.length);
  view.setUint32(lengthOffset, octets.length);
  return octets;
}

/** The head that a message in fragments would have had in one piece: its first fragment's, as an SK payload. */
export function headOfFragment(first: Octets, inner: number): Octets {
  const head = concat(first.subarray(0, headerOctets), Uint8Array.of(inner, 0, 0, 0));
  head[firstOffset] = payloadTypes.numbers.SK;
  return head;
}
