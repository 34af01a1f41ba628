/** What is measured wherever the engine runs: the same modules under Node and in a worker. */
import type { Octets } from '../src/domain/bytes/octets.ts';
import type { CryptoProvider } from '../src/domain/crypto/provider.ts';
import { measureCrowd } from './crowd.ts';
import { type BareCipher, type EspCase, measureEsp } from './esp.ts';
import type { Figure } from './figure.ts';
import { measureKeyExchanges } from './key-exchange.ts';
import { measureIdleSas } from './memory.ts';
import { measureMessages } from './messages.ts';
import { measureGroups } from './negotiation/groups.ts';

export interface Host {
  /** 'node' or 'worker', with which each figure's name begins. */
  readonly where: string;
  readonly provider: CryptoProvider;
  readonly bareGcm: (key: Octets) => BareCipher | Promise<BareCipher>;
  readonly bareChacha: (key: Octets) => BareCipher | Promise<BareCipher>;
  readonly bareCbc: (key: Octets) => BareCipher | Promise<BareCipher>;
  /** Packets under way at once: where a cipher answers later, one at a time would measure the waiting. */
  readonly inFlight: number;
}

/** What runs in both places. */
export const parts = ['keyExchanges', 'esp', 'messages', 'groups', 'methods', 'crowd'] as const;
/** Memory can be weighed only where the garbage can be collected on command. */
export const partsOfNode = [...parts, 'memory'] as const;
export type Part = (typeof partsOfNode)[number];
/** Four times what the longest part takes on a quiet machine. */
export const partSeconds = 300;

export async function measurePart(part: Part, host: Host): Promise<Figure[]> {
  const { where, provider } = host;
  switch (part) {
    case 'keyExchanges':
      return measureKeyExchanges(provider, where);
    case 'esp':
      return measureEsp(provider, espCasesOf(host), host);
    case 'messages':
      return measureMessages(where);
    case 'groups':
      return measureGroups(provider, where);
    case 'methods': {
      // What lays certificates out for it is large, and no product has it: loaded beside another part, it costs that part a fifth.
      const { measureMethods } = await import('./negotiation/methods.ts');
      return measureMethods(provider, where);
    }
    case 'crowd':
      return measureCrowd(provider, where);
    case 'memory':
      return measureIdleSas(provider);
  }
}

function espCasesOf({ bareGcm, bareChacha, bareCbc }: Host): readonly EspCase[] {
  const gcm = { encr: { id: 20, keyBits: 256 } };
  const cbc = { encr: { id: 12, keyBits: 256 }, integ: { id: 12 } };
  const sizes = [64, 1400, 9000];
  return [
    ...sizes.map((payloadOctets) => ({ name: 'AES-256-GCM', suite: gcm, payloadOctets, makeBare: bareGcm })),
    { name: 'ChaCha20-Poly1305', suite: { encr: { id: 28 } }, payloadOctets: 1400, makeBare: bareChacha },
    { name: 'AES-256-CBC with HMAC-SHA-256', suite: cbc, payloadOctets: 1400, makeBare: bareCbc },
  ];
}
