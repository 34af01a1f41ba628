/**
 * A cursor over octets that came from outside. What does not fit throws one private error; `reading` is the only door,
 * and turns that error, and nothing else, into a value: so parsers read straight down. A part is read by the same cursor
 * between narrower ends, not by another one: messages are small and many.
 */
import { emptyOctets, type Octets } from './octets.ts';
import { err, invariant, ok, type Result } from './result.ts';

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

/** What is read now, and what it is a part of: a place is made of these only when needed. */
interface Part {
  readonly name: string;
  /** Which of several of its name, from 1; 0 where there is one. */
  readonly ordinal: number;
  readonly end: number;
  readonly outer: Part | undefined;
}

export class Reader {
  private readonly octets: Octets;
  private readonly buffer: ArrayBuffer; // asking an array for its buffer is a call
  private at = 0;
  /** Where the part that is read now ends. */
  private until = 0;
  private part: Part;

  constructor(octets: Octets, name: string) {
    this.octets = octets;
    this.buffer = octets.buffer;
    this.until = octets.length;
    this.part = { name, ordinal: 0, end: octets.length, outer: undefined };
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
    return this.octetAt(this.advance(1, field));
  }

  u16(field: string): number {
    const at = this.advance(2, field);
    return (this.octetAt(at) << 8) | this.octetAt(at + 1);
  }

  u32(field: string): number {
    const at = this.advance(4, field);
    const low = (this.octetAt(at + 1) << 16) | (this.octetAt(at + 2) << 8) | this.octetAt(at + 3);
    return ((this.octetAt(at) << 24) | low) >>> 0;
  }

  /** A view of the next `count` octets: nobody writes into it, and who keeps it copies it. */
  take(count: number, field: string): Octets {
    const start = this.advance(count, field);
    return count === 0 ? emptyOctets : new Uint8Array(this.buffer, this.octets.byteOffset + start, count); // cheaper than `subarray`
  }

  rest(field: string): Octets {
    return this.take(this.left, field);
  }

  skip(count: number, field: string): void {
    this.advance(count, field);
  }

  /** The next `count` octets as a part of their own, which must be read to its end. `ordinal` counts parts of one name, from 1. */
  within<T>(count: number, name: string, parse: (reader: Reader) => T, ordinal = 0): T {
    this.enter(count, name, ordinal);
    const value = parse(this);
    this.leave();
    return value;
  }

  /** A part behind a 16-bit length that counts itself and `before` octets ahead of it: what `Writer.sized16` writes. */
  sized16<T>(before: number, name: string, parse: (reader: Reader) => T, ordinal = 0): T {
    this.enter16(before, name, ordinal);
    const value = parse(this);
    this.leave();
    return value;
  }

  /** `sized16` in two halves, for a loop that must not make a function for each part: `leave` is the other. */
  enter16(before: number, name: string, ordinal = 0): void {
    const ahead = before + 2;
    const length = this.u16('length');
    if (length < ahead) this.refuse(`${name} > length`, `at least ${ahead}`, length);
    this.enter(length - ahead, name, ordinal);
  }

  leave(): void {
    this.end();
    const { outer } = this.part;
    invariant(outer, 'who leaves a part has entered it');
    this.part = outer;
    this.until = outer.end;
  }

  end(): void {
    if (this.at < this.until) this.refuseRest();
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
    const places: string[] = [];
    for (let part: Part | undefined = this.part; part; part = part.outer) {
      places.unshift(part.ordinal > 0 ? `${part.name} ${part.ordinal}` : part.name);
    }
    return places;
  }

  protected enter(count: number, name: string, ordinal: number): void {
    const start = this.advance(count, name);
    this.at = start;
    this.until = start + count;
    this.part = { name, ordinal, end: start + count, outer: this.part };
  }

  protected advance(count: number, field: string): number {
    const start = this.at;
    if (count < 0 || start + count > this.until) this.refuseCount(count, field);
    this.at = start + count;
    return start;
  }

  private octetAt(at: number): number {
    return this.octets[at] as number; // `advance` gave the place, so it is there
  }

  // Apart from where they are noticed, which is every field: what is short is compiled into its callers.

  private refuseCount(count: number, field: string): never {
    this.refuse(field, `${count} octets`, `${this.left} octets`);
  }

  private refuseRest(): never {
    this.refuse('end', 'nothing more', `${this.left} octets`);
  }
}
