/** Exchanges that meet each other: a pair whose wire is in hand, what one end may want, and what must be true when all is said. */
import { expect } from 'vitest';
import { HandWire } from './hand-wire.ts';
import { agreementOf, type EndName, makePair, type Pair, type PairWish, type TestEnd } from './pair.ts';

export const [ask, answer] = ['CREATE_CHILD_SA request', 'CREATE_CHILD_SA response'] as const;
export const [tell, told] = ['INFORMATIONAL request', 'INFORMATIONAL response'] as const;

/** Either end may be the one that rekeys. */
export const roles = [
  { a: 'host', b: 'cluster' },
  { a: 'cluster', b: 'host' },
] as const;
export type Roles = (typeof roles)[number];

/** Which of the four nonces of two rekeys at once is the lowest: the SA of that exchange goes (RFC 7296 2.8.1). */
const lowest = ['a asks', 'b answers', 'b asks', 'a answers'] as const;
export type Collision = Roles & { readonly lowest: (typeof lowest)[number] };
export const collisions: readonly Collision[] = roles.flatMap((role) =>
  lowest.map((each) => ({ ...role, lowest: each })),
);

export const winnerOf = ({ a, b, lowest: each }: Collision): EndName =>
  each === 'a asks' || each === 'b answers' ? b : a;

/** Each end draws for its request first, and then for its answer. */
export function decide(pair: Pair, { a, b, lowest: given }: Collision): void {
  const first = (each: Collision['lowest']) => (each === given ? 0x00 : 0x80);
  pair[a].nonces.push(first('a asks'), first('a answers'));
  pair[b].nonces.push(first('b asks'), first('b answers'));
}

/** An IKE SA with a CHILD SA; from here on the wire is in hand. */
export async function inHand(wish: PairWish = {}) {
  const pair = await makePair(wish).establish();
  const old = { host: pair.host.child.inSpi, cluster: pair.cluster.child.inSpi };
  return { pair, old, wire: new HandWire(pair) };
}

export async function rekey(pair: Pair, name: EndName): Promise<void> {
  await pair[name].endpoint.rekeyChild(pair[name].child.inSpi, pair.nowMs);
  await pair.settle();
}

export const ikeSpiOf = ({ ikeSas: [ikeSa] }: TestEnd) => ikeSa?.initiatorSpi ?? expect.unreachable('an IKE SA stands');

export async function rekeyIke(pair: Pair, name: EndName): Promise<void> {
  await pair[name].endpoint.rekeyIke(ikeSpiOf(pair[name]), pair.nowMs);
  await pair.settle();
}

export async function deleteIke(pair: Pair, name: EndName): Promise<void> {
  await pair[name].endpoint.deleteIkeSa(ikeSpiOf(pair[name]), pair.nowMs);
  await pair.settle();
}

/** One CHILD SA, made by that end, the same at both; whatever else was installed has gone, once. */
export function expectOne(pair: Pair, by: EndName): void {
  expect(agreementOf(pair).host).toEqual(agreementOf(pair).cluster);
  for (const end of pair.ends) {
    expect(end.child.isInitiator).toBe(end.name === by);
    expectEachOnce(end);
    expect(end.failures).toEqual([]);
    expect(end.ikeSas).toMatchObject([{ children: [{}] }]);
  }
}

export function expectNone(pair: Pair): void {
  for (const end of pair.ends) {
    expect(end.sad).toEqual([]);
    expect(end.ikeSas.flatMap(({ children }) => children)).toEqual([]);
    expectEachOnce(end);
  }
}

/** No SA comes or goes twice. */
export function expectEachOnce(end: TestEnd): void {
  for (const type of ['childInstalled', 'childRemoved'] as const) {
    const spis = end.facts.flatMap((fact) => (fact.type === type ? [fact.child.inSpi] : []));
    expect(new Set(spis).size).toBe(spis.length);
  }
}
