/**
 * Every key that a provider was ever given or gave, to be searched for on the heap and in what was said. It is written down in such a
 * way that a search of the heap does not find the list itself: each octet inverted.
 *
 * Not a key: what the endpoint drew and used as it is (the secret of its cookies), and the nonces, which key SKEYSEED and are
 * public.
 */
import { toHex } from '../../domain/bytes/hex.ts';
import { equalOctets, type Octets } from '../../domain/bytes/octets.ts';
import type { Secret } from '../../domain/bytes/secret.ts';
import type { Awaitable, CryptoProvider } from '../../domain/crypto/provider.ts';
import { livingBuffers } from './heap.ts';
import { privatePartsOf } from './private-key-parts.ts';

interface Spent {
  readonly what: string;
  readonly inverted: Octets;
}

const shortestOctets = 16;

export class SpentKeys {
  readonly #keys: Spent[] = [];
  readonly #draws: Octets[];
  /** Key objects at work, which hold octets that no search sees. */
  readonly #handles: { readonly what: string; readonly handle: WeakRef<object> }[] = [];

  /** What a key is noted as belongs to, beside its owner. */
  era = '';

  /** `owned`: pre-shared keys, which stay in the configuration. */
  constructor(...owned: readonly Octets[]) {
    this.#draws = owned.map(invert);
  }

  get count(): number {
    return this.#keys.length;
  }

  /** A provider that does what this one does, and whose keys are noted here, as those of `owner`. */
  watch(provider: CryptoProvider, owner: string): CryptoProvider {
    const keyed = <T extends object>(what: string, key: Octets, made: Awaitable<T>): Awaitable<T> => {
      const name = `${owner}${this.era}: ${what}`;
      this.note(name, key);
      return this.#hold(name, made);
    };
    const agreed = async (secret: Awaitable<Secret | undefined>): Promise<Secret | undefined> => {
      const shared = await secret;
      if (shared) this.note(`${owner}${this.era}: shared secret`, shared.reveal());
      return shared;
    };
    return {
      ...provider,
      random: (count) => {
        const drawn = provider.random(count);
        this.#draws.push(invert(drawn));
        return drawn;
      },
      hmac: (hash, key) => keyed('HMAC key', key, provider.hmac(hash, key)),
      aesGcm: (key, tagOctets) => keyed('AES-GCM key', key, provider.aesGcm(key, tagOctets)),
      chacha20Poly1305: (key) => keyed('ChaCha20 key', key, provider.chacha20Poly1305(key)),
      aesCbc: (key) => keyed('AES-CBC key', key, provider.aesCbc(key)),
      aesCtr: (key) => keyed('AES-CTR key', key, provider.aesCtr(key)),
      keyPair: async (group, privateValue) => {
        const pair = await this.#hold(`${owner}${this.era}: key pair`, provider.keyPair(group, privateValue));
        return { ...pair, derive: (peer) => agreed(pair.derive(peer)) };
      },
      kemKeyPair: async (kem, seed) => {
        const pair = await this.#hold(`${owner}${this.era}: key pair`, provider.kemKeyPair(kem, seed));
        return { ...pair, derive: (ciphertext) => agreed(pair.derive(ciphertext)) };
      },
      encapsulate: async (kem, key, seed) => {
        const response = await provider.encapsulate(kem, key, seed);
        await agreed(response?.sharedSecret);
        return response;
      },
      signingKey: async (pkcs8) => {
        const key = await provider.signingKey(pkcs8);
        const name = `${owner}${this.era}: private key`;
        if (key) for (const part of privatePartsOf(pkcs8.reveal())) this.note(name, part);
        return key && this.#hold(name, key);
      },
    };
  }

  note(what: string, key: Octets): void {
    if (key.length < shortestOctets || this.#isDrawn(key)) return;
    const inverted = invert(key);
    if (!this.#keys.some((known) => equalOctets(known.inverted, inverted))) this.#keys.push({ what, inverted });
  }

  /** The keys that still lie in some memory on the heap. */
  async alive(): Promise<readonly string[]> {
    const byHead = new Map<number, Spent[]>();
    for (const each of this.#keys) {
      const head = headOf(each.inverted, 0, 0xff);
      byHead.set(head, [...(byHead.get(head) ?? []), each]);
    }
    const found = new Set<Spent>();
    for (const buffer of await livingBuffers()) {
      const memory = new Uint8Array(buffer);
      for (let at = 0; at + shortestOctets <= memory.length; at++) {
        for (const key of byHead.get(headOf(memory, at, 0)) ?? []) if (holds(memory, at, key.inverted)) found.add(key);
      }
    }
    return [...found].map(({ what }) => what);
  }

  /** The keys of which a piece stands in a text: as itself, in base64, in hex or as numbers, in one line or in several. */
  toldIn(text: string): readonly string[] {
    const inOneLine = text.replace(/\s|\\[nr]/g, '');
    const digits = inOneLine.toLowerCase().replaceAll(':', '');
    const isTold = (piece: Octets) =>
      text.includes(Buffer.from(piece).toString('latin1')) ||
      base64Of(piece).some((form) => inOneLine.includes(form)) ||
      digits.includes(toHex(piece)) ||
      digits.includes(piece.join(','));
    return this.#keys.filter(({ inverted }) => piecesOf(invert(inverted)).some(isTold)).map(({ what }) => what);
  }

  /** The key objects at work that have not been collected; ask after `alive`, which collects. */
  handlesAlive(): readonly string[] {
    return this.#handles.filter(({ handle }) => handle.deref() !== undefined).map(({ what }) => what);
  }

  #hold<T extends object>(what: string, made: Awaitable<T>): Awaitable<T> {
    if (made instanceof Promise) return made.then((handle) => this.#hold(what, handle));
    this.#handles.push({ what, handle: new WeakRef(made as T) });
    return made;
  }

  #isDrawn(key: Octets): boolean {
    const inverted = invert(key);
    const isOne = this.#draws.some((draw) => equalOctets(draw, inverted));
    const startsSo = (draw: Octets) => draw.length < key.length && equalOctets(draw, inverted.subarray(0, draw.length));
    return (
      isOne ||
      this.#draws.some(
        (one) => startsSo(one) && this.#draws.some((other) => equalOctets(other, inverted.subarray(one.length))),
      )
    );
  }
}

/** A log may cut a key short: its head and its tail count too. */
const piecesOf = (key: Octets): readonly Octets[] => [key.subarray(0, 12), key.subarray(-12)];

/** In either alphabet, wherever it lies in what was encoded. */
function base64Of(octets: Octets): readonly string[] {
  const forms = [0, 1, 2].map((skipped) => {
    const whole = 3 * Math.floor((octets.length - skipped) / 3);
    return Buffer.from(octets.subarray(skipped, skipped + whole)).toString('base64');
  });
  const url = forms.map((form) => form.replaceAll('+', '-').replaceAll('/', '_'));
  return [...new Set([...forms, ...url])];
}

const invert = (octets: Octets): Octets => octets.map((octet) => octet ^ 0xff);

function headOf(memory: Octets | Uint8Array<ArrayBufferLike>, at: number, mask: number): number {
  let head = 0;
  for (let i = at; i < at + 4; i++) head = (head << 8) | ((memory[i] ?? 0) ^ mask);
  return head;
}

function holds(memory: Uint8Array<ArrayBufferLike>, at: number, inverted: Octets): boolean {
  for (let i = 0; i < inverted.length; i++) if (memory[at + i] !== ((inverted[i] ?? 0) ^ 0xff)) return false;
  return at + inverted.length <= memory.length;
}
