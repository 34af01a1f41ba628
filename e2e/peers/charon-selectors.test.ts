/**
 * Selectors that the Linux kernel has no word for, agreed with charon (RFC 7296 3.13.1): OPAQUE is for packets whose ports cannot
 * be seen, and no range of ports holds it.
 */
import { expect, test } from 'vitest';
import { address } from '../../src/domain/net/address.ts';
import { anyPort, opaquePort } from '../../src/domain/net/ports.ts';
import { protocols } from '../../src/domain/net/protocol.ts';
import { hostSelector, printSelector } from '../../src/domain/spd/selector.ts';
import { charonAddress, ownAddress } from './charon.ts';
import { CharonPair, portsOf } from './charon-pair.ts';
import { connectionOf, type OwnEnd } from './own-end.ts';
import { until } from './waiting.ts';

const pair = new CharonPair(portsOf(100));
const { charon } = pair;

test.each([
  { who: 'charon', theirs: 'opaque', ours: opaquePort, agreed: 'opaque' },
  { who: 'we', theirs: 'opaque', ours: opaquePort, agreed: 'opaque' },
  { who: 'charon', theirs: 'opaque', ours: anyPort, agreed: 'opaque' },
])(
  '$who begin(s), charon with $theirs ports, we with $ours.start to $ours.end: agreed on $agreed',
  async (scenario) => {
    const end = await meet(scenario);
    if (scenario.who === 'charon') await charon.initiate();
    else await end.initiate();
    await end.until('childInstalled');

    const [child] = end.children();
    expect(child?.localSelectors.map(printSelector)).toEqual([`${ownAddress}/32[udp/${scenario.agreed}]`]);
    expect(child?.remoteSelectors.map(printSelector)).toEqual([`${charonAddress}/32[udp/${scenario.agreed}]`]);
    await until(async () => (await charon.sas()).includes('[udp/OPAQUE]'));
  },
);

test('a port and OPAQUE have no packet in common: TS_UNACCEPTABLE', async () => {
  const end = await meet({ theirs: 'opaque', ours: { start: 2049, end: 2049 } });
  await charon.initiate();
  expect(await end.until('failed')).toMatchObject({ failure: { notify: 38, refusal: { code: 'selectors' } } });
  expect(charon.log()).toContain('TS_UNACCEPT');
});

function meet({ theirs, ours }: { theirs: string; ours: { start: number; end: number } }): Promise<OwnEnd> {
  const edit = (text: string) => text.replaceAll(/_ts = dynamic/g, `_ts = dynamic[udp/${theirs}]`);
  const children = connectionOf({ ports: pair.ports }).children.map((child) => ({
    ...child,
    localSelectors: [hostSelector(address(ownAddress), protocols.udp, ours)],
    remoteSelectors: [hostSelector(address(charonAddress), protocols.udp, ours)],
  }));
  return pair.meet({ edit }, { connection: { children } });
}
