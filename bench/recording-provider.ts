/**
 * The mathematics of a negotiation: every primitive call that it makes, key imports included, recorded while it runs and
 * replayed in the same order and concurrency without the protocol. What the replay costs is the negotiation's floor.
 */
import type { CryptoProvider } from '../src/domain/crypto/provider.ts';

/** A call again: `results` holds what the calls before it gave in this replay, keys and key pairs among them. */
type Call = (results: readonly unknown[]) => unknown;

interface Moment {
  readonly call: number;
  readonly isEnd: boolean;
}

export interface Mathematics {
  readonly calls: readonly Call[];
  readonly moments: readonly Moment[];
}

/** A provider that notes what it is asked, and the notes. */
export function recordingProvider(provider: CryptoProvider): { provider: CryptoProvider; mathematics: Mathematics } {
  const calls: Call[] = [];
  const moments: Moment[] = [];

  const note = (call: Call, run: () => unknown): unknown => {
    const index = calls.push(call) - 1;
    const end = (result: unknown): unknown => {
      moments.push({ call: index, isEnd: true });
      return isKeyed(result) ? watch(result, (results) => results[index] as Keyed, ['publicValue', 'group']) : result;
    };
    moments.push({ call: index, isEnd: false });
    const result = run();
    return result instanceof Promise ? result.then(end) : end(result);
  };

  /** The object with every function noted; `again` finds the same object in a replay. */
  const watch = (object: Keyed, again: (results: readonly unknown[]) => Keyed, plain: readonly string[] = []): Keyed =>
    Object.fromEntries(
      Object.entries(object).map(([name, member]) => {
        if (plain.includes(name) || typeof member !== 'function') return [name, member];
        const noted = (...args: readonly unknown[]) => {
          const kept = args.map((arg) => (arg instanceof Uint8Array ? arg.slice() : arg));
          return note(
            (results) => (again(results)[name] as typeof member)(...kept),
            () => member(...args),
          );
        };
        return [name, noted];
      }),
    );

  // The same members under the same names: `watch` builds them by name, which TypeScript cannot follow.
  const watched = watch({ ...provider }, () => ({ ...provider })) as unknown as CryptoProvider;
  return { provider: watched, mathematics: { calls, moments } };
}

/** Each call as soon as those are done that were done when it was made in the recording. */
export async function replay({ calls, moments }: Mathematics): Promise<void> {
  const results: unknown[] = [];
  for (const { call, isEnd } of moments) {
    if (!isEnd) results[call] = calls[call]?.(results);
    else if (results[call] instanceof Promise) results[call] = await results[call];
  }
}

// biome-ignore lint/suspicious/noExplicitAny: any function of a provider or of what it made, whatever it takes
type Keyed = Readonly<Record<string, ((...args: any[]) => unknown) | unknown>>;

/** A keyed cipher, a MAC or a key pair: something that is asked again. */
function isKeyed(result: unknown): result is Keyed {
  return (
    typeof result === 'object' &&
    result !== null &&
    Object.getPrototypeOf(result) === Object.prototype &&
    Object.values(result).some((member) => typeof member === 'function')
  );
}
