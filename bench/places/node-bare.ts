/** The floors under Node: node:crypto's own calls. */
import { type CipherGCMTypes, createCipheriv, createDecipheriv, createHmac, createSecretKey } from 'node:crypto';
import type { Octets } from '../../src/domain/bytes/octets.ts';
import type { BareCipher } from '../esp.ts';

/** @param key the salt behind it, which is left out here. */
export function bareAead(name: 'aes-256-gcm' | 'chacha20-poly1305', key: Octets): BareCipher {
  const secret = createSecretKey(key.subarray(0, 32));
  const cipher = name as CipherGCMTypes;
  const options = { authTagLength: 16 };
  return {
    seal(iv, associated, plain) {
      const state = createCipheriv(cipher, secret, iv, options);
      state.setAAD(associated);
      const text = state.update(plain);
      state.final();
      return [text, state.getAuthTag()];
    },
    open(iv, associated, cipherAndIcv) {
      const state = createDecipheriv(cipher, secret, iv, options);
      state.setAAD(associated);
      state.setAuthTag(cipherAndIcv.subarray(-16));
      const plain = state.update(cipherAndIcv.subarray(0, -16));
      state.final();
      return plain;
    },
  };
}

export function bareCbc(key: Octets): BareCipher {
  const secret = createSecretKey(key);
  const integrity = createSecretKey(new Uint8Array(32));
  return {
    seal(iv, _associated, plain) {
      const text = createCipheriv('aes-256-cbc', secret, iv).setAutoPadding(false).update(plain);
      return [text, createHmac('sha256', integrity).update(text).digest()];
    },
    open(iv, _associated, cipherAndIcv) {
      const text = cipherAndIcv.subarray(0, -16);
      createHmac('sha256', integrity).update(text).digest();
      return createDecipheriv('aes-256-cbc', secret, iv).setAutoPadding(false).update(text);
    },
  };
}
