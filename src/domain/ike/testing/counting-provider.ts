/** A provider that counts what it is asked, key pairs and keyed ciphers included; `isSerial`: one call after the other, as asked. */
import type { CryptoProvider } from '../../crypto/provider.ts';
import { webProvider } from '../../crypto/web-provider.ts';

// biome-ignore lint/suspicious/noExplicitAny: any function of a provider or of what it made, whatever it takes
type Keyed = Readonly<Record<string, ((...args: any[]) => unknown) | unknown>>;

export interface Counting {
  readonly provider: CryptoProvider;
  /** Calls so far, of one name or of all; random octets are none. */
  calls(name?: string): number;
}

export function countingProvider({ isSerial = false } = {}): Counting {
  const names: string[] = [];
  let last: Promise<unknown> = Promise.resolve();

  const run = (call: () => unknown): unknown => {
    if (!isSerial) return call();
    const turn = last.then(call);
    last = turn.catch(() => undefined);
    return turn;
  };

  const watch = (object: Keyed): Keyed =>
    Object.fromEntries(
      Object.entries(object).map(([name, member]) => {
        if (typeof member !== 'function' || name === 'random') return [name, member];
        const counted = (...args: readonly unknown[]) => {
          names.push(name);
          const result = run(() => member(...args));
          return result instanceof Promise ? result.then(watchResult) : watchResult(result);
        };
        return [name, counted];
      }),
    );

  const watchResult = (result: unknown): unknown =>
    typeof result === 'object' && result !== null && Object.getPrototypeOf(result) === Object.prototype
      ? watch(result as Keyed)
      : result;

  // The same members under the same names: `watch` builds them by name, which TypeScript cannot follow.
  const provider = watch({ ...webProvider }) as unknown as CryptoProvider;
  return { provider, calls: (name) => (name ? names.filter((each) => each === name).length : names.length) };
}
