/**
 * Results that come at once or later. An `await` of what is there already still costs a turn of the microtask queue, which
 * is a good part of what node:crypto needs for a small packet: so the hot paths use `andThen`.
 */
export type Awaitable<T> = T | Promise<T>;

/** Continues at once with a value that is there, and later with one that is not. */
export function andThen<T, U>(value: Awaitable<T>, next: (value: T) => Awaitable<U>): Awaitable<U> {
  return value instanceof Promise ? value.then(next) : next(value);
}
