/**
 * Exchanges that meet each other with messages late, and what is said unasked, with real strongSwan at the other end (RFC 7296 2.8.1,
 * 2.8.2, 2.25, 2.3, 1.5). A message of ours is late because its first copy is lost.
 */
import { describe, expect, test } from 'vitest';
import { toHex } from '../../src/domain/bytes/hex.ts';
import type { Datagram } from '../../src/domain/ike/datagram.ts';
import type { EspSpi } from '../../src/domain/ike/message/message.ts';
import { exchangeTypes } from '../../src/domain/ike/message/names.ts';
import { address } from '../../src/domain/net/address.ts';
import { charonAddress, ownAddress } from './charon.ts';
import { CharonPair, onlyIkeSa, portsOf, type Role, roles } from './charon-pair.ts';
import { connectionOf, type OwnOptions } from './own-end.ts';
import { until } from './waiting.ts';

const { CREATE_CHILD_SA } = exchangeTypes.numbers;
const pair = new CharonPair(portsOf(130));
const { charon } = pair;

/** Loses the first copy of our first CREATE_CHILD_SA of this kind. */
function losing(kind: 'request' | 'answer'): (datagram: Datagram) => readonly Datagram[] {
  let isLost = false;
  return (datagram) => {
    const isAnswer = ((datagram.octets[19] ?? 0) & 0x20) !== 0;
    const isIt = datagram.octets[18] === CREATE_CHILD_SA && isAnswer === (kind === 'answer');
    if (!isIt || isLost) return [datagram];
    isLost = true;
    return [];
  };
}

/** Loses the first copy of each of our CREATE_CHILD_SA requests. */
function losingEach(): (datagram: Datagram) => readonly Datagram[] {
  const lost = new Set<string>();
  return (datagram) => {
    const { octets } = datagram;
    const id = toHex(octets.subarray(0, 24));
    const isIt = octets[18] === CREATE_CHILD_SA && ((octets[19] ?? 0) & 0x20) === 0 && !lost.has(id);
    lost.add(id);
    return isIt ? [] : [datagram];
  };
}

const established = (ours: Partial<OwnOptions> = {}, who: Role = 'we') => pair.establish(who, {}, ours);

describe.each(roles.flatMap((who) => (['request', 'answer'] as const).map((kind) => ({ who, kind }))))(
  '$who began; both rekey at once, and our $kind is late',
  ({ who, kind }) => {
    test('the CHILD SA: one is left', async () => {
      const end = await established({ outbound: losing(kind) }, who);
      const [child] = end.children();

      await Promise.all([
        charon.swanctl('--rekey', '--child', 't'),
        child && end.endpoint.rekeyChild(child.inSpi, Date.now()),
      ]);

      await pair.expectSame(end);
      expect(end.children().map(({ inSpi }) => inSpi)).not.toContain(child?.inSpi);
    });

    test('the IKE SA: one is left, with its child', async () => {
      const end = await established({ outbound: losing(kind) }, who);
      const { initiatorSpi } = onlyIkeSa(end);

      await Promise.all([charon.swanctl('--rekey', '--ike', 't'), end.endpoint.rekeyIke(initiatorSpi, Date.now())]);

      await pair.expectSame(end);
      expect(onlyIkeSa(end).initiatorSpi).not.toBe(initiatorSpi);
    });
  },
);

test('we ask for many CHILD SAs, slowly: charon is refused its rekey of the IKE SA for one of them, and we rekey it before the next', async () => {
  const names = ['one', 'two', 'three', 'four', 'five', 'six'];
  const [template] = connectionOf({ ports: pair.ports }).children;
  const children = names.flatMap((name) => (template ? [{ ...template, name }] : []));
  const settings = { retransmit: { firstMs: 500, factor: 1.8, tries: 6 } };
  const end = await established({ connection: { children }, settings, outbound: losingEach() });
  const { initiatorSpi } = onlyIkeSa(end);
  end.forget();

  await Promise.all(names.slice(1).map((child) => end.endpoint.initiate('t', { child }, Date.now())));
  await charon.swanctl('--rekey', '--ike', 't');

  await until(() => end.children().length === names.length);
  expect(charon.log()).toMatch(/parsed CREATE_CHILD_SA response \d+ \[ N\(TEMP_FAIL\) \]/);
  expect(end.facts.find(({ type }) => type === 'ikeEstablished')).toMatchObject({
    replaces: initiatorSpi,
    ikeSa: { isInitiator: true },
  });
  await until(async () => {
    const listed = await charon.sas();
    return listed.match(/ESTABLISHED/g)?.length === 1 && listed.match(/INSTALLED/g)?.length === names.length;
  });
  expect(end.facts.filter(({ type }) => type === 'failed')).toEqual([]);
});

test('we delete the CHILD SA that charon rekeys: nothing takes its place', async () => {
  const end = await established();
  const [child] = end.children();
  end.forget();

  await Promise.all([
    charon.swanctl('--rekey', '--child', 't').catch(() => undefined),
    child && end.endpoint.deleteChild(child.inSpi, Date.now()),
  ]);

  await end.until('childRemoved');
  await until(async () => ((await charon.sas()).match(/INSTALLED/g)?.length ?? 0) === end.children().length);
  expect(onlyIkeSa(end)).toBeDefined();
});

test('charon deletes the IKE SA that we rekey: both ends have nothing', async () => {
  const end = await established();
  const { initiatorSpi } = onlyIkeSa(end);

  await Promise.all([charon.swanctl('--terminate', '--ike', 't'), end.endpoint.rekeyIke(initiatorSpi, Date.now())]);

  await until(async () => end.endpoint.ikeSas().length === 0 && (await charon.sas()) === '');
});

test('we announce a window of 4: charon asks one thing at a time, and all goes on', async () => {
  const end = await established({ settings: { windowSize: 4 } });
  expect(charon.log()).toMatch(/parsed IKE_AUTH request 1 \[.*N\(SET_WINSIZE\)/);

  await charon.swanctl('--rekey', '--child', 't');
  await charon.swanctl('--rekey', '--ike', 't');

  await pair.expectSame(end);
});

test('charon is told of an SPI that is nobody’s: it answers, and its SAs stay (INVALID_SPI)', async () => {
  const end = await established();
  const ends = { local: address(ownAddress), remote: address(charonAddress) };

  await end.endpoint.unknownEspSpi(0xdead_beef as EspSpi, ends, Date.now());

  await until(() => /parsed INFORMATIONAL request \d+ \[ N\(INVAL_SPI\) \]/.test(charon.log()));
  await pair.expectSame(end);
});

test('we have lost the IKE SA: charon hears so without protection, does not believe it, and asks again', async () => {
  const end = await established();
  await end.endpoint.dropSilently(Date.now());

  const rekeyed = charon.swanctl('--rekey', '--child', 't').catch(() => undefined);

  await until(() => /response with message ID 0 processing failed[\s\S]*retransmit 1 of request/.test(charon.log()));
  expect(await charon.sas()).toContain('ESTABLISHED');
  await charon.swanctl('--terminate', '--ike', 't', '--force');
  await rekeyed;
});
