/**
 * CHILD SAs of one IKE SA with real strongSwan, whoever began it: a second beside the first, for other traffic, and rekeys from either
 * side with a key exchange of their own in each kind of group (RFC 7296 1.3.1, 1.3.3). The keys that charon installed are ours.
 */
import { describe, expect, test, vi } from 'vitest';
import type { ChildSa } from '../../src/domain/ike/child/child-sa.ts';
import type { ChildTemplate } from '../../src/domain/ike/connection.ts';
import { address } from '../../src/domain/net/address.ts';
import { protocols } from '../../src/domain/net/protocol.ts';
import { hostSelector } from '../../src/domain/spd/selector.ts';
import { charonAddress, ownAddress } from './charon.ts';
import { CharonPair, onlyIkeSa, portsOf, printSpi, type Role, roles } from './charon-pair.ts';
import { connectionOf, type OwnEnd } from './own-end.ts';

const pair = new CharonPair(portsOf(170));
const { charon } = pair;

describe.each(roles)('%s began', (who) => {
  describe('two CHILD SAs in one IKE SA, for TCP and for UDP', () => {
    test.each(roles)('%s ask(s) for the second: both stand, each with keys of its own', async (asker) => {
      const end = await meetForBoth(who);

      await second(asker, end);

      await expectBoth(end);
    });

    test.each(roles)('%s rekey(s) one of them: the other stays', async (rekeyer) => {
      const end = await meetForBoth(who);
      await second('we', end);
      const [tcp, udp] = await expectBoth(end);

      if (rekeyer === 'we') await end.endpoint.rekeyChild(udp.inSpi, Date.now());
      else await charon.swanctl('--rekey', '--child', 'udp');
      await end.until('childRemoved');

      const [first, next] = await expectBoth(end);
      expect(first.inSpi).toBe(tcp.inSpi);
      expect(next.inSpi).not.toBe(udp.inSpi);
    });

    test.each(roles)('%s rekey(s) the IKE SA: its successor has both', async (rekeyer) => {
      const end = await meetForBoth(who);
      await second('we', end);
      const before = await expectBoth(end);
      const { initiatorSpi } = onlyIkeSa(end);

      if (rekeyer === 'we') await end.endpoint.rekeyIke(initiatorSpi, Date.now());
      else await charon.swanctl('--rekey', '--ike', 't');
      await end.until('ikeClosed');

      const after = await expectBoth(end);
      expect(after.map(({ inSpi }) => inSpi)).toEqual(before.map(({ inSpi }) => inSpi));
      expect(onlyIkeSa(end).initiatorSpi).not.toBe(initiatorSpi);
    });

    test.each(roles)('%s delete(s) one of them: the other stays', async (deleter) => {
      const end = await meetForBoth(who);
      await second('we', end);
      const [tcp, udp] = await expectBoth(end);

      if (deleter === 'we') await end.endpoint.deleteChild(tcp.inSpi, Date.now());
      else await charon.swanctl('--terminate', '--child', 'tcp');
      await end.until('childRemoved');

      await pair.expectSame(end);
      expect(end.children().map(({ inSpi }) => inSpi)).toEqual([udp.inSpi]);
    });
  });

  describe.each(['modp2048', 'x25519', 'ecp384', 'ecp521'])('a key exchange by %s', (group) => {
    const esp = `aes256gcm16-${group}`;

    test.each(roles)('%s rekey(s) the CHILD SA: both ends hold the same', async (rekeyer) => {
      const end = await pair.establish(who, { esp }, { esp });
      const [first] = end.children();
      end.forget();

      if (rekeyer === 'we' && first) await end.endpoint.rekeyChild(first.inSpi, Date.now());
      else await charon.swanctl('--rekey', '--child', 't');
      await end.until('childRemoved');

      await pair.expectSameKeys(end);
      await pair.expectSame(end);
      expect(charon.log()).toMatch(/CREATE_CHILD_SA request \d+ \[ N\(REKEY_SA\).* KE /);
    });
  });
});

/** The first CHILD SA stands: for TCP. */
async function meetForBoth(who: Role): Promise<OwnEnd> {
  const [template] = connectionOf({ ports: pair.ports }).children;
  if (!template) throw new Error('no child');
  const end = await pair.meet(
    { edit: withBoth },
    { connection: { children: [templateFor(template, 'tcp'), templateFor(template, 'udp')] } },
  );
  if (who === 'we') await end.initiate();
  else await charon.swanctl('--initiate', '--child', 'tcp', '--timeout', '10');
  await end.until('childInstalled');
  return end;
}

const templateFor = (template: ChildTemplate, name: 'tcp' | 'udp'): ChildTemplate => ({
  ...template,
  name,
  localSelectors: [hostSelector(address(ownAddress), protocols[name])],
  remoteSelectors: [hostSelector(address(charonAddress), protocols[name])],
});

const withBoth = (conf: string): string =>
  conf.replace(/children \{ t (\{[\s\S]*?\n {2}\})/, (_, section: string) => {
    const sections = ['tcp', 'udp'].map((name) => `${name} ${section.replaceAll('dynamic', `dynamic[${name}]`)}`);
    return `children { ${sections.join(' ')}`;
  });

/** UDP's, in the IKE SA that stands. */
async function second(who: Role, end: OwnEnd): Promise<void> {
  if (who === 'charon') await charon.swanctl('--initiate', '--child', 'udp', '--timeout', '10');
  else await end.endpoint.initiate('t', { child: 'udp' }, Date.now());
}

/** One IKE SA with a CHILD SA for each, by charon's word and by ours, with the same keys. */
async function expectBoth(end: OwnEnd): Promise<readonly [tcp: ChildSa, udp: ChildSa]> {
  return vi.waitFor(
    async () => {
      const listed = await charon.sas();
      expect(listed.match(/ESTABLISHED/g)).toHaveLength(1);
      expect(listed).toContain(onlyIkeSa(end).initiatorSpi);
      const installed = [...listed.matchAll(/ (tcp|udp): #\d+, reqid \d+, INSTALLED[\s\S]*?out +([0-9a-f]{8})/g)];
      const own = end.children();
      expect(installed.map(([, name, spi]) => `${name} ${spi}`).sort()).toEqual(
        own.map(({ child, inSpi }) => `${child} ${printSpi(inSpi)}`).sort(),
      );
      for (const child of own) pair.expectKeysOf(child);
      const [tcp, udp] = ['tcp', 'udp'].map((name) => own.find(({ child }) => child === name));
      if (!tcp || !udp) throw new Error('one of the two is missing');
      return [tcp, udp];
    },
    { timeout: 10_000, interval: 50 },
  );
}
