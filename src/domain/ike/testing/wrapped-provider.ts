/** A provider whose calls, and those of whatever it makes, go by way of a test: key pairs and keyed ciphers included, random octets not. */
import type { CryptoProvider } from '../../crypto/provider.ts';
import { seededRandom } from '../../crypto/random.ts';

// biome-ignore lint/suspicious/noExplicitAny: any function of a provider or of what it made, whatever it takes
type Keyed = Readonly<Record<string, ((...args: any[]) => unknown) | unknown>>;

/** `around` is given each call by its name, and gives its result, at once or later. */
export function wrappedProvider(
  provider: CryptoProvider,
  around: (name: string, call: () => unknown) => unknown,
): CryptoProvider {
  const wrap = (object: Keyed): Keyed =>
    Object.fromEntries(
      Object.entries(object).map(([name, member]) => {
        if (typeof member !== 'function' || name === 'random') return [name, member];
        const wrapped = (...args: readonly unknown[]) => {
          const result = around(name, () => member(...args));
          return result instanceof Promise ? result.then(wrapResult) : wrapResult(result);
        };
        return [name, wrapped];
      }),
    );

  const wrapResult = (result: unknown): unknown =>
    typeof result === 'object' && result !== null && Object.getPrototypeOf(result) === Object.prototype
      ? wrap(result as Keyed)
      : result;

  // The same members under the same names: `wrap` builds them by name, which TypeScript cannot follow.
  return wrap({ ...provider }) as unknown as CryptoProvider;
}

/**
 * One call after the other, as asked: WebCrypto's threads answer in whatever order they are done, and what two sessions ask at once would
 * be another run each time. A call reads what it is given late, so it is for what asks one thing at a time.
 */
export function serialProvider(provider: CryptoProvider): CryptoProvider {
  let last: Promise<unknown> = Promise.resolve();
  return wrappedProvider(provider, (_, call) => {
    const turn = last.then(call);
    last = turn.catch(() => undefined);
    return turn;
  });
}

/**
 * Answers later, after as many turns of the microtask queue as the seed says: who is waited for comes in any order, as with WebCrypto, and
 * yet in the same one each time, if `provider` answers at once.
 */
export function lateProvider(provider: CryptoProvider, seed: string | number): CryptoProvider {
  const random = seededRandom(seed, 'late answers');
  return wrappedProvider(provider, async (_, call) => {
    const result = call();
    for (let turns = random(1)[0] ?? 0; turns > 128; turns -= 4) await undefined; // half of them are there at once
    return result;
  });
}
