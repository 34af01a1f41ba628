/**
 * Octets in the making. Lengths are filled in afterwards by `sized`, so that no writer counts.
 */
import type { Octets } from './octets.ts';
import { invariant } from './result.ts';

export class Writer {
  private memory = new Uint8Array(512);
  private view = new DataView(this.memory.buffer);
  private at = 0;

  get length(): number {
    return this.at;
  }

  u8(value: number): this {
    this.view.setUint8(this.room(1), value);
    return this;
  }

  u16(value: number): this {
    this.view.setUint16(this.room(2), value);
    return this;
  }

  u32(value: number): this {
    this.view.setUint32(this.room(4), value);
    return this;
  }

  u64(value: bigint): this {
    this.view.setBigUint64(this.room(8), value);
    return this;
  }

  octets(value: Octets): this {
    const start = this.room(value.length); // may replace the memory
    this.memory.set(value, start);
    return this;
  }

  zeros(count: number): this {
    this.room(count);
    return this;
  }

  /** A 16-bit length that counts itself, `before` octets ahead of it and all that `write` writes. */
  sized16(before: number, write: (writer: this) => void): this {
    const start = this.at;
    this.u16(0);
    write(this);
    const length = this.at - start + before;
    invariant(length <= 0xffff, 'a 16-bit length holds what was written');
    this.view.setUint16(start, length);
    return this;
  }

  /** Sets an octet that was written before: the next-payload field is known only then. */
  patch8(offset: number, value: number): this {
    invariant(offset < this.at, 'a patch stays within what was written');
    this.view.setUint8(offset, value);
    return this;
  }

  patch32(offset: number, value: number): this {
    invariant(offset + 4 <= this.at, 'a patch stays within what was written');
    this.view.setUint32(offset, value);
    return this;
  }

  /** A copy of all that was written. */
  done(): Octets {
    return this.memory.slice(0, this.at);
  }

  private room(count: number): number {
    const start = this.at;
    const end = start + count;
    if (end > this.memory.length) {
      const larger = new Uint8Array(Math.max(end, 2 * this.memory.length));
      larger.set(this.memory);
      this.memory = larger;
      this.view = new DataView(larger.buffer);
    }
    this.at = end;
    return start;
  }
}
