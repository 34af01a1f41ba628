/**
 * A cipher without integrity as a Protection: some published packets have none. The engine can make no such thing, which is
 * why it stands here.
 */
import { concat, emptyOctets, type Octets } from '../../src/domain/bytes/octets.ts';
import { andThen } from '../../src/domain/crypto/awaitable.ts';
import type { Protection } from '../../src/domain/crypto/protection.ts';
import type { CryptoProvider, Finish } from '../../src/domain/crypto/provider.ts';

const aesCtr = 13;

/** AES in CBC or counter mode. The nonce of counter mode stands behind the key (RFC 3686 5.1). */
export async function unauthenticated(provider: CryptoProvider, cipher: number, key: Octets): Promise<Protection> {
  if (cipher !== aesCtr) {
    const aes = await provider.aesCbc(key);
    return {
      ...{ isAead: false, ivOctets: 16, blockOctets: 16, icvOctets: 0 },
      allocate: provider.allocate,
      seal: (iv, _associated, plain, _tail, finish) =>
        andThen(aes.encrypt(iv, plain), (sealed) => finished(sealed, finish)),
      open: (iv, _associated, sealed) => aes.decrypt(iv, sealed),
    };
  }
  const nonce = key.subarray(-4);
  const aes = await provider.aesCtr(key.subarray(0, -4));
  const apply = (iv: Octets, data: Octets) => aes.apply(concat(nonce, iv, Uint8Array.of(0, 0, 0, 1)), data);
  return {
    ...{ isAead: false, ivOctets: 8, blockOctets: 1, icvOctets: 0 },
    allocate: provider.allocate,
    seal: (iv, _associated, plain, _tail, finish) => andThen(apply(iv, plain), (sealed) => finished(sealed, finish)),
    open: (iv, _associated, sealed) => apply(iv, sealed),
  };
}

const finished = (sealed: Octets, finish: Finish | undefined): Octets => finish?.(sealed, emptyOctets) ?? sealed;
