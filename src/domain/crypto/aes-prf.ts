/**
 * The PRFs that are made of AES: PRF_AES128_XCBC (RFC 4434) and PRF_AES128_CMAC (RFC 4615). Either is the last block of AES in
 * CBC mode, with a subkey in the last block of the message: one where that block is full, another where it was padded.
 */
import { concat, type Octets } from '../bytes/octets.ts';
import type { Awaitable } from './awaitable.ts';
import type { BlockCipher, CryptoProvider, Mac } from './provider.ts';

export type AesPrfName = 'XCBC' | 'CMAC';

const blockOctets = 16;
const zeroBlock: Octets = new Uint8Array(blockOctets);

/** A key of any length: XCBC fills up a short one, and what else is not 16 octets long is first made into a key. */
export async function aesPrf(provider: CryptoProvider, name: AesPrfName, key: Octets): Promise<Mac> {
  const make = name === 'XCBC' ? xcbc : cmac;
  if (key.length === blockOctets) return make(provider, key);
  if (name === 'XCBC' && key.length < blockOctets) return make(provider, filledUp(key));
  const short = await make(provider, zeroBlock);
  return make(provider, await short.sign(key));
}

/** RFC 3566 4: three keys, made of one. */
async function xcbc(provider: CryptoProvider, key: Octets): Promise<Mac> {
  const cipher = await provider.aesCbc(key);
  const subkey = (n: number) => encryptBlock(cipher, new Uint8Array(blockOctets).fill(n));
  const [first, full, padded] = await Promise.all([subkey(1), subkey(2), subkey(3)]);
  return cbcMac(await provider.aesCbc(first), full, padded);
}

/** RFC 4493 2.3. */
async function cmac(provider: CryptoProvider, key: Octets): Promise<Mac> {
  const cipher = await provider.aesCbc(key);
  const full = doubled(await encryptBlock(cipher, zeroBlock));
  return cbcMac(cipher, full, doubled(full));
}

function cbcMac(cipher: BlockCipher, full: Octets, padded: Octets): Mac {
  return {
    async sign(...parts) {
      const message = concat(...parts);
      const isFull = message.length > 0 && message.length % blockOctets === 0;
      const blocks = isFull ? message : new Uint8Array(blockOctets * (Math.floor(message.length / blockOctets) + 1));
      if (!isFull) {
        blocks.set(message);
        blocks[message.length] = 0x80;
      }
      const subkey = isFull ? full : padded;
      const last = blocks.subarray(-blockOctets);
      for (let i = 0; i < blockOctets; i++) last[i] = (last[i] as number) ^ (subkey[i] as number); // both have 16 octets
      return (await cipher.encrypt(zeroBlock, blocks)).slice(-blockOctets);
    },
  };
}

const encryptBlock = (cipher: BlockCipher, block: Octets): Awaitable<Octets> => cipher.encrypt(zeroBlock, block);

function filledUp(key: Octets): Octets {
  const filled = new Uint8Array(blockOctets);
  filled.set(key);
  return filled;
}

/** Times x in GF(2^128). */
function doubled(block: Octets): Octets {
  const out = new Uint8Array(blockOctets);
  let carry = 0;
  for (let i = blockOctets - 1; i >= 0; i--) {
    const octet = block[i] as number; // 16 octets
    out[i] = (octet << 1) | carry;
    carry = octet >>> 7;
  }
  if (carry === 1) out[blockOctets - 1] = (out[blockOctets - 1] as number) ^ 0x87;
  return out;
}
