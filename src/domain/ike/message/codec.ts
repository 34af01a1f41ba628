/** What a payload's file gives: its number, its name, and reading beside writing. */
import type { Reader } from '../../bytes/reader.ts';
import type { Writer } from '../../bytes/writer.ts';
import type { Payload } from './message.ts';

/** A payload's tag in `Payload`: every type that we can read. */
export type PayloadName = Exclude<Payload['type'], 'unknown'>;

/** The member of `Payload` that bears this tag. */
export type PayloadNamed<Name extends PayloadName> = Payload extends infer P
  ? P extends { readonly type: infer Names }
    ? Name extends Names
      ? P & { readonly type: Name }
      : never
    : never
  : never;

export interface PayloadCodec<P extends Payload> {
  /** The IANA payload type. */
  readonly type: number;
  readonly name: P['type'];
  /** Reads the body behind the generic header, to its end. `next` is that header's first octet; only SK and SKF want it. */
  readonly parse: (reader: Reader, next: number) => P;
  readonly write: (writer: Writer, payload: P) => void;
  /** For payloads that hold the rest of the message inside: they end the chain, and what the next-payload octet says. */
  readonly innerOf?: (payload: P) => number;
}
