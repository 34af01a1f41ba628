/**
 * Octets in the making. Lengths are filled in afterwards by `sized16`, so that no writer counts. One spare piece of memory
 * goes from a writer that is done to the next one: fresh memory would cost more than all that a message writes into it.
 */
import type { Octets } from './octets.ts';
import { invariant } from './result.ts';

const initialOctets = 2048;
/** No memory larger than a datagram is kept. */
const largestSpareOctets = 0x10000;
/** Up to so many a loop copies faster than a call. */
const fewOctets = 48;
let spare: Octets | undefined;

export class Writer {
  private memory: Octets;
  private at = 0;

  constructor() {
    this.memory = spare ?? new Uint8Array(initialOctets);
    spare = undefined; // a writer that begins before this one is done takes memory of its own
  }

  get length(): number {
    return this.at;
  }

  u8(value: number): this {
    const start = this.room(1);
    this.memory[start] = value;
    return this;
  }

  u16(value: number): this {
    const start = this.room(2);
    this.memory[start] = value >>> 8;
    this.memory[start + 1] = value;
    return this;
  }

  u32(value: number): this {
    const start = this.room(4);
    return this.put32(start, value);
  }

  u64(value: bigint): this {
    return this.u32(Number((value >> 32n) & 0xffffffffn)).u32(Number(value & 0xffffffffn));
  }

  octets(value: Octets): this {
    const start = this.room(value.length); // may replace the memory
    if (value.length > fewOctets) this.memory.set(value, start);
    else for (let i = 0; i < value.length; i++) this.memory[start + i] = value[i] as number; // `i` is below the length
    return this;
  }

  zeros(count: number): this {
    const start = this.room(count);
    for (let i = start; i < start + count; i++) this.memory[i] = 0;
    return this;
  }

  /** A 16-bit length that counts itself, `before` octets ahead of it and all that `write` writes. */
  sized16(before: number, write: (writer: this) => void): this {
    const start = this.begin16();
    write(this);
    return this.end16(start, before);
  }

  /** `sized16` in two halves, for a loop that must not make a function for each part. Give `end16` what this gives. */
  begin16(): number {
    return this.room(2);
  }

  end16(start: number, before: number): this {
    const length = this.at - start + before;
    invariant(length <= 0xffff, 'a 16-bit length holds what was written');
    this.memory[start] = length >>> 8;
    this.memory[start + 1] = length;
    return this;
  }

  /** Sets an octet that was written before: the next-payload field is known only then. */
  patch8(offset: number, value: number): this {
    invariant(offset < this.at, 'a patch stays within what was written');
    this.memory[offset] = value;
    return this;
  }

  patch32(offset: number, value: number): this {
    invariant(offset + 4 <= this.at, 'a patch stays within what was written');
    return this.put32(offset, value);
  }

  /** A copy of all that was written. The writer is spent. */
  done(): Octets {
    const written = this.memory.slice(0, this.at);
    if (this.memory.length <= largestSpareOctets) spare = this.memory;
    this.memory = nothing;
    this.at = 0;
    return written;
  }

  private put32(start: number, value: number): this {
    this.memory[start] = value >>> 24;
    this.memory[start + 1] = value >>> 16;
    this.memory[start + 2] = value >>> 8;
    this.memory[start + 3] = value;
    return this;
  }

  private room(count: number): number {
    const start = this.at;
    const end = start + count;
    if (end > this.memory.length) {
      const larger = new Uint8Array(Math.max(end, 2 * this.memory.length));
      larger.set(this.memory);
      this.memory = larger;
    }
    this.at = end;
    return start;
  }
}

const nothing: Octets = new Uint8Array(0);
