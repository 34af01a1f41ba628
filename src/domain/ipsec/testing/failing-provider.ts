/** Cryptography with a bug, for tests. */
import { andThen } from '../../crypto/awaitable.ts';
import { webProvider } from '../../crypto/web-provider.ts';

export interface Failing {
  readonly provider: typeof webProvider;
  /** ESP packets so far that AES-GCM was to open. */
  opened(): number;
}

/** AES-GCM that throws `bug` at the ESP packets that `breaks` names, counted from 1. */
export function failingProvider(bug: Error, breaks: (count: number) => boolean): Failing {
  let count = 0;
  const provider: typeof webProvider = {
    ...webProvider,
    aesGcm: (key, tagOctets) =>
      andThen(webProvider.aesGcm(key, tagOctets), (aead) => ({
        ...aead,
        open: (nonce, associated, packet, at, next) => {
          const isEsp = associated.length === 8; // SPI and sequence number
          count += Number(isEsp);
          return isEsp && breaks(count) ? Promise.reject(bug) : aead.open(nonce, associated, packet, at, next);
        },
      })),
  };
  return { provider, opened: () => count };
}
