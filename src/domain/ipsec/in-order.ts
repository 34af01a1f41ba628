/**
 * Keeps what leaves in the order in which it came, while ciphers work side by side: WebCrypto answers when it likes. What is
 * there at once, with nothing before it, passes at once.
 */
import type { Awaitable } from '../crypto/awaitable.ts';

export class InOrder {
  /** Never rejects: what fails is a bug, and flies by itself without holding up the rest. */
  #last: Promise<void> | undefined;

  /** Calls `then` with the value after everything that was added before has been passed on. */
  add<T>(value: Awaitable<T>, then: (value: T) => void): void {
    if (this.#last === undefined && !(value instanceof Promise)) {
      then(value);
      return;
    }
    const passed = Promise.all([value, this.#last]).then(([ready]) => then(ready));
    const leave = () => {
      if (this.#last === mine) this.#last = undefined;
    };
    const mine: Promise<void> = passed.then(leave, leave);
    this.#last = mine;
  }

  /** Resolves when everything added so far has been passed on; undefined: nothing waits. */
  get pending(): Promise<void> | undefined {
    return this.#last;
  }
}
