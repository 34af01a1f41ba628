/**
 * Octets in the making. Lengths are filled in afterwards by `sized16`, so that no writer counts. What is written stands where
 * it will stay, in a slab that one writer after the other goes on with: fresh memory for each costs more than a message.
 *
 * Who keeps what a writer gave keeps its slab, and who posts it to another thread posts all of it: copy it first.
 */
import { emptyOctets, type Octets } from './octets.ts';
import { invariant } from './result.ts';

const slabOctets = 0x2000;
/** What most messages fit in; a slab with less room is not gone on with. */
const leastRoom = 0x200;
/** Up to so many a loop copies faster than a call. */
const fewOctets = 48;

/** No octet of it is handed out twice, and all behind `used` are zeros. */
interface Slab {
  readonly octets: Octets;
  readonly buffer: ArrayBuffer; // asking an array for its buffer is a call
  readonly used: number;
}

let spare: Slab | undefined;

function freshSlab(count: number): Slab {
  const buffer = new ArrayBuffer(count);
  return { octets: new Uint8Array(buffer), buffer, used: 0 };
}

export class Writer {
  private memory: Octets;
  private buffer: ArrayBuffer;
  private start = 0;
  private at = 0;
  /** Where the memory ends. */
  private end = 0;

  constructor() {
    const slab = spare ?? freshSlab(slabOctets);
    spare = undefined; // a writer that begins before this one is done takes a slab of its own
    this.memory = slab.octets;
    this.buffer = slab.buffer;
    this.start = slab.used;
    this.at = slab.used;
    this.end = slab.octets.length;
  }

  get length(): number {
    return this.at - this.start;
  }

  u8(value: number): this {
    const at = this.room(1); // may replace the memory
    this.memory[at] = value;
    return this;
  }

  u16(value: number): this {
    this.put16(this.room(2), value);
    return this;
  }

  u32(value: number): this {
    this.put32(this.room(4), value);
    return this;
  }

  u64(value: bigint): this {
    return this.u32(Number(value >> 32n)).u32(Number(value & 0xffff_ffffn));
  }

  octets(value: Octets): this {
    const count = value.length;
    const at = this.room(count);
    if (count > fewOctets) this.memory.set(value, at);
    else for (let i = 0; i < count; i++) this.memory[at + i] = value[i] as number; // `i` is below the length
    return this;
  }

  zeros(count: number): this {
    this.room(count);
    return this;
  }

  /** A 16-bit length that counts itself, `before` octets ahead of it and all that `write` writes. */
  sized16(before: number, write: (writer: this) => void): this {
    const offset = this.begin16();
    write(this);
    return this.end16(offset, before);
  }

  /** `sized16` in two halves, for a loop that must not make a function for each part. Give `end16` what this gives. */
  begin16(): number {
    const offset = this.length;
    this.room(2);
    return offset;
  }

  end16(offset: number, before: number): this {
    const length = this.length - offset + before;
    invariant(length <= 0xffff, 'a 16-bit length holds what was written');
    this.put16(this.start + offset, length);
    return this;
  }

  /** Sets an octet that was written before: the next-payload field is known only then. */
  patch8(offset: number, value: number): this {
    invariant(offset < this.length, 'a patch stays within what was written');
    this.memory[this.start + offset] = value;
    return this;
  }

  patch32(offset: number, value: number): this {
    invariant(offset + 4 <= this.length, 'a patch stays within what was written');
    this.put32(this.start + offset, value);
    return this;
  }

  /** All that was written. The writer is spent. */
  done(): Octets {
    const { memory, buffer, start, at } = this;
    this.memory = emptyOctets;
    this.end = 0;
    if (memory.length > slabOctets) return memory.slice(start, at); // grown by doubling: half of it may be empty
    if (memory.length - at >= leastRoom) spare = { octets: memory, buffer, used: at };
    return new Uint8Array(buffer, start, at - start);
  }

  /** Where the next `count` octets go, which are zeros. */
  private room(count: number): number {
    if (this.at + count > this.end) this.moveTo(freshSlab(2 * Math.max(this.length + count, slabOctets / 2)));
    const at = this.at;
    this.at = at + count;
    return at;
  }

  private put16(at: number, value: number): void {
    this.memory[at] = value >>> 8;
    this.memory[at + 1] = value;
  }

  private put32(at: number, value: number): void {
    this.put16(at, value >>> 16);
    this.put16(at + 2, value);
  }

  private moveTo({ octets, buffer }: Slab): void {
    octets.set(this.memory.subarray(this.start, this.at));
    this.at -= this.start;
    this.start = 0;
    this.memory = octets;
    this.buffer = buffer;
    this.end = octets.length;
  }
}
