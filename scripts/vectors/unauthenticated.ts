/**
 * A cipher without integrity as a Protection: some published packets have none. The engine can make no such thing, which is
 * why it stands here.
 */
import type { Gathered } from '../../src/domain/bytes/gathered.ts';
import { concat, type Octets } from '../../src/domain/bytes/octets.ts';
import { andThen } from '../../src/domain/crypto/awaitable.ts';
import type { Protection } from '../../src/domain/crypto/protection.ts';
import type { CryptoProvider } from '../../src/domain/crypto/provider.ts';

const aesCtr = 13;

/** AES in CBC or counter mode. The nonce of counter mode stands behind the key (RFC 3686 5.1). */
export async function unauthenticated(provider: CryptoProvider, cipher: number, key: Octets): Promise<Protection> {
  if (cipher !== aesCtr) {
    const aes = await provider.aesCbc(key);
    return {
      ...{ isAead: false, ivOctets: 16, blockOctets: 16, icvOctets: 0 },
      seal: (iv, _associated, plain, head) => andThen(aes.encrypt(iv, plain), (text): Gathered => [head, text]),
      open: (packet, ivAt, _associated, next) =>
        andThen(aes.decrypt(packet.subarray(ivAt, ivAt + 16), packet.subarray(ivAt + 16)), next),
    };
  }
  const nonce = key.subarray(-4);
  const aes = await provider.aesCtr(key.subarray(0, -4));
  const apply = (iv: Octets, data: Octets) => aes.apply(concat(nonce, iv, Uint8Array.of(0, 0, 0, 1)), data);
  return {
    ...{ isAead: false, ivOctets: 8, blockOctets: 1, icvOctets: 0 },
    seal: (iv, _associated, plain, head) => andThen(apply(iv, plain), (text): Gathered => [head, text]),
    open: (packet, ivAt, _associated, next) =>
      andThen(apply(packet.subarray(ivAt, ivAt + 8), packet.subarray(ivAt + 8)), next),
  };
}
