/**
 * charon comes from two addresses under one identity, and says INITIAL_CONTACT or not (its `unique`): what we make of the older IKE SA is
 * as our connection says (RFC 7296 2.4). What charon makes of ours: charon-life.test.ts.
 */
import { describe, expect, test } from 'vitest';
import type { Connection } from '../../src/domain/ike/connection.ts';
import { address, printAddress } from '../../src/domain/net/address.ts';
import { anyPort } from '../../src/domain/net/ports.ts';
import { hostPrefix } from '../../src/domain/net/prefix.ts';
import { charonAddress } from './charon.ts';
import { CharonPair, portsOf } from './charon-pair.ts';
import { connectionOf, defaultEsp, defaultIke, type OwnEnd } from './own-end.ts';
import { until } from './waiting.ts';

const pair = new CharonPair(portsOf(140));
const { charon } = pair;

const otherAddress = '127.0.0.3';

/** charon has connection `t` from its first address and `u` from its second. */
async function meet(uniqueness: NonNullable<Connection['uniqueness']>, unique: 'no' | 'never'): Promise<OwnEnd> {
  const [template] = connectionOf({ ports: pair.ports }).children;
  if (!template) throw new Error('a connection has a child');
  const connection = {
    uniqueness,
    remote: [charonAddress, otherAddress].map((each) => hostPrefix(address(each))),
    children: [{ ...template, remoteSelectors: [{ isDynamic: true, protocol: 0, ports: anyPort } as const] }],
  };
  return pair.meet(theirs(unique), { connection });
}

const theirs = (unique: 'no' | 'never') => ({ connection: { unique }, edit: withSecond });

function withSecond(conf: string): string {
  const [, first = ''] = /^connections \{ (t \{.*^\}) \}$/ms.exec(conf) ?? [];
  const second = first
    .replace('t {', 'u {')
    .replace('children { t', 'children { u')
    .replace(charonAddress, otherAddress);
  return conf.replace(first, `${first} ${second}`);
}

const clientsOf = (end: OwnEnd): readonly string[] =>
  end.endpoint
    .ikeSas()
    .filter(({ phase }) => phase === 'established')
    .map(({ remote }) => printAddress(remote.address))
    .sort();

/** From its first address, then from its second. */
async function comeTwice(): Promise<string> {
  await charon.swanctl('--initiate', '--child', 't', '--timeout', '5');
  return charon.swanctl('--initiate', '--child', 'u', '--timeout', '5');
}

const charonHolds = async (count: number) => (await charon.sas()).match(/ESTABLISHED/g)?.length === count;

describe('charon does not say that it has no other', () => {
  test('we obey it: both stand', async () => {
    const end = await meet('obey', 'never');
    await comeTwice();

    expect(clientsOf(end)).toEqual([charonAddress, otherAddress]);
  });

  test('we replace: the older one goes at both ends', async () => {
    const end = await meet('replace', 'never');
    await comeTwice();

    await end.until('ikeClosed');
    expect(clientsOf(end)).toEqual([otherAddress]);
    await until(() => charonHolds(1));
    expect(await charon.sas()).toContain(otherAddress);
  });

  test('we keep: the newcomer is refused, and the first carries on', async () => {
    const end = await meet('keep', 'never');
    const printed = await comeTwice();

    expect(printed).toContain('AUTHENTICATION_FAILED');
    const { failure } = await end.until('failed');
    expect(failure).toMatchObject({
      by: 'local',
      notify: 24,
      refusal: { code: 'notUnique', remote: address(charonAddress) },
    });
    expect(clientsOf(end)).toEqual([charonAddress]);
    expect(await charonHolds(1)).toBe(true);
  });
});

describe('charon begins anew and says that it has no other', () => {
  test.each([
    ['obey', [otherAddress]],
    ['keep', [otherAddress]],
    ['ignore', [charonAddress, otherAddress]],
  ] as const)('we %s', async (uniqueness, left) => {
    const end = await meet(uniqueness, 'no');
    await charon.swanctl('--initiate', '--child', 't', '--timeout', '5');
    charon.kill();
    charon.configure({ ports: pair.ports, ike: defaultIke, esp: defaultEsp, ...theirs('no') });

    await charon.swanctl('--initiate', '--child', 'u', '--timeout', '5');

    expect(charon.log()).toContain('N(INIT_CONTACT)');
    await until(() => clientsOf(end).length === left.length);
    expect(clientsOf(end)).toEqual(left);
  });
});
