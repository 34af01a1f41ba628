/**
 * The mathematics of a negotiation: every primitive call that it makes, key imports included, recorded while it runs and
 * replayed in the same order and concurrency without the protocol. What the replay costs is the negotiation's floor. What was
 * called before it began, such as the import of a private key, is no part of it, and is done once for all replays.
 */
import type { CryptoProvider } from '../../src/domain/crypto/provider.ts';

/** A call again: `results` holds what the calls before it gave in this replay, keys and key pairs among them. */
type Call = (results: readonly unknown[]) => unknown;

interface Moment {
  readonly call: number;
  readonly isEnd: boolean;
}

interface Mathematics {
  readonly calls: readonly Call[];
  readonly moments: readonly Moment[];
}

export interface Recording {
  /** The provider that it is made of: whatever is asked of it, is noted. */
  readonly provider: CryptoProvider;
  /** The negotiation begins; until now keys were imported and ends made. */
  begin(): void;
  /** Each call of what was given replays the negotiation. */
  replays(): Promise<() => Promise<void>>;
}

export function startRecording(provider: CryptoProvider): Recording {
  const calls: Call[] = [];
  const moments: Moment[] = [];
  let beganAt = 0;

  const note = (call: Call, run: () => unknown): unknown => {
    const index = calls.push(call) - 1;
    const end = (result: unknown): unknown => {
      moments.push({ call: index, isEnd: true });
      return isKeyed(result) ? watch(result, (results) => results[index] as Keyed) : result;
    };
    moments.push({ call: index, isEnd: false });
    const result = run();
    return result instanceof Promise ? result.then(end) : end(result);
  };

  /** The object with every function noted; `again` finds the same object in a replay. */
  const watch = (object: Keyed, again: (results: readonly unknown[]) => Keyed): Keyed =>
    Object.fromEntries(
      Object.entries(object).map(([name, member]) => {
        if (typeof member !== 'function') return [name, member];
        const noted = (...args: readonly unknown[]) => {
          const kept = args.map(keepArgument);
          return note(
            (results) => (again(results)[name] as typeof member)(...kept),
            () => member(...args),
          );
        };
        return [name, noted];
      }),
    );

  return {
    // The same members under the same names: `watch` builds them by name, which TypeScript cannot follow.
    provider: watch({ ...provider }, () => ({ ...provider })) as unknown as CryptoProvider,
    begin() {
      beganAt = moments.length;
    },
    async replays() {
      const before: unknown[] = [];
      await play({ calls, moments: moments.slice(0, beganAt) }, before);
      const negotiation = { calls, moments: moments.slice(beganAt) };
      return () => play(negotiation, [...before]);
    },
  };
}

/** Each call as soon as those are done that were done when it was made in the recording. */
async function play({ calls, moments }: Mathematics, results: unknown[]): Promise<void> {
  for (const { call, isEnd } of moments) {
    if (!isEnd) results[call] = calls[call]?.(results);
    else if (results[call] instanceof Promise) results[call] = await results[call];
  }
}

/** As it was when the call was made. What would go on with a plaintext is protocol: the replay goes on with nothing. */
function keepArgument(argument: unknown): unknown {
  if (argument instanceof Uint8Array) return argument.slice();
  return typeof argument === 'function' ? (plain: unknown) => plain : argument;
}

// biome-ignore lint/suspicious/noExplicitAny: any function of a provider or of what it made, whatever it takes
type Keyed = Readonly<Record<string, ((...args: any[]) => unknown) | unknown>>;

/** A keyed cipher, a MAC, a key or a key pair: something that is asked again. */
function isKeyed(result: unknown): result is Keyed {
  return (
    typeof result === 'object' &&
    result !== null &&
    Object.getPrototypeOf(result) === Object.prototype &&
    Object.values(result).some((member) => typeof member === 'function')
  );
}
