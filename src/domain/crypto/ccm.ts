/**
 * AES-CCM (RFC 3610) as ESP and IKE use it (RFC 4309, RFC 5282), built from CBC and counter mode, since neither WebCrypto
 * nor noble has it. With a full ICV it may be negotiated; shorter ones are read in what others recorded (RFC 8221 5).
 */
import type { Gathered } from '../bytes/gathered.ts';
import { equalOctets, type Octets } from '../bytes/octets.ts';
import { type Awaitable, andThen } from './awaitable.ts';
import type { Mode } from './mode.ts';
import type { BlockCipher, StreamCipher } from './provider.ts';
import type { EncryptionRow } from './transforms.ts';

const blockOctets = 16;
const zeroBlock = new Uint8Array(blockOctets);

export function ccmMode(cbc: BlockCipher, ctr: StreamCipher, row: EncryptionRow, salt: Octets): Mode {
  const { ivOctets, icvOctets } = row;

  /** The first block of the key stream hides the tag, the others the plaintext (RFC 3610 2.3). */
  const crypt = (iv: Octets, tag: Octets, text: Octets): Awaitable<Octets> => {
    const data = new Uint8Array(blockOctets + text.length);
    data.set(tag);
    data.set(text, blockOctets);
    return ctr.apply(firstCounter(salt, iv), data);
  };

  /** The last block of CBC over lengths, associated data and plaintext (RFC 3610 2.2). */
  const tagOf = (iv: Octets, associated: Octets, plain: Octets): Awaitable<Octets> => {
    const input = macInput(salt, iv, icvOctets, associated, plain);
    return andThen(cbc.encrypt(zeroBlock, input), (blocks) => blocks.slice(-blockOctets).subarray(0, icvOctets));
  };

  return {
    ...{ isAead: true, ivOctets, blockOctets: row.blockOctets, icvOctets },
    seal(iv, associated, plain, head) {
      const [ownIv, own] = [iv.slice(), plain.slice()]; // theirs may be gone when the tag comes
      return andThen(tagOf(iv, associated, own), (tag) =>
        andThen(
          crypt(ownIv, tag, own),
          (crypted): Gathered => [head, crypted.subarray(blockOctets), crypted.subarray(0, icvOctets)],
        ),
      );
    },
    open(packet, ivAt, associated, next) {
      const [textAt, icvAt] = [ivAt + ivOctets, packet.length - icvOctets];
      if (icvAt < textAt) return next(undefined);
      const iv = packet.subarray(ivAt, textAt);
      const own = associated.slice(); // theirs may be gone when the plaintext comes
      return andThen(crypt(iv, packet.subarray(icvAt), packet.subarray(textAt, icvAt)), (crypted) => {
        const plain = crypted.subarray(blockOctets);
        return andThen(tagOf(iv, own, plain), (tag) =>
          next(equalOctets(tag, crypted.subarray(0, icvOctets)) ? plain : undefined),
        );
      });
    },
  };
}

const lengthFieldOctets = 4; // what a nonce of 11 octets leaves of a block, one octet of flags apart (RFC 4309 3.1)

/** A_0: flags, salt, IV, counter zero. */
function firstCounter(salt: Octets, iv: Octets): Octets {
  const block = new Uint8Array(blockOctets);
  block[0] = lengthFieldOctets - 1;
  block.set(salt, 1);
  block.set(iv, 1 + salt.length);
  return block;
}

/** B_0, then the associated data behind its 16-bit length, then the plaintext, each filled up with zeros to whole blocks. */
function macInput(salt: Octets, iv: Octets, icvOctets: number, associated: Octets, plain: Octets): Octets {
  const associatedBlocks = associated.length === 0 ? 0 : Math.ceil((associated.length + 2) / blockOctets);
  const blocks = 1 + associatedBlocks + Math.ceil(plain.length / blockOctets);
  const input = new Uint8Array(blocks * blockOctets);
  const view = new DataView(input.buffer);
  input.set(firstCounter(salt, iv));
  input[0] = (associated.length > 0 ? 0x40 : 0) | (((icvOctets - 2) / 2) << 3) | (lengthFieldOctets - 1);
  view.setUint32(12, plain.length);
  if (associatedBlocks > 0) {
    view.setUint16(blockOctets, associated.length);
    input.set(associated, blockOctets + 2);
  }
  input.set(plain, (1 + associatedBlocks) * blockOctets);
  return input;
}
