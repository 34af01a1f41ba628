/**
 * Rekeys of the IKE SA that meet each other or a delete (RFC 7296 2.8.2, 2.25.2), with messages late or lost, after the list of
 * strongSwan's own exchange tests (test_ike_rekey.c): docs/conformance.md has the list, case by case.
 */
import { describe, expect, test } from 'vitest';
import {
  answer,
  ask,
  type Collision,
  collisions,
  decide,
  deleteIke,
  expectEachOnce,
  inHand,
  rekeyIke,
  roles,
  tell,
  told,
  winnerOf,
} from '../testing/collisions.ts';
import { agreementOf, type EndName, type Pair } from '../testing/pair.ts';

const seeds = ['a', 'b', 'c', 'd', 'e', 'f'];

/** The group in use is the cluster's first, and not the host's: the cluster must ask once more. */
const otherGroups = {
  host: { ike: ['aes256gcm16-prfsha384-x25519-ecp256'] },
  cluster: { ike: ['aes256gcm16-prfsha384-ecp256-x25519'] },
} as const;

describe.each(roles)('$a rekeys, nothing collides', ({ a, b }) => {
  test('the IKE SA of its making inherits, and the old one goes', async () => {
    const { pair, wire, before } = await inHandOfIke();
    await rekeyIke(pair, a);
    await wire.rest();

    expectOneIke(pair, a, before);
    expect(wire.said.filter((line) => line.startsWith(b))).toHaveLength(2); // its two answers
  });
});

describe('the host wants another group than the one in use', () => {
  test('the cluster rekeys: it asks once more', async () => {
    const { pair, wire, before } = await inHandOfIke(otherGroups);
    await rekeyIke(pair, 'cluster');
    await wire.rest();

    expect(wire.said[1]).toContain('N(INVALID_KE_PAYLOAD)');
    expectOneIke(pair, 'cluster', before);
  });

  test.each(seeds)('both rekey at once, and the cluster once more: still one is left (seed %s)', async (seed) => {
    const { pair, wire, before } = await askedAgain(seed);
    await wire.pass('cluster', ask);
    await wire.pass('host', ask);
    await wire.rest(120_000);

    expect(agreementOf(pair)).toEqual(before.agreement);
    expectSameIke(pair);
  });

  test.each(seeds)('the cluster does so late: the host has replaced the IKE SA by then (seed %s)', async (seed) => {
    const { pair, wire, before } = await askedAgain(seed);
    await wire.pass('host', ask);
    await wire.pass('cluster', answer);
    await wire.pass('cluster', ask);
    expect(wire.said.at(-1)).toContain('N(TEMPORARY_FAILURE)');
    await wire.rest(120_000);

    expectOneIke(pair, 'host', before);
  });

  /** Both have asked; the cluster has heard that it asked in the wrong group, and not of the host's request. */
  const askedAgain = async (seed: string) => {
    const held = await inHandOfIke({ ...otherGroups, seed });
    await rekeyIke(held.pair, 'host');
    await rekeyIke(held.pair, 'cluster');
    await held.wire.pass('cluster', ask);
    await held.wire.pass('host', answer);
    return held;
  };
});

describe.each(collisions)('both rekey at once, the lowest nonce is that with which $lowest (a: $a)', (given) => {
  const { a, b } = given;
  const winner = winnerOf(given);

  test('the IKE SA of the other end inherits, and each is deleted by who has to', async () => {
    const { pair, wire, before } = await collided(given);
    await wire.pass(a, ask);
    await wire.pass(b, ask);
    await wire.rest();

    expectOneIke(pair, winner, before);
  });

  test('the answer of b comes after its delete', async () => {
    const { pair, wire, before } = await collided(given);
    await wire.pass(a, ask);
    await wire.pass(b, ask);
    await wire.pass(a, answer);
    await wire.pass(b, tell);
    await wire.pass(b, answer);
    await wire.rest(120_000); // where b won, a never has the IKE SA that lost: b deletes its half after a while

    expectOneIke(pair, winner, before);
  });

  test('the answer of b is lost, and comes again', async () => {
    const { pair, wire, before } = await collided(given);
    await wire.pass(a, ask);
    await wire.pass(b, ask);
    wire.drop(b, answer);
    await wire.rest(120_000);

    expectOneIke(pair, winner, before);
  });
});

