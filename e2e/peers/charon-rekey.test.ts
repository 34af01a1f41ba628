/**
 * Rekeys of the IKE SA against real strongSwan, from either side and from both at once, whoever began the first one (RFC 7296 2.8, 2.8.1, 2.8.2). However
 * the two meet, one IKE SA with one CHILD SA is left, the same on both ends.
 */
import { describe, expect, test } from 'vitest';
import { CharonPair, type CharonWish, onlyIkeSa, portsOf, roles } from './charon-pair.ts';
import { until } from './waiting.ts';

const pair = new CharonPair(portsOf(10));
const { charon } = pair;

describe.each(roles)('%s began', (who) => {
  const established = (theirs: CharonWish = {}) => pair.establish(who, theirs);

  test('charon rekeys the IKE SA: the new one inherits the CHILD SA, rekeys it and is deleted', async () => {
    const end = await established();
    const [child] = end.children();
    end.forget();

    await charon.swanctl('--rekey', '--ike', 't');

    await end.until('ikeClosed');
    expect(onlyIkeSa(end).children.map(({ inSpi }) => inSpi)).toEqual([child?.inSpi]);
    await charon.swanctl('--rekey', '--child', 't');
    await end.until('childRemoved');
    await charon.swanctl('--terminate', '--ike', 't');
    await until(() => end.endpoint.ikeSas().length === 0);
  });

  test.each(['no', 'yes'] as const)('we rekey the IKE SA, forced encapsulation: %s', async (encap) => {
    const end = await established({ encap });
    const { initiatorSpi } = onlyIkeSa(end);
    end.forget();

    await end.endpoint.rekeyIke(initiatorSpi, Date.now());

    await end.until('ikeClosed');
    expect(onlyIkeSa(end).initiatorSpi).not.toBe(initiatorSpi);
    await pair.expectSame(end);
  });

  test.each([0, 2, 4, 8, 16])('both rekey the IKE SA, we %d ms later: one is left, with its child', async (laterMs) => {
    const end = await established();
    const { initiatorSpi } = onlyIkeSa(end);

    await Promise.all([
      charon.swanctl('--rekey', '--ike', 't'),
      pause(laterMs).then(() => end.endpoint.rekeyIke(initiatorSpi, Date.now())),
    ]);

    await pair.expectSame(end);
  });

  test.each([0, 2, 4, 8, 16])('both rekey the CHILD SA, we %d ms later: one is left', async (laterMs) => {
    const end = await established();
    const [child] = end.children();

    await Promise.all([
      charon.swanctl('--rekey', '--child', 't'),
      pause(laterMs).then(() => child && end.endpoint.rekeyChild(child.inSpi, Date.now())),
    ]);

    await pair.expectSame(end);
  });

  test('we rekey the IKE SA while charon rekeys the CHILD SA: both come through in the end', async () => {
    const end = await established();
    const { initiatorSpi } = onlyIkeSa(end);

    await Promise.all([charon.swanctl('--rekey', '--child', 't'), end.endpoint.rekeyIke(initiatorSpi, Date.now())]);

    await pair.expectSame(end);
  });
});

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
