/**
 * A rekey of a CHILD SA that meets other exchanges, with messages late or lost, after the list of strongSwan's own exchange tests
 * (test_child_rekey.c): docs/conformance.md has the list, case by case. `a` rekeys; each case runs with either end as `a`.
 */
import { describe, expect, test } from 'vitest';
import { exchangeTypes, protocols } from '../message/names.ts';
import { octetsOfEspSpi } from '../message/spi.ts';
import {
  answer,
  ask,
  deleteIke,
  expectEachOnce,
  expectNone,
  expectOne,
  inHand,
  rekey,
  rekeyIke,
  roles,
  tell,
  told,
} from '../testing/collisions.ts';
import { noRandomness } from '../testing/other-answer.ts';
import { agreementOf, type EndName, type Pair, type TestEnd } from '../testing/pair.ts';

describe.each(roles)('$a rekeys, nothing collides', ({ a, b }) => {
  test('the old SA is rekeyed no more while it waits for its delete', async () => {
    const { pair, old, wire } = await inHand();
    await rekey(pair, a);
    await wire.pass(a, ask);
    await wire.pass(b, answer);

    await pair[b].endpoint.rekeyChild(old[b], pair.nowMs);
    await pair.settle();
    await wire.pass(a, tell);
    await wire.pass(b, told); // and no request of b stands before it
    await wire.rest();

    expectOne(pair, a);
  });

  test('its hard lifetime runs out at b before the delete of a comes', async () => {
    const { pair, old, wire } = await inHand();
    await rekey(pair, a);
    await wire.pass(a, ask);

    await pair[b].endpoint.deleteChild(old[b], pair.nowMs);
    await wire.rest();

    expectOne(pair, a);
  });

  test('b deletes the new SA before the old one is gone: none is left', async () => {
    const { pair, old, wire } = await inHand();
    await rekey(pair, a);
    await wire.pass(a, ask);
    await wire.pass(b, answer);

    await pair[b].endpoint.deleteChild(newOf(pair[b], old[b]), pair.nowMs);
    await pair.settle();
    await wire.pass(b, tell);
    await wire.rest();

    expectNone(pair);
  });

  test('b has lost the SA: CHILD_SA_NOT_FOUND, the half of a goes, and a new SA takes its place (2.25)', async () => {
    const { pair, old, wire } = await inHand({ settings: { windowSize: 8 } });
    await loseChild(pair, a, b);
    await rekey(pair, a);
    await wire.pass(a, ask);
    await wire.pass(b, answer);
    expect(wire.said.at(-2)).toContain('N(CHILD_SA_NOT_FOUND)');
    const said = pair[b].transcript.flatMap(({ payloads = [] }) => payloads);
    expect(
      said.findLast((each) => each.type === 'NOTIFY' && each.notify === 44),
      'which it is',
    ).toMatchObject({
      protocol: 3,
      spi: octetsOfEspSpi(old[a]),
    });
    expect(pair[a].sad).toEqual([]);
    expect(pair[a].facts.at(-1)).toMatchObject({
      type: 'childRemoved',
      because: { code: 'unknownChild', spi: old[a] },
    });
    await wire.rest();

    expectOne(pair, a);
    expect(pair[a].child.inSpi).not.toBe(old[a]);
    expect(pair[a].failures).toEqual([]);
  });

  test.each(['before', 'after'] as const)(
    'b deletes the old SA too, and says so %s its answer arrives',
    async (when) => {
      const { pair, old, wire } = await inHand();
      await rekey(pair, a);
      await wire.pass(a, ask);
      await pair[b].endpoint.deleteChild(old[b], pair.nowMs);
      await pair.settle();

      await wire.pass(b, when === 'before' ? tell : answer);
      await wire.rest();

      expectOne(pair, a);
    },
  );

  test('nobody answers the delete: the IKE SA falls, and each SA is reported gone once', async () => {
    const { pair, wire } = await inHand();
    await rekey(pair, a);
    await wire.pass(a, ask);
    await wire.pass(b, answer);
    pair.wire.tamper = () => [];

    await pair.run(60_000);

    expect(pair[a].sad).toEqual([]);
    expect(pair[a].ikeSas).toEqual([]);
    expectEachOnce(pair[a]);
  });
});

describe.each(roles)('$a rekeys, its request is late, and $b has never noticed it', ({ a, b }) => {
  /** b has replaced the SA, and a knows that; b's delete of the old one is on its way. */
  const unnoticed = async () => {
    const held = await inHand();
    await rekey(held.pair, a);
    await rekey(held.pair, b);
    await held.wire.pass(b, ask);
    await held.wire.pass(a, answer);
    return held;
  };

  test.each(['before', 'after'] as const)(
    'it comes while b deletes the old SA: TEMPORARY_FAILURE, heard %s the delete',
    async (when) => {
      const { pair, wire } = await unnoticed();
      await wire.pass(a, ask);
      expect(wire.said.at(-1)).toContain('N(TEMPORARY_FAILURE)');

      await wire.pass(b, when === 'before' ? answer : tell);
      await wire.rest();

      expectOne(pair, b);
    },
  );

  test('it comes when the old SA is gone: CHILD_SA_NOT_FOUND, and nothing is made anew', async () => {
    const { pair, wire } = await unnoticed();
    await wire.pass(b, tell);
    await wire.pass(a, told);

    await wire.pass(a, ask);
    expect(wire.said.at(-1)).toContain('N(CHILD_SA_NOT_FOUND)');
    await wire.rest();

    expectOne(pair, b);
  });

  test('it comes when the new SA is gone too: none is left', async () => {
    const { pair, wire } = await unnoticed();
    await wire.pass(b, tell);
    await wire.pass(a, told);
    await pair[b].endpoint.deleteChild(pair[b].child.inSpi, pair.nowMs);
    await wire.pass(b, tell);
    await wire.pass(a, told);

    await wire.pass(a, ask);
    await wire.rest();

    expectNone(pair);
  });
});

