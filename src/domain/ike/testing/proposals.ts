/** Proposals in a word a transform, for tests: this floor does not know the dialects of hosts. */
import { emptyOctets } from '../../bytes/octets.ts';
import { invariant } from '../../bytes/result.ts';
import type { Proposal, Transform } from '../message/message.ts';
import { protocols } from '../message/names.ts';

const words: Readonly<Record<string, Transform>> = {
  '3des': { type: 1, id: 3 },
  null: { type: 1, id: 11 },
  aes128: { type: 1, id: 12, keyBits: 128 },
  aes192: { type: 1, id: 12, keyBits: 192 },
  aes256: { type: 1, id: 12, keyBits: 256 },
  aes192ctr: { type: 1, id: 13, keyBits: 192 },
  aes256ctr: { type: 1, id: 13, keyBits: 256 },
  aes128ccm16: { type: 1, id: 16, keyBits: 128 },
  aes256ccm16: { type: 1, id: 16, keyBits: 256 },
  aes256gcm8: { type: 1, id: 18, keyBits: 256 },
  aes128gcm12: { type: 1, id: 19, keyBits: 128 },
  aes128gcm16: { type: 1, id: 20, keyBits: 128 },
  aes256gcm16: { type: 1, id: 20, keyBits: 256 },
  aes256gmac: { type: 1, id: 21, keyBits: 256 },
  chacha20poly1305: { type: 1, id: 28 },
  prfaesxcbc: { type: 2, id: 4 },
  prfsha256: { type: 2, id: 5 },
  prfsha384: { type: 2, id: 6 },
  prfsha512: { type: 2, id: 7 },
  prfaescmac: { type: 2, id: 8 },
  nointeg: { type: 3, id: 0 },
  sha1: { type: 3, id: 2 },
  sha256: { type: 3, id: 12 },
  sha384: { type: 3, id: 13 },
  sha512: { type: 3, id: 14 },
  modp1024: { type: 4, id: 2 },
  modp2048: { type: 4, id: 14 },
  modp3072: { type: 4, id: 15 },
  modp4096: { type: 4, id: 16 },
  modp6144: { type: 4, id: 17 },
  modp8192: { type: 4, id: 18 },
  ecp256: { type: 4, id: 19 },
  ecp384: { type: 4, id: 20 },
  ecp521: { type: 4, id: 21 },
  x25519: { type: 4, id: 31 },
  noesn: { type: 5, id: 0 },
  esn: { type: 5, id: 1 },
};

const kems: Readonly<Record<string, number>> = { none: 0, mlkem512: 35, mlkem768: 36, mlkem1024: 37 };

/** `ke1_mlkem768`, `ke2_ecp256` (RFC 9370). */
function additionalOf(word: string): Transform | undefined {
  const [, index, method = ''] = /^ke([1-7])_(.+)$/.exec(word) ?? [];
  const id = kems[method] ?? words[method]?.id;
  return index === undefined || id === undefined ? undefined : { type: 5 + Number(index), id };
}

/** `aes256-sha256-prfsha256-ecp256`; transforms keep the order of the words. */
export function proposalOf(protocol: 'IKE' | 'ESP', text: string): Proposal {
  const transforms = text.split('-').map((word) => {
    const transform = words[word] ?? additionalOf(word);
    invariant(transform, `${word} is a transform`);
    return transform;
  });
  return { number: 1, protocol: protocols.numbers[protocol], spi: emptyOctets, transforms };
}
