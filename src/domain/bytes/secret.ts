/**
 * Octets that must not be seen: keys and pre-shared keys. Any log, JSON or inspector prints their length alone;
 * Who calls `reveal` is listed in src/server/no-key-told.test.ts: where a secret is used or sealed, and the user's key log.
 */
import { equalOctets, type Octets } from './octets.ts';

export class Secret {
  readonly #octets: Octets;

  constructor(octets: Octets) {
    this.#octets = octets;
  }

  get length(): number {
    return this.#octets.length;
  }

  reveal(): Octets {
    return this.#octets;
  }

  equals(other: Secret): boolean {
    return equalOctets(this.#octets, other.#octets);
  }

  /** Overwrites the octets: whoever holds this object afterwards holds zeros. */
  wipe(): void {
    this.#octets.fill(0);
  }

  toString(): string {
    return `secret(${this.length} octets)`;
  }

  toJSON(): string {
    return this.toString();
  }

  get [Symbol.toStringTag](): string {
    return this.toString();
  }
}
