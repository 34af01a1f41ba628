/**
 * Keeps what leaves in the order in which it came, while ciphers work side by side: WebCrypto answers when it likes. What is
 * there at once, with nothing before it, passes at once.
 */
import { attempt, type OnError } from '../bytes/exceptions.ts';
import type { Awaitable } from '../crypto/awaitable.ts';

export class InOrder {
  /** Never rejects: what fails is a bug, which is told and does not hold up the rest. */
  #last: Promise<void> | undefined;

  constructor(private readonly onError: OnError) {}

  /** Calls `then` with the value after everything that was added before has been passed on, or at once if there is nothing. */
  add<T>(value: Awaitable<T>, then: (value: T) => void): void {
    if (this.#last === undefined && !(value instanceof Promise)) {
      then(value);
      return;
    }
    const mine: Promise<void> = Promise.allSettled([value, this.#last]).then(([settled]) => {
      if (settled.status === 'rejected') this.onError(settled.reason);
      else attempt(() => then(settled.value), this.onError);
      if (this.#last === mine) this.#last = undefined;
    });
    this.#last = mine;
  }

  /** Resolves when everything added so far has been passed on; undefined: nothing waits. */
  get pending(): Promise<void> | undefined {
    return this.#last;
  }
}
