/**
 * Deletes of CHILD and IKE SAs that meet each other or a rekey of the IKE SA (RFC 7296 1.4.1, 2.25), after the list of strongSwan's own
 * exchange tests (test_child_delete.c, test_ike_delete.c): docs/conformance.md has the list, case by case.
 */
import { describe, expect, test } from 'vitest';
import { espSpiOf } from '../message/spi.ts';
import {
  answer,
  ask,
  deleteIke,
  expectEachOnce,
  expectNone,
  inHand,
  rekeyIke,
  roles,
  tell,
  told,
} from '../testing/collisions.ts';
import type { EndName, Pair, TestEnd } from '../testing/pair.ts';

describe.each(roles)('$a deletes the CHILD SA', ({ a, b }) => {
  test('the answer names the other half, and both ends have nothing', async () => {
    const { pair, wire } = await inHand();
    const { inSpi, outSpi } = pair[a].child;
    await deleteChild(pair, a);
    await wire.pass(a, tell);
    expect(wire.said.at(-1)).toMatch(/response D$/);
    expect([deletedBy(pair[a]), deletedBy(pair[b])], 'each by the SPI that it receives on').toEqual([inSpi, outSpi]);
    await wire.pass(b, told);

    expectNone(pair);
  });

  test('so does b at once: both answers are empty (1.4.1)', async () => {
    const { pair, wire } = await inHand();
    await deleteChild(pair, a);
    await deleteChild(pair, b);
    await wire.pass(a, tell);
    await wire.pass(b, tell);
    expect(wire.said.slice(-2)).toEqual([
      expect.stringMatching(/INFORMATIONAL \d response$/),
      expect.stringMatching(/INFORMATIONAL \d response$/),
    ]);
    await wire.rest();

    expectNone(pair);
  });

  test('so does b at once, and its request is lost: it comes again to who has nothing any more', async () => {
    const { pair, wire } = await inHand();
    await deleteChild(pair, a);
    await deleteChild(pair, b);
    wire.drop(b, tell);
    await wire.pass(a, tell);
    await wire.pass(b, told);
    await wire.rest(60_000);

    expectNone(pair);
    expect(pair[b].ikeSas).toHaveLength(1);
  });

  test('while b rekeys the IKE SA: TEMPORARY_FAILURE for the rekey, and it comes later', async () => {
    const { pair, wire } = await inHand();
    const before = pair[a].ikeSas[0]?.initiatorSpi;
    await deleteChild(pair, a);
    await rekeyIke(pair, b);
    await wire.pass(a, tell);
    await wire.pass(b, ask);
    expect(wire.said.at(-1)).toContain('N(TEMPORARY_FAILURE)');
    await wire.pass(a, answer);
    await wire.rest(60_000);

    expectNone(pair);
    expect(pair[a].ikeSas).toMatchObject([{ phase: 'established' }]);
    expect(pair[a].ikeSas[0]?.initiatorSpi).not.toBe(before);
    expect(pair[b].ikeSas[0]?.initiatorSpi).toBe(pair[a].ikeSas[0]?.initiatorSpi);
  });

  test('while b deletes the IKE SA: all is gone, whatever arrives', async () => {
    const { pair, wire } = await inHand();
    await deleteChild(pair, a);
    await deleteIke(pair, b);
    await wire.pass(a, tell);
    await wire.pass(b, tell);
    await wire.rest();

    expectNothing(pair);
  });
});

describe.each(roles)('$a deletes the IKE SA', ({ a, b }) => {
  test('an empty answer, and both ends have nothing (1.4.1)', async () => {
    const { pair, wire } = await inHand();
    await deleteIke(pair, a);
    await wire.pass(a, tell);
    expect(wire.said.at(-1)).toMatch(/INFORMATIONAL \d response$/);
    await wire.pass(b, told);

    expectNothing(pair);
  });

  test('so does b at once', async () => {
    const { pair, wire } = await inHand();
    await deleteIke(pair, a);
    await deleteIke(pair, b);
    await wire.pass(a, tell);
    await wire.pass(b, tell);
    await wire.rest();

    expectNothing(pair);
  });

  test('its request and all repetitions are lost: it gives up, and b finds out in its own time', async () => {
    const { pair } = await inHand({ both: { more: { livenessAfterMs: 1_000 } } });
    await deleteIke(pair, a);
    await pair.run(60_000);
    expect([...pair[a].ikeSas, ...pair[a].sad]).toEqual([]);

    await pair[b].endpoint.suspectSilence(pair[b].child.inSpi, pair.nowMs);
    await pair.run(60_000);

    expectNothing(pair);
  });
});

async function deleteChild(pair: Pair, name: EndName): Promise<void> {
  await pair[name].endpoint.deleteChild(pair[name].child.inSpi, pair.nowMs);
  await pair.settle();
}

function expectNothing(pair: Pair): void {
  for (const end of pair.ends) {
    expect([...end.ikeSas, ...end.sad]).toEqual([]);
    expectEachOnce(end);
  }
}

/** The one SPI of the last Delete that an end has said. */
function deletedBy({ transcript }: TestEnd): number | undefined {
  const said = transcript.filter(({ direction }) => direction === 'out').flatMap(({ payloads = [] }) => payloads);
  const last = said.findLast((each) => each.type === 'DELETE');
  return last?.type === 'DELETE' && last.spis.length === 1 ? last.spis.map(espSpiOf)[0] : undefined;
}
