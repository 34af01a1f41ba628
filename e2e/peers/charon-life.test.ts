/**
 * What else happens between two ends in a long life, with real strongSwan at the other: the wrong group in a rekey, extended
 * sequence numbers, IKE SAs without a child, reauthentication, a peer that comes again (`unique`), a peer that was restarted.
 */
import { describe, expect, test, vi } from 'vitest';
import type { Connection } from '../../src/domain/ike/connection.ts';
import type { Datagram } from '../../src/domain/ike/datagram.ts';
import { CharonPair, portsOf, type Role, roles } from './charon-pair.ts';
import { defaultEsp, defaultIke, type OwnEnd } from './own-end.ts';

const ikeSaInit = 34;
const notify = 41;
const pair = new CharonPair(portsOf(60));
const { charon } = pair;

async function begin(who: Role, end: OwnEnd): Promise<void> {
  await pair.begin(who, end);
  await end.until('childInstalled');
}

const until = (condition: () => boolean | Promise<boolean>) =>
  vi.waitUntil(condition, { timeout: 10_000, interval: 50 });

describe('the group of a rekeyed CHILD SA is guessed wrong (INVALID_KE_PAYLOAD in CREATE_CHILD_SA)', () => {
  const wide = 'aes256gcm16-ecp256-ecp384';
  const narrow = 'aes256gcm16-ecp384';

  test('by us: we repeat with the group that charon wants', async () => {
    const end = await pair.meet({ esp: narrow }, { esp: wide });
    await begin('we', end);
    const [first] = end.children();
    end.forget();

    if (first) await end.endpoint.rekeyChild(first.inSpi, Date.now());

    await end.until('childRemoved');
    expect(charon.log()).toMatch(/requested ECP_384|DH group ECP_256 unacceptable/);
    expect(await charon.sas()).toContain('ECP_384');
  });

  test('by charon: it repeats with the group that we want', async () => {
    const end = await pair.meet({ esp: wide }, { esp: narrow });
    await begin('charon', end);
    end.forget();

    await charon.swanctl('--rekey', '--child', 't');

    await end.until('childRemoved');
    expect(charon.log()).toMatch(/requested ECP_384|didn't accept DH group ECP_256/);
    expect(end.children()).toHaveLength(1);
  });
});

describe.each(roles)('extended sequence numbers, %s begin(s)', (who) => {
  test.each([
    ['both want them', 'aes256gcm16-esn', 'aes256gcm16-esn', true],
    ['charon leaves it open, we do not', 'aes256gcm16-esn-noesn', 'aes256gcm16-noesn', false],
    ['we leave it open, charon does not', 'aes256gcm16-esn', 'aes256gcm16-noesn-esn', true],
  ])('%s', async (_, theirs, ours, hasEsn) => {
    const end = await pair.meet({ esp: theirs }, { esp: ours });

    await begin(who, end);

    expect(end.children().map((child) => child.hasEsn)).toEqual([hasEsn]);
    expect((await charon.sas()).includes('/ESN')).toBe(hasEsn);
  });
});

describe('an IKE SA without a child (RFC 6023)', () => {
  test('we begin so: the CHILD SA comes in an exchange of its own', async () => {
    const end = await pair.meet({ connection: { childless: 'allow' } }, { connection: { childless: 'force' } });

    await begin('we', end);

    expect(charon.log()).toMatch(/parsed CREATE_CHILD_SA request 2/);
    expect(await charon.sas()).toContain('INSTALLED');
  });

  test('charon begins so: likewise', async () => {
    const end = await pair.meet({ connection: { childless: 'force' } });

    await begin('charon', end);

    expect(charon.log()).toMatch(/generating CREATE_CHILD_SA request 2/);
    expect(await charon.sas()).toContain('INSTALLED');
  });

  test('we insist on it and charon never does: it fails, and says whose will it was', async () => {
    const end = await pair.meet({ connection: { childless: 'never' } }, { connection: { childless: 'force' } });

    await end.initiate();

    const { failure } = await end.until('failed');
    expect(failure.refusal).toMatchObject({ code: 'childless' });
  });
});

describe('reauthentication, the new IKE SA before the old one goes (RFC 7296 2.8.3)', () => {
  test('ours: one IKE SA is left, another one, with its child', async () => {
    const end = await pair.meet();
    await begin('we', end);
    const [old] = end.endpoint.ikeSas();
    end.forget();

    if (old) await end.endpoint.reauthenticate(old.initiatorSpi, Date.now());

    await end.until('ikeClosed');
    const [left, ...more] = end.endpoint.ikeSas();
    expect(more).toEqual([]);
    expect(left?.initiatorSpi).not.toBe(old?.initiatorSpi);
    expect((await charon.sas()).match(/ESTABLISHED/g)).toHaveLength(1);
  });

  test('charon’s: the same', async () => {
    const end = await pair.meet({ settings: { make_before_break: 'yes' } });
    await begin('charon', end);
    const [old] = end.endpoint.ikeSas();
    end.forget();

    await charon.swanctl('--rekey', '--ike', 't', '--reauth');

    await end.until('ikeClosed');
    await until(async () => (await charon.sas()).match(/ESTABLISHED/g)?.length === 1);
    const [left, ...more] = end.endpoint.ikeSas();
    expect(more).toEqual([]);
    expect(left?.initiatorSpi).not.toBe(old?.initiatorSpi);
    expect(left?.children).toHaveLength(1);
  });
});

describe('we come again from another port, with nothing left of what we had', () => {
  const elsewhere = { ...pair.ports, ownIke: 15562, ownNat: 15563 };

  async function comeAgain(connection: Partial<Connection>): Promise<OwnEnd> {
    const end = await pair.open({ ports: elsewhere, connection });
    await end.initiate();
    return end;
  }

  test.each([
    ['no', 'obey', 1],
    ['no', 'ignore', 2],
    ['never', 'obey', 2],
    ['replace', 'ignore', 1],
  ] as const)('charon’s unique = %s, ours %s: it holds %d', async (unique, uniqueness, held) => {
    const connection = { uniqueness };
    const end = await pair.meet({ connection: { unique } }, { connection });
    await begin('we', end);

    const again = await comeAgain(connection);

    await again.until('childInstalled');
    await until(async () => (await charon.sas()).match(/ESTABLISHED/g)?.length === held);
    expect(again.children()).toHaveLength(1);
  });

  test('charon’s unique = keep: it refuses the newcomer, and we say so', async () => {
    const connection = { uniqueness: 'ignore' } as const;
    const end = await pair.meet({ connection: { unique: 'keep' } }, { connection });
    await begin('we', end);

    const again = await comeAgain(connection);

    const { failure } = await again.until('failed');
    expect(failure).toMatchObject({ by: 'remote', scope: 'ike' });
    expect((await charon.sas()).match(/ESTABLISHED/g)).toHaveLength(1);
  });
});

test('charon comes again after a restart: its INITIAL_CONTACT ends the SAs that it no longer has', async () => {
  const end = await pair.meet();
  await begin('charon', end);
  const [old] = end.endpoint.ikeSas();
  charon.kill();
  charon.configure({ ports: pair.ports, ike: defaultIke, esp: defaultEsp });
  end.forget();

  await begin('charon', end);

  await end.until('ikeClosed');
  const [left, ...more] = end.endpoint.ikeSas();
  expect(more).toEqual([]);
  expect(left?.initiatorSpi).not.toBe(old?.initiatorSpi);
});

test('charon finds us silent and begins anew as soon as we are there again (dpd_action = restart)', async () => {
  let isGone = false;
  const end = await pair.meet(
    {
      settings: { retransmit_base: '1.0' },
      connection: { dpd_delay: '1s' },
      edit: (conf) => conf.replace('mode =', 'dpd_action = restart\n    mode ='),
    },
    { outbound: (datagram) => (isGone ? [] : [datagram]) },
  );
  await begin('charon', end);
  isGone = true;
  await until(() => /giving up after 3 retransmits/.test(charon.log()));
  await end.endpoint.dropSilently(Date.now());
  end.forget();
  isGone = false;

  await end.until('childInstalled');

  await until(async () => (await charon.sas()).match(/INSTALLED/g)?.length === 1);
  expect(end.children()).toHaveLength(1);
});

test('a cookie is damaged on its way: charon asks again, and we establish', async () => {
  let isHalfOpen = true;
  let damaged = 0;
  const spoil = (datagram: Datagram): readonly Datagram[] => {
    const { octets } = datagram;
    if (octets[18] !== ikeSaInit) return isHalfOpen ? [] : [datagram];
    const hasCookie = octets[16] === notify;
    if (!hasCookie || damaged > 0) return [datagram];
    damaged += 1;
    return [{ ...datagram, octets: octets.map((octet, at) => (at === 40 ? octet ^ 0xff : octet)) }];
  };
  const end = await pair.meet({ settings: { cookie_threshold: '1', cookie_threshold_ip: '1' } }, { outbound: spoil });
  await end.initiate();
  await until(() => charon.log().includes('generating IKE_SA_INIT response 0'));
  await end.endpoint.dropSilently(Date.now());
  isHalfOpen = false;

  await begin('we', end);

  expect(damaged).toBe(1);
  expect(await charon.sas()).toContain('INSTALLED');
});

test('all that we said comes again, out of order: charon answers what is in its window, and both ends stay as they are', async () => {
  const said: Datagram[] = [];
  let repeats = false;
  const end = await pair.meet(
    {},
    {
      outbound: (datagram) => {
        if (repeats) return [...said.toReversed(), datagram, ...said];
        said.push(datagram);
        return [datagram];
      },
    },
  );
  await begin('we', end);
  const [before] = end.children();
  repeats = true;

  if (before) await end.endpoint.suspectSilence(before.inSpi, Date.now() + 1e6);
  await charon.swanctl('--rekey', '--child', 't');
  await until(() => end.children().some(({ inSpi }) => inSpi !== before?.inSpi) && end.children().length === 1);

  expect((await charon.sas()).match(/ESTABLISHED/g)).toHaveLength(1);
});
