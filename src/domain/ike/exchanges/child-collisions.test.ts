/**
 * Two rekeys of a CHILD SA at once (RFC 7296 2.8.1), with messages late, after the list of strongSwan's own exchange tests
 * (test_child_rekey.c): docs/conformance.md has the list, case by case.
 */
import { describe, expect, test } from 'vitest';
import {
  answer,
  ask,
  type Collision,
  collisions,
  decide,
  expectNone,
  expectOne,
  inHand,
  rekey,
  tell,
  told,
  winnerOf,
} from '../testing/collisions.ts';
import type { HandWire } from '../testing/hand-wire.ts';
import type { TestEnd } from '../testing/pair.ts';

describe.each(collisions)('both rekey at once, the lowest nonce is that with which $lowest (a: $a)', (given) => {
  const { a, b } = given;
  const winner = winnerOf(given);

  test('one is left: who made the other deletes it, who made the one deletes the old', async () => {
    const { pair, wire } = await collided(given);

    await wire.pass(b, ask);
    await wire.pass(a, answer);
    await wire.pass(b, answer);
    await wire.rest();

    expectOne(pair, winner);
    expect(deletersIn(wire)).toEqual(['host', 'cluster']);
  });

  test('the answer of b comes after its delete', async () => {
    const { pair, wire } = await collided(given);

    await wire.pass(b, ask);
    await wire.pass(a, answer);
    await wire.pass(b, tell);
    await wire.pass(a, told);
    await wire.pass(b, answer);
    await wire.rest();

    expectOne(pair, winner);
  });

  test('the answer of b comes after its delete of the old SA, and then of its new one', async () => {
    const { pair, old, wire } = await collided(given);

    await wire.pass(b, ask);
    await wire.pass(a, answer);
    await pair[b].endpoint.deleteChild(ownNewOf(pair[b], old[b]), pair.nowMs);
    await wire.pass(b, tell);
    await wire.pass(a, told);
    await wire.pass(b, answer);
    await wire.rest();

    // If b won, its SA was the one that stays; if it lost, that was on its way out anyway.
    if (winner === b) expectNone(pair);
    else expectOne(pair, a);
  });

  test.each(['before', 'after'] as const)(
    'b, who lost, deletes the old SA too, and says so %s its answer arrives',
    async (when) => {
      const { pair, old, wire } = await collided(given);
      await wire.pass(b, ask);
      await pair[b].endpoint.deleteChild(old[b], pair.nowMs);
      await wire.pass(a, answer);

      if (when === 'after') await wire.pass(b, answer);
      await wire.pass(b, tell);
      await wire.rest();

      expectOne(pair, winner);
    },
  );

  test('each must ask again, in the group of the other: still one is left', async () => {
    const { pair, wire } = await inHand({
      host: { esp: ['aes256gcm16-x25519-ecp256-noesn'] },
      cluster: { esp: ['aes256gcm16-ecp256-x25519-noesn'] },
    });
    pair[a].nonces.push(0x90);
    pair[b].nonces.push(0x90);
    await rekey(pair, a);
    await rekey(pair, b);
    await wire.pass(a, ask);
    await wire.pass(b, ask);
    decide(pair, given);
    await wire.pass(a, answer); // INVALID_KE_PAYLOAD both
    await wire.pass(b, answer);

    await wire.pass(a, ask);
    await wire.rest();

    expectOne(pair, winner);
  });

  test('each must ask again, and a does so late: b has replaced the SA by then', async () => {
    const { pair, wire } = await inHand({
      host: { esp: ['aes256gcm16-x25519-ecp256-noesn'] },
      cluster: { esp: ['aes256gcm16-ecp256-x25519-noesn'] },
    });
    await rekey(pair, a);
    await rekey(pair, b);
    await wire.pass(a, ask);
    await wire.pass(b, ask);
    await wire.pass(a, answer);
    await wire.pass(b, answer);

    await wire.pass(b, ask);
    await wire.pass(a, answer);
    await wire.pass(a, ask); // b is deleting the old one
    expect(wire.said.at(-1)).toContain('N(TEMPORARY_FAILURE)');
    await wire.rest();

    expectOne(pair, b);
  });
});

/** Both have asked, and b has the request of a already. */
async function collided(given: Collision) {
  const held = await inHand();
  decide(held.pair, given);
  await rekey(held.pair, given.a);
  await rekey(held.pair, given.b);
  await held.wire.pass(given.a, ask);
  return held;
}

const ownNewOf = (end: TestEnd, old: number) =>
  end.sad.find(({ inSpi, isInitiator }) => inSpi !== old && isInitiator)?.inSpi ??
  expect.unreachable('a new SA of its own stands');

const deletersIn = ({ said }: HandWire): readonly string[] =>
  ['host', 'cluster'].filter((name) => said.some((line) => line.startsWith(name) && line.endsWith(' request D')));
