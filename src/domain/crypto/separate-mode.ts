/**
 * Ciphers that need an HMAC beside them: AES-CBC (RFC 3602), AES-CTR (RFC 3686), and NULL (RFC 2410). Encrypt, then
 * authenticate: the ICV covers what stands before the IV, the IV, the ciphertext, and a tail that is not sent.
 */
import type { Gathered } from '../bytes/gathered.ts';
import { emptyOctets, equalOctets, joined, type Octets } from '../bytes/octets.ts';
import { type Awaitable, andThen } from './awaitable.ts';
import type { Mode } from './mode.ts';
import type { BlockCipher, Mac, StreamCipher } from './provider.ts';

/** An HMAC under its key, cut to `octets` (RFC 4868 2.3). */
export interface Icv {
  readonly mac: Mac;
  readonly octets: number;
}

export function cbcMode(cipher: BlockCipher, icv: Icv): Mode {
  return separateMode(icv, {
    ivOctets: 16,
    blockOctets: 16,
    encrypt: (iv, plain) => cipher.encrypt(iv, plain),
    decrypt: (iv, text) => (text.length === 0 || text.length % 16 !== 0 ? undefined : cipher.decrypt(iv, text)),
  });
}

export function ctrMode(cipher: StreamCipher, icv: Icv, salt: Octets): Mode {
  const apply = (iv: Octets, data: Octets) => cipher.apply(counterBlockOf(salt, iv), data);
  return separateMode(icv, { ivOctets: 8, blockOctets: 1, encrypt: apply, decrypt: apply });
}

export function nullMode(icv: Icv): Mode {
  return separateMode(icv, {
    ivOctets: 0,
    blockOctets: 1,
    encrypt: (_iv, plain) => plain.slice(), // theirs may be gone when the ICV comes
    decrypt: (_iv, text) => text.slice(),
  });
}

interface Cipher {
  readonly ivOctets: number;
  readonly blockOctets: number;
  encrypt(iv: Octets, plain: Octets): Awaitable<Octets>;
  decrypt(iv: Octets, text: Octets): Awaitable<Octets | undefined>;
}

function separateMode(icv: Icv, cipher: Cipher): Mode {
  return {
    ...{ isAead: false, ivOctets: cipher.ivOctets, blockOctets: cipher.blockOctets, icvOctets: icv.octets },
    seal(iv, associated, plain, head, tail = emptyOctets) {
      const before = joined(associated, iv); // theirs may be gone when the ciphertext comes
      return andThen(cipher.encrypt(iv, plain), (text) =>
        andThen(icv.mac.sign(before, text, tail), (whole): Gathered => [head, text, whole.subarray(0, icv.octets)]),
      );
    },
    open(packet, ivAt, associated, next, tail = emptyOctets) {
      const [textAt, icvAt] = [ivAt + cipher.ivOctets, packet.length - icv.octets];
      if (icvAt < textAt) return next(undefined);
      return andThen(icv.mac.sign(associated, packet.subarray(ivAt, icvAt), tail), (whole) =>
        equalOctets(whole.subarray(0, icv.octets), packet.subarray(icvAt))
          ? andThen(cipher.decrypt(packet.subarray(ivAt, textAt), packet.subarray(textAt, icvAt)), next)
          : next(undefined),
      );
    },
  };
}

/** Nonce, IV, and a block counter that begins at one (RFC 3686 4). */
function counterBlockOf(nonce: Octets, iv: Octets): Octets {
  const block = new Uint8Array(16);
  block.set(nonce);
  block.set(iv, 4);
  block[15] = 1;
  return block;
}
