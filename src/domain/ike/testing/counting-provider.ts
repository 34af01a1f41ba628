/** A provider that counts what it is asked, key pairs and keyed ciphers included. */
import type { CryptoProvider } from '../../crypto/provider.ts';
import { webProvider } from '../../crypto/web-provider.ts';
import { serialProvider, wrappedProvider } from './wrapped-provider.ts';

export interface Counting {
  readonly provider: CryptoProvider;
  /** Calls so far, of one name or of all; random octets are none. */
  calls(name?: string): number;
}

/** `isSerial`: one call after the other, as asked. */
export function countingProvider({ isSerial = false } = {}): Counting {
  const names: string[] = [];
  const asked = isSerial ? serialProvider(webProvider) : webProvider;
  const provider = wrappedProvider(asked, (name, call) => {
    names.push(name);
    return call();
  });
  return { provider, calls: (name) => (name ? names.filter((each) => each === name).length : names.length) };
}
