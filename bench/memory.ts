/**
 * Memory of idle SAs: so many endpoints' pairs with an IKE SA and a CHILD SA each, heap and array buffers, after the garbage
 * is gone. The floor is what any implementation must keep: keys, SPIs and nonces of both ends, octet for octet.
 */
import type { CryptoProvider } from '../src/domain/crypto/provider.ts';
import type { Figure } from './figure.ts';
import { makePair, type NegotiatingPair } from './negotiating-pair.ts';

const count = 500; // pairs, hence 1,000 IKE SAs

/** SK_* of SUITEB_GCM256, the CHILD SA's keys, SPIs, nonces. */
const needed = 3 * 48 + 2 * 48 + 2 * 32 + 2 * 36 + 2 * 8 + 2 * 4 + 2 * 32;

export async function measureIdleSas(provider: CryptoProvider): Promise<Figure[]> {
  await (await makePair(provider, 'aes256-sha384-ecp384', 'aes256gcm16')).negotiate();
  const before = await usedOctets();
  const pairs: NegotiatingPair[] = [];
  for (let i = 0; i < count; i++) {
    const pair = await makePair(provider, 'aes256-sha384-ecp384', 'aes256gcm16');
    await pair.negotiate();
    pairs.push(pair);
  }
  const mib = ((await usedOctets()) - before) / 2 ** 20;
  const floor = (2 * pairs.length * needed) / 2 ** 20;
  const name = 'node: memory of 1,000 idle IKE SAs, each with its CHILD SA and an endpoint of its own';
  return [
    {
      ...{ name, unit: 'MiB', value: Number(mib.toPrecision(4)), floor: Number(floor.toPrecision(4)) },
      ...{ ratio: Number((mib / floor).toPrecision(3)), higherIsBetter: false },
    },
  ];
}

async function usedOctets(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    globalThis.gc?.();
    await new Promise((later) => setTimeout(later, 20)); // finalizers have their turn
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