describe.each(roles)('$a rekeys what $b deletes', ({ a, b }) => {
  const crossed = async () => {
    const held = await inHand();
    await rekey(held.pair, a);
    await held.pair[b].endpoint.deleteChild(held.pair[b].child.inSpi, held.pair.nowMs);
    await held.pair.settle();
    return held;
  };

  test('both requests cross: TEMPORARY_FAILURE, and the delete has its way', async () => {
    const { pair, wire } = await crossed();
    await wire.pass(a, ask);
    expect(wire.said.at(-1)).toContain('N(TEMPORARY_FAILURE)');
    await wire.pass(b, tell);
    await wire.rest();

    expectNone(pair);
  });

  test('the delete is late: the rekey is put off, and has lost its object by then', async () => {
    const { pair, wire } = await crossed();
    await wire.pass(a, ask);
    await wire.pass(b, answer);
    await wire.rest();

    expectNone(pair);
    expect(pair[a].failures).toEqual([]);
  });

  test('the rekey is late: CHILD_SA_NOT_FOUND, and nothing takes the place of what was deleted on purpose', async () => {
    const { pair, wire } = await crossed();
    await wire.pass(b, tell);
    await wire.pass(a, told);
    await wire.pass(a, ask);
    expect(wire.said.at(-1)).toContain('N(CHILD_SA_NOT_FOUND)');
    await wire.rest();

    expectNone(pair);
  });

  test('b answers, deletes the new SA, and its delete overtakes its answer', async () => {
    const { pair, old, wire } = await inHand();
    await rekey(pair, a);
    await wire.pass(a, ask);
    await pair[b].endpoint.deleteChild(newOf(pair[b], old[b]), pair.nowMs);
    await pair.settle();

    await wire.pass(b, tell);
    await wire.pass(a, told);
    await wire.pass(b, answer);
    await wire.rest(60_000); // b waits for the delete of the old one, but not for ever

    expectNone(pair);
  });
});

describe.each(roles)('$a rekeys the CHILD SA', ({ a, b }) => {
  test('while b rekeys the IKE SA: TEMPORARY_FAILURE both, and both come through later (2.25)', async () => {
    const { pair, wire } = await inHand();
    const before = [pair[a].ikeSas[0]?.initiatorSpi, pair[a].child.inSpi];
    await rekey(pair, a);
    await rekeyIke(pair, b);
    await wire.pass(a, ask);
    await wire.pass(b, ask);
    expect(wire.said.filter((line) => line.includes('N(TEMPORARY_FAILURE)'))).toHaveLength(2);
    await wire.rest();

    expect(agreementOf(pair).host).toEqual(agreementOf(pair).cluster);
    expect(pair[a].ikeSas).toHaveLength(1);
    expect(pair[a].ikeSas[0]?.initiatorSpi).not.toBe(before[0]);
    expect(pair[a].child.inSpi).not.toBe(before[1]);
  });

  test.each([false, true])('while b deletes the IKE SA: all is gone (answer of b lost: %s)', async (isLost) => {
    const { pair, wire } = await inHand();
    await rekey(pair, a);
    await deleteIke(pair, b);
    await wire.pass(a, ask);
    if (isLost) wire.drop(b, answer);
    await wire.rest();

    expectNone(pair);
    expect([...pair.host.ikeSas, ...pair.cluster.ikeSas]).toEqual([]);
  });
});

const newOf = (end: TestEnd, old: number) =>
  end.sad.find(({ inSpi }) => inSpi !== old)?.inSpi ?? expect.unreachable('a new SA stands');

/** b hears a delete that a never sent, under an id that its window takes and a will not come to. */
async function loseChild(pair: Pair, a: EndName, b: EndName): Promise<void> {
  const [session] = pair[a].endpoint.sessions();
  if (!session || !('channel' in session)) throw new Error('an IKE SA stands');
  const header = {
    initiatorSpi: session.spis.initiator,
    responderSpi: session.spis.responder,
    exchange: exchangeTypes.numbers.INFORMATIONAL,
    ...{ majorVersion: 2, minorVersion: 0, isFromInitiator: session.isInitiator, isResponse: false },
    messageId: session.window.nextId + 7,
  };
  const spis = [octetsOfEspSpi(pair[a].child.inSpi)];
  const deletion = { type: 'DELETE', protocol: protocols.numbers.ESP, spis } as const;
  const [octets] = await session.channel.seal(noRandomness, header, [deletion]);
  const { local, remote } = session.path;
  if (octets) await pair[b].endpoint.receive({ local: remote, remote: local, octets }, pair.nowMs);
  expect(pair[b].sad).toEqual([]);
}
