/**
 * Why octets are no message for us, sorted by what a receiver does about it (RFC 7296 2.5, 2.21, 3.1). Data only. What
 * may be answered carries the header, since an answer needs it; a response is never answered, whatever its fault.
 */
import type { WirePlace } from '../../bytes/reader.ts';
import type { Header } from './message.ts';

export type MessageFault =
  /** No header, a length that is not the datagram's, no initiator SPI, IKEv1, an exchange that nobody defined: never answered. */
  | { readonly code: 'drop'; readonly at: WirePlace }
  /** A version that we do not speak: INVALID_MAJOR_VERSION, rate-limited, version 2 in its header. */
  | { readonly code: 'invalidMajorVersion'; readonly header: Header; readonly at: WirePlace }
  | InnerFault<'malformed'>
  | InnerFault<'unsupportedCriticalPayload'>;

/** What may be wrong with a payload chain. */
export type ChainFault =
  /** INVALID_SYNTAX: inside the protection it is fatal for the SA; in IKE_SA_INIT it is hardly worth an answer. */
  | { readonly code: 'malformed'; readonly at: WirePlace }
  /** UNSUPPORTED_CRITICAL_PAYLOAD, whose data is the one octet `payloadType`. */
  | { readonly code: 'unsupportedCriticalPayload'; readonly payloadType: number; readonly at: WirePlace };

/** A fault of a message whose header could be read. */
export type NamedFault = Extract<MessageFault, { readonly header: Header }>;

type InnerFault<Code> = Extract<ChainFault, { code: Code }> & { readonly header: Header };
