/**
 * A reader that keeps a tree of what was read: each field and part with its range of octets. Parsers do not know of it, so the
 * tree names what they name, also when they stop half way. For eyes, not for engines: it costs an object a field.
 */
import type { Octets } from './octets.ts';
import { Reader, readingBy, type WirePlace } from './reader.ts';
import type { Result } from './result.ts';

/** `start` is the first octet of the field, `end` the one behind its last. A field without octets has equal ends. */
export interface WireField {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly fields: readonly WireField[];
}

export interface Traced<T> {
  readonly result: Result<T, WirePlace>;
  /** Everything, or what was read before the parser stopped. */
  readonly field: WireField;
}

export function tracing<T>(octets: Octets, name: string, parse: (reader: Reader) => T): Traced<T> {
  const reader = new TracingReader(octets, name);
  const result = readingBy(reader, parse);
  return { result, field: reader.trace };
}

interface OpenField extends WireField {
  readonly fields: OpenField[];
}

class TracingReader extends Reader {
  readonly trace: OpenField;
  private readonly open: OpenField[];

  constructor(octets: Octets, name: string) {
    super(octets, name);
    this.trace = { name, start: 0, end: octets.length, fields: [] };
    this.open = [this.trace];
  }

  protected override advance(count: number, field: string): number {
    const start = super.advance(count, field);
    this.current.fields.push({ name: field, start, end: start + count, fields: [] });
    return start;
  }

  protected override enter(count: number, name: string, ordinal: number): void {
    super.enter(count, name, ordinal);
    const { start, end } = this.current.fields.pop() as OpenField; // the whole part, which `enter` stepped over
    const part = { name: ordinal ? `${name} ${ordinal}` : name, start, end, fields: [] };
    this.current.fields.push(part);
    this.open.push(part);
  }

  override leave(): void {
    super.leave();
    this.open.pop();
  }

  private get current(): OpenField {
    return this.open.at(-1) as OpenField; // the root is never popped
  }
}
