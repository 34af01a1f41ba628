/**
 * A cursor over octets that came from outside. What does not fit throws one private error; `reading` is the only door,
 * and turns that error, and nothing else, into a value: so parsers read straight down.
 */
import type { Octets } from './octets.ts';
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
  try {
    const reader = new Reader(octets, 0, name);
    const value = parse(reader);
    reader.end();
    return ok(value);
  } catch (error) {
    if (error instanceof Malformed) return err(error.place);
    throw error;
  }
}

export class Reader {
  private at = 0;
  private readonly view: DataView;

  constructor(
    private readonly octets: Octets,
    private readonly base: number,
    private readonly name: string,
  ) {
    this.view = new DataView(octets.buffer, octets.byteOffset, octets.length);
  }

  /** Octets not read yet. */
  get left(): number {
    return this.octets.length - this.at;
  }

  /** Offset of the next octet, counted from the first octet given to `reading`. */
  get offset(): number {
    return this.base + this.at;
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
    return this.octets.subarray(start, start + count);
  }

  rest(field: string): Octets {
    return this.take(this.left, field);
  }

  skip(count: number, field: string): void {
    this.advance(count, field);
  }

  /** The next `count` octets as a reader of their own, which must end empty. */
  within<T>(count: number, name: string, parse: (reader: Reader) => T): T {
    const base = this.offset;
    const inner = new Reader(this.take(count, name), base, `${this.name} > ${name}`);
    const value = parse(inner);
    inner.end();
    return value;
  }

  end(): void {
    if (this.left > 0) this.refuse('end', 'nothing more', `${this.left} octets`);
  }

  /** Refuses what was read: the parser knows better than the length. */
  refuse(field: string, expected: string, got: string | number): never {
    throw new Malformed({ offset: this.offset, path: `${this.name} > ${field}`, expected, got: String(got) });
  }

  private advance(count: number, field: string): number {
    if (count > this.left) this.refuse(field, `${count} octets`, `${this.left} octets`);
    const start = this.at;
    this.at += count;
    return start;
  }
}
