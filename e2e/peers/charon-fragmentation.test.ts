/** IKE fragmentation against real strongSwan: both cut every protected message, both put the other's together (RFC 7383). */
import { describe, expect, test } from 'vitest';
import type { Datagram } from '../../src/domain/ike/datagram.ts';
import { exchangeTypes } from '../../src/domain/ike/message/names.ts';
import { CharonPair, portsOf, roles } from './charon-pair.ts';
import type { OwnEnd } from './own-end.ts';

const small = { fragmentIpOctets: 200 };
const pair = new CharonPair(portsOf(20));
const { charon } = pair;

const meet = (outbound?: (datagram: Datagram) => readonly Datagram[]): Promise<OwnEnd> =>
  pair.meet({ settings: { fragment_size: '250' } }, { settings: small, ...(outbound ? { outbound } : {}) });

test('we initiate: IKE_AUTH goes in fragments both ways', async () => {
  const end = await meet();

  await end.initiate();

  await end.until('childInstalled');
  expect(charon.log()).toMatch(/received fragment #2 of \d/);
  expect(charon.log()).toMatch(/splitting IKE message/);
});

test('charon initiates: IKE_AUTH goes in fragments both ways', async () => {
  const end = await meet();

  await charon.initiate();

  await pair.expectSame(end);
  expect(charon.log()).toMatch(/splitting IKE message/);
});

test.each(roles)(
  'one datagram of ours in four is lost, %s begin(s): all are sent again, and it establishes',
  async (who) => {
    let count = 0;
    const end = await meet((datagram) => (count++ % 4 === 2 ? [] : [datagram]));

    await pair.begin(who, end);

    await pair.expectSame(end);
  },
);

describe.each(roles)('%s begin(s)', (who) => {
  test.each([
    { theirs: 'no', ours: 'yes', sends: [] },
    { theirs: 'accept', ours: 'yes', sends: ['we'] },
    { theirs: 'yes', ours: 'never', sends: [] },
    { theirs: 'yes', ours: 'accept', sends: ['charon'] },
  ] as const)(
    'charon has fragmentation = $theirs, we $ours: fragments come from $sends alone',
    async ({ theirs, ours, sends }) => {
      const end = await pair.meet(
        { settings: { fragment_size: '250' }, connection: { fragmentation: theirs } },
        { settings: small, connection: ours === 'yes' ? {} : { fragmentation: ours } },
      );

      await pair.begin(who, end);

      await pair.expectSame(end);
      const log = charon.log();
      const sent = { we: /received fragment #/.test(log), charon: /splitting IKE message/.test(log) };
      expect(roles.filter((each) => sent[each])).toEqual(sends);
    },
  );
});

describe('a path that swallows datagrams of our usual size (RFC 7383 2.5.2)', () => {
  const settings = { fragmentIpOctets: 280, narrowIpOctets: 200 };
  const swallowing = (): Promise<OwnEnd> => {
    const isSealed = ({ octets }: Datagram) => octets[18] !== exchangeTypes.numbers.IKE_SA_INIT;
    const outbound = (datagram: Datagram) =>
      isSealed(datagram) && datagram.octets.length > 200 - 32 ? [] : [datagram];
    return pair.meet({ settings: { fragment_size: '200' } }, { settings, outbound });
  };

  test('we initiate: after two tries the request goes in smaller fragments, and charon takes them', async () => {
    const end = await swallowing();

    await end.initiate();

    await pair.expectSame(end);
    expect(charon.log()).toMatch(/received fragment #1 of [3-9]/);
  });

  test('charon initiates in short fragments: we answer in short ones at once', async () => {
    const end = await swallowing();
    const beganAtMs = Date.now();

    await charon.initiate();

    await end.until('childInstalled');
    expect(Date.now() - beganAtMs).toBeLessThan(2_000); // charon repeats after 4 s
    await pair.expectSame(end);
  });
});
