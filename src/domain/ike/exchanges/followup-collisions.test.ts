/**
 * Rekeys that take several key exchanges (RFC 9370 2.2.4) and meet each other, a plain rekey or a delete, with messages late, after the
 * list of strongSwan's own exchange tests: docs/conformance.md has the list, case by case. Where strongSwan lets two such rekeys
 * run and stops the loser, we refuse the second with TEMPORARY_FAILURE: no two of them are ever under way (2.25).
 */
import { describe, expect, test } from 'vitest';
import {
  answer,
  ask,
  deleteIke,
  expectEachOnce,
  expectNone,
  inHand,
  rekey,
  rekeyIke,
  roles,
  tell,
  told,
} from '../testing/collisions.ts';
import { agreementOf, type EndName, type Pair } from '../testing/pair.ts';

const [askMore, answerMore] = ['IKE_FOLLOWUP_KE request', 'IKE_FOLLOWUP_KE response'];
const several = {
  ike: ['aes256gcm16-prfsha384-x25519-ke1_mlkem512'],
  esp: ['aes256gcm16-noesn-x25519-ke1_mlkem512'],
};
/** The same, or without the second key exchange. */
const either = {
  ike: [...several.ike, 'aes256gcm16-prfsha384-x25519'],
  esp: [...several.esp, 'aes256gcm16-noesn-x25519'],
};
const plain = { ike: ['aes256gcm16-prfsha384-x25519'], esp: ['aes256gcm16-noesn-x25519'] };
const settings = { fragmentIpOctets: 9000 };

const kinds = [
  { what: 'CHILD SA', begin: rekey },
  { what: 'IKE SA', begin: rekeyIke },
] as const;
const cases = kinds.flatMap((kind) => roles.map((role) => ({ ...kind, ...role })));

describe.each(cases)('$a rekeys the $what by several key exchanges', ({ what, begin, a, b }) => {
  test('both at once: both are told to wait, and one comes first', async () => {
    const { pair, wire, old } = await inHand({ both: several, settings });
    const before = pair.host.ikeSas[0]?.initiatorSpi;
    await begin(pair, a);
    await begin(pair, b);
    await wire.pass(a, ask);
    await wire.pass(b, ask);
    expect(wire.said.slice(-2).join()).toMatch(/TEMPORARY_FAILURE.*TEMPORARY_FAILURE/);
    await wire.rest(120_000);

    expectReplaced(pair, what, old, before);
  });

  test('b rekeys at once by one alone: still one is left', async () => {
    const { pair, wire, old } = await inHand({ [a]: either, [b]: plain, settings });
    const before = pair.host.ikeSas[0]?.initiatorSpi;
    await begin(pair, a);
    await begin(pair, b);
    await wire.pass(a, ask);
    await wire.pass(b, ask);
    await wire.rest(120_000);

    expectReplaced(pair, what, old, before);
  });

  test('its request is late: b has got as far as its second key exchange, and refuses', async () => {
    const { pair, wire, old } = await inHand({ both: several, settings: { ...settings, busyMs: 5_000 } });
    const before = pair.host.ikeSas[0]?.initiatorSpi;
    await begin(pair, b);
    await wire.pass(b, ask);
    await begin(pair, a); // not aware: it answers, and asks for the same
    await wire.pass(a, answer);
    await wire.pass(a, ask);
    expect(wire.said.at(-1)).toContain('N(TEMPORARY_FAILURE)');

    await wire.pass(b, askMore);
    await wire.pass(b, answer);
    await wire.rest(120_000);

    expectReplaced(pair, what, old, before);
  });

  test('its answer is late: the second key exchange begins when it comes', async () => {
    const { pair, wire, old } = await inHand({ both: several, settings });
    const before = pair.host.ikeSas[0]?.initiatorSpi;
    await begin(pair, a);
    await wire.pass(a, ask);
    wire.drop(b, answer);
    await wire.rest(60_000);

    expectReplaced(pair, what, old, before);
  });

  test('b deletes it meanwhile, before the second key exchange arrives: nothing comes of the rekey', async () => {
    const { pair, wire } = await inHand({ both: several, settings });
    await begin(pair, a);
    await wire.pass(a, ask);
    await wire.pass(b, answer);
    if (what === 'IKE SA') await deleteIke(pair, b);
    else await deleteChild(pair, b);
    await wire.pass(b, tell);
    await wire.pass(a, told);
    await wire.pass(a, askMore);
    await wire.rest(60_000);

    if (what === 'IKE SA') expect(pair.ends.flatMap(({ ikeSas }) => ikeSas)).toEqual([]);
    expectNone(pair);
  });

  test('b deletes it meanwhile, and its delete comes after the second key exchange', async () => {
    const { pair, wire } = await inHand({ both: several, settings });
    await begin(pair, a);
    await wire.pass(a, ask);
    await wire.pass(b, answer);
    if (what === 'IKE SA') await deleteIke(pair, b);
    else await deleteChild(pair, b);
    await wire.pass(a, askMore);
    expect(wire.said.at(-1)).toContain('N(TEMPORARY_FAILURE)');
    await wire.pass(b, answerMore);
    await wire.rest(60_000);

    if (what === 'IKE SA') expect(pair.ends.flatMap(({ ikeSas }) => ikeSas)).toEqual([]);
    expectNone(pair);
    expect(pair[a].failures).toEqual([]);
  });
});

