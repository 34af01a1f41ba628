/**
 * A cursor over octets that came from outside. What does not fit throws one private error; `reading` is the only door,
 * and turns that error, and nothing else, into a value: so parsers read straight down. A part is read by the same cursor
 * between narrower ends, not by another one: messages are small and many, and an object a part would cost more than the part.
 */
import { emptyOctets, type Octets } from './octets.ts';
import { err, ok, type Result } from './result.ts';

/** Where and why octets could not be read. `offset` counts from the first octet given to `reading`. */
export interface WirePlace {
  readonly offset: number;
  /** Names from the outermost to the field, joined by ' > '. */
  readonly path: string;
  readonly expected: string;
  readonly got: string;
}

class Malformed extends Error {
  constructor(readonly place: WirePlace) {
    super('malformed');
  }
}

/** Runs a parser over octets. Every octet must be used. */
export function reading<T>(octets: Octets, name: string, parse: (reader: Reader) => T): Result<T, WirePlace> {
  return readingBy(new Reader(octets, name), parse);
}

/** `reading` by a reader that was made for it: one that keeps a trace, for instance. */
export function readingBy<T>(reader: Reader, parse: (reader: Reader) => T): Result<T, WirePlace> {
  try {
    const value = parse(reader);
    reader.end();
    return ok(value);
  } catch (error) {
    if (error instanceof Malformed) return err(error.place);
    throw error;
  }
}

export class Reader {
  private readonly view: DataView<ArrayBuffer>;
  private readonly buffer: ArrayBuffer;
  private readonly origin: number;
  private at = 0;
  /** Where the part that is read now ends. */
  private until: number;
  /** The parts that the cursor is in, outermost first, and which of several each is; a place is made of them only when needed. */
  private readonly names: string[];
  private readonly ordinals: number[] = [0];
  private depth = 1;

  constructor(octets: Octets, name: string) {
    this.buffer = octets.buffer;
    this.origin = octets.byteOffset;
    this.view = new DataView(this.buffer, this.origin, octets.length);
    this.until = octets.length;
    this.names = [name];
  }

  /** Octets of this part not read yet. */
  get left(): number {
    return this.until - this.at;
  }

  /** Offset of the next octet, counted from the first octet given to `reading`. */
  get offset(): number {
    return this.at;
  }

  u8(field: string): number {
    return this.view.getUint8(this.advance(1, field));
  }

  u16(field: string): number {
    return this.view.getUint16(this.advance(2, field));
  }

  u32(field: string): number {
    return this.view.getUint32(this.advance(4, field));
  }

  u64(field: string): bigint {
    return this.view.getBigUint64(this.advance(8, field));
  }

  /** A view of the next `count` octets: nobody writes into it, and who keeps it copies it. */
  take(count: number, field: string): Octets {
    const start = this.advance(count, field);
    return count === 0 ? emptyOctets : new Uint8Array(this.buffer, this.origin + start, count); // cheaper than `subarray`
  }

  rest(field: string): Octets {
    return this.take(this.left, field);
  }

  skip(count: number, field: string): void {
    this.advance(count, field);
  }

  /** The next `count` octets as a part of their own, which must be read to its end. `ordinal` counts parts of one name, from 1. */
  within<T>(count: number, name: string, parse: (reader: Reader) => T, ordinal = 0): T {
    const outerEnd = this.enter(count, name, ordinal);
    const value = parse(this);
    this.leave(outerEnd);
    return value;
  }

  /** A part behind a 16-bit length that counts itself and `before` octets ahead of it: what `Writer.sized16` writes. */
  sized16<T>(before: number, name: string, parse: (reader: Reader) => T, ordinal = 0): T {
    const outerEnd = this.enter16(before, name, ordinal);
    const value = parse(this);
    this.leave(outerEnd);
    return value;
  }

  /** `sized16` in two halves, for a loop that must not make a function for each part. Give `leave` what this gives. */
  enter16(before: number, name: string, ordinal = 0): number {
    const ahead = before + 2;
    const length = this.u16('length');
    if (length < ahead) this.refuse(`${name} > length`, `at least ${ahead}`, length);
    return this.enter(length - ahead, name, ordinal);
  }

  leave(outerEnd: number): void {
    this.end();
    this.depth--;
    this.until = outerEnd;
  }

  end(): void {
    if (this.left > 0) this.refuse('end', 'nothing more', `${this.left} octets`);
  }

  /** Refuses what was read: the parser knows better than the length. */
  refuse(field: string, expected: string, got: string | number): never {
    throw new Malformed({
      offset: this.at,
      path: [...this.places(), field].join(' > '),
      expected,
      got: String(got),
    });
  }

  private places(): readonly string[] {
    return this.names.slice(0, this.depth).map((name, i) => (this.ordinals[i] ? `${name} ${this.ordinals[i]}` : name));
  }

  protected enter(count: number, name: string, ordinal: number): number {
    const start = this.advance(count, name);
    const outerEnd = this.until;
    this.at = start;
    this.until = start + count;
    this.names[this.depth] = name;
    this.ordinals[this.depth] = ordinal;
    this.depth++;
    return outerEnd;
  }

  protected advance(count: number, field: string): number {
    if (count < 0 || count > this.left) this.refuse(field, `${count} octets`, `${this.left} octets`);
    const start = this.at;
    this.at += count;
    return start;
  }
}