describe.each(roles)('$a rekeys, its request is late or lost, and $b has never noticed it', ({ a, b }) => {
  /** b has made a successor, and a knows that; b's delete of the old IKE SA is on its way. */
  const unnoticed = async () => {
    const held = await inHandOfIke();
    await rekeyIke(held.pair, a);
    await rekeyIke(held.pair, b);
    await held.wire.pass(b, ask);
    await held.wire.pass(a, answer);
    return held;
  };

  test('it never comes: the delete of b decides', async () => {
    const { pair, wire, before } = await unnoticed();
    wire.drop(a, ask);
    await wire.rest(60_000);

    expectOneIke(pair, b, before);
  });

  test.each(['before', 'after'] as const)(
    'it comes while b deletes the old one: TEMPORARY_FAILURE, heard %s the delete',
    async (when) => {
      const { pair, wire, before } = await unnoticed();
      await wire.pass(a, ask);
      expect(wire.said.at(-1)).toContain('N(TEMPORARY_FAILURE)');

      await wire.pass(b, when === 'before' ? answer : tell);
      await wire.rest(60_000);

      expectOneIke(pair, b, before);
    },
  );

  test('it comes when the old one is gone at both ends: nobody minds', async () => {
    const { pair, wire, before } = await unnoticed();
    await wire.pass(b, tell);
    await wire.pass(a, told);
    await wire.pass(a, ask);
    await wire.rest(60_000);

    expectOneIke(pair, b, before);
  });
});

describe.each(roles)('$a rekeys the IKE SA that $b deletes', ({ a, b }) => {
  const crossed = async () => {
    const held = await inHandOfIke();
    await rekeyIke(held.pair, a);
    await deleteIke(held.pair, b);
    return held;
  };

  test('both requests cross: TEMPORARY_FAILURE, and the delete has its way', async () => {
    const { pair, wire } = await crossed();
    await wire.pass(a, ask);
    expect(wire.said.at(-1)).toContain('N(TEMPORARY_FAILURE)');
    await wire.pass(b, tell);
    await wire.rest();

    expectNothing(pair);
  });

  test('the delete is late: the rekey is put off, and has lost its object by then', async () => {
    const { pair, wire } = await crossed();
    await wire.pass(a, ask);
    await wire.pass(b, answer);
    await wire.rest();

    expectNothing(pair);
  });

  test('the delete is lost, and comes again', async () => {
    const { pair, wire } = await crossed();
    await wire.pass(a, ask);
    wire.drop(b, tell);
    await wire.pass(b, answer);
    await wire.rest(60_000);

    expectNothing(pair);
  });

  test('the rekey is late: nothing is left that could answer', async () => {
    const { pair, wire } = await crossed();
    await wire.pass(b, tell);
    await wire.pass(a, told);
    await wire.pass(a, ask);
    await wire.rest(60_000);

    expectNothing(pair);
  });
});

async function inHandOfIke(wish: Parameters<typeof inHand>[0] = {}) {
  const held = await inHand(wish);
  const before = { agreement: agreementOf(held.pair), spi: held.pair.host.ikeSas[0]?.initiatorSpi };
  return { ...held, before };
}

/** Both have asked, and nothing has arrived. */
async function collided(given: Collision) {
  const held = await inHandOfIke();
  decide(held.pair, given);
  await rekeyIke(held.pair, given.a);
  await rekeyIke(held.pair, given.b);
  return held;
}

function expectSameIke(pair: Pair): void {
  const [host, cluster] = pair.ends.map(({ ikeSas }) => ikeSas.map(({ initiatorSpi }) => initiatorSpi));
  expect(host).toHaveLength(1);
  expect(cluster).toEqual(host);
}

/** One IKE SA, made by that end, with the CHILD SA as it was; nothing failed. */
function expectOneIke(
  pair: Pair,
  by: EndName,
  before: { readonly agreement: ReturnType<typeof agreementOf>; readonly spi: string | undefined },
): void {
  expectSameIke(pair);
  expect(pair.host.ikeSas[0]?.initiatorSpi).not.toBe(before.spi);
  expect(agreementOf(pair)).toEqual(before.agreement);
  for (const end of pair.ends) {
    expect(end.ikeSas).toMatchObject([{ isInitiator: end.name === by, children: [{}] }]);
    expect(end.facts.filter(({ type }) => type === 'childRemoved')).toEqual([]);
    expect(end.failures).toEqual([]);
    const replaced = end.facts.filter((fact) => fact.type === 'ikeEstablished').length;
    expect(replaced).toBe(2); // the first, and its successor
  }
}

function expectNothing(pair: Pair): void {
  for (const end of pair.ends) {
    expect([...end.ikeSas, ...end.sad]).toEqual([]);
    expectEachOnce(end);
  }
}
