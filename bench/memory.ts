/**
 * Memory of idle SAs: IKE SAs with a CHILD SA each, both ends' share, heap and array buffers, after the garbage is gone. The
 * floor is what any implementation must keep: keys, SPIs and nonces, octet for octet. And idle means idle: a run in which
 * anything wants waking before the first lifetime ends is no measurement.
 */
import type { CryptoProvider } from '../src/domain/crypto/provider.ts';
import type { IkeEndpoint } from '../src/domain/ike/endpoint/endpoint.ts';
import type { Figure } from './figure.ts';
import { lifetimeMs, makePair, type NegotiatingPair } from './negotiation/pair.ts';

/** SK_* of SUITEB_GCM256, the CHILD SA's keys, SPIs, nonces. */
const needed = 3 * 48 + 2 * 48 + 2 * 32 + 2 * 36 + 2 * 8 + 2 * 4 + 2 * 32;

const mib = 2 ** 20;

export async function measureIdleSas(provider: CryptoProvider): Promise<Figure[]> {
  const fresh = () => makePair(provider, { ike: 'aes256-sha384-ecp384' });
  await (await fresh()).negotiate(100);
  const ofTheirOwn = await octetsOf(async () => {
    const pairs: NegotiatingPair[] = [];
    for (let i = 0; i < 500; i++) {
      const pair = await fresh();
      await pair.negotiate();
      pairs.push(pair);
    }
    return pairs;
  });
  const together = await octetsOf(async () => {
    const pair = await fresh();
    for (let i = 0; i < 50; i++) await pair.negotiate(100);
    return [pair];
  });
  return [
    figure('1,000 idle IKE SAs, each with its CHILD SA and an endpoint of its own', ofTheirOwn, 1000),
    figure('10,000 idle IKE SAs, each with its CHILD SA, in two endpoints', together, 10_000),
  ];
}

function figure(what: string, octets: number, count: number): Figure {
  const [value, floor] = [octets / mib, (count * needed) / mib];
  return {
    ...{ name: `node: memory of ${what}`, unit: 'MiB', value: Number(value.toPrecision(4)) },
    ...{ floor: Number(floor.toPrecision(4)), ratio: Number((value / floor).toPrecision(3)), higherIsBetter: false },
  };
}

async function octetsOf(make: () => Promise<readonly NegotiatingPair[]>): Promise<number> {
  const before = await usedOctets();
  const pairs = await make();
  for (const { endpoints } of pairs) await Promise.all(endpoints.map(confirmAll));
  for (const { endpoints } of pairs) for (const { nextWakeAtMs } of endpoints) expectIdle(nextWakeAtMs);
  const used = (await usedOctets()) - before;
  if (pairs.length === 0) throw new Error('the pairs live until here');
  return used;
}

/** As when the first packet has come on each SA. */
async function confirmAll(endpoint: IkeEndpoint): Promise<void> {
  const children = endpoint.ikeSas().flatMap((ikeSa) => ikeSa.children);
  await Promise.all(children.map(({ inSpi }) => endpoint.confirm(inSpi, 0)));
}

function expectIdle(nextWakeAtMs: number | undefined): void {
  if (nextWakeAtMs !== undefined && nextWakeAtMs < lifetimeMs)
    throw new Error(`an idle SA wakes at ${nextWakeAtMs} ms`);
}

async function usedOctets(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    globalThis.gc?.();
    await new Promise((later) => setTimeout(later, 20)); // finalizers have their turn
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