test.each(roles)('$b deletes a new CHILD SA before $a hears that it stands: neither has it', async ({ a, b }) => {
  const { pair, wire } = await inHand({ both: several, settings });
  await pair[a].initiate();
  await pair.settle();
  await wire.pass(a, ask);
  await wire.pass(b, answer);
  await wire.pass(a, askMore);
  const fresh = pair[b].sad.at(-1) ?? expect.unreachable('two CHILD SAs stand');
  await pair[b].endpoint.deleteChild(fresh.inSpi, pair.nowMs);
  await pair.settle();

  await wire.pass(b, tell);
  await wire.pass(b, answerMore);
  await wire.rest(60_000);

  expect(agreementOf(pair).host).toEqual(agreementOf(pair).cluster);
  for (const end of pair.ends) {
    expect(end.sad).toHaveLength(1);
    expectEachOnce(end);
  }
});

test.each(roles)(
  '$a rekeys the IKE SA, and $b is told meanwhile to delete a CHILD SA: that waits for the new one',
  async ({ a, b }) => {
    const { pair, wire } = await inHand({ both: several, settings });
    const before = pair.host.ikeSas[0]?.initiatorSpi;
    await rekeyIke(pair, a);
    await wire.pass(a, ask);
    await wire.pass(b, answer);
    await deleteChild(pair, b);
    await wire.pass(a, askMore);
    await wire.rest(60_000);

    expect(wire.said.join()).not.toContain('TEMPORARY_FAILURE');
    expect(pair.ends.map(({ ikeSas }) => ikeSas.length)).toEqual([1, 1]);
    expect(pair.host.ikeSas[0]?.initiatorSpi).not.toBe(before);
    expectNone(pair);
  },
);

describe('the first group is not the one that the other wants', () => {
  const [here, there] = ['x25519-ecp256-ke1_mlkem512', 'ecp256-x25519-ke1_mlkem512'];

  test.each(roles)('$a rekeys the CHILD SA: it asks again, and the second key exchange follows', async ({ a, b }) => {
    const { ike } = several;
    const wish = {
      [a]: { ike, esp: [`aes256gcm16-noesn-${here}`] },
      [b]: { ike, esp: [`aes256gcm16-noesn-${there}`] },
    };
    const { pair, wire, old } = await inHand({ ...wish, settings });
    await rekey(pair, a);
    await wire.rest();

    expect(wire.said[1]).toContain('N(INVALID_KE_PAYLOAD)');
    expect(wire.said.filter((line) => line.includes('IKE_FOLLOWUP_KE'))).toHaveLength(2);
    expectReplaced(pair, 'CHILD SA', old, undefined);
  });

  test('the cluster rekeys the IKE SA, whose group the host does not like best: likewise', async () => {
    const wish = {
      host: { ike: [`aes256gcm16-prfsha384-${here}`] },
      cluster: { ike: [`aes256gcm16-prfsha384-${there}`] },
    };
    const { pair, wire, old } = await inHand({ ...wish, settings });
    const before = pair.host.ikeSas[0]?.initiatorSpi;
    await rekeyIke(pair, 'cluster');
    await wire.rest();

    expect(wire.said[1]).toContain('N(INVALID_KE_PAYLOAD)');
    expect(wire.said.filter((line) => line.includes('IKE_FOLLOWUP_KE'))).toHaveLength(2);
    expectReplaced(pair, 'IKE SA', old, before);
  });
});

async function deleteChild(pair: Pair, name: EndName): Promise<void> {
  await pair[name].endpoint.deleteChild(pair[name].child.inSpi, pair.nowMs);
  await pair.settle();
}

/** One IKE SA, one CHILD SA; what was rekeyed is another now, and no SA came or went twice. */
function expectReplaced(
  pair: Pair,
  what: 'CHILD SA' | 'IKE SA',
  old: { readonly host: number },
  before: string | undefined,
): void {
  expect(agreementOf(pair).host).toEqual(agreementOf(pair).cluster);
  expect(pair.host.ikeSas).toMatchObject([{ children: [{}] }]);
  expect(pair.cluster.ikeSas.map(({ initiatorSpi }) => initiatorSpi)).toEqual(
    pair.host.ikeSas.map(({ initiatorSpi }) => initiatorSpi),
  );
  for (const end of pair.ends) expectEachOnce(end);
  if (what === 'CHILD SA') expect(pair.host.child.inSpi).not.toBe(old.host);
  else expect(pair.host.ikeSas[0]?.initiatorSpi).not.toBe(before);
}
