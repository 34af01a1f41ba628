/**
 * Selectors that the Linux kernel has no word for, agreed with charon (RFC 7296 3.13.1): OPAQUE is for packets whose ports cannot
 * be seen, and no range of ports holds it.
 */
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { address } from '../../src/domain/net/address.ts';
import { anyPort, opaquePort } from '../../src/domain/net/ports.ts';
import { protocols } from '../../src/domain/net/protocol.ts';
import { hostSelector, printSelector } from '../../src/domain/spd/selector.ts';
import { Charon, charonAddress, ownAddress } from './charon.ts';
import { connectionOf, defaultEsp, defaultIke, OwnEnd } from './own-end.ts';

const ports = { charonIke: 16600, charonNat: 16601, ownIke: 15600, ownNat: 15601 };
let own: OwnEnd | undefined;
let charon: Charon;

beforeAll(() => {
  charon = Charon.start({ ports, ike: defaultIke, esp: defaultEsp });
});
afterEach(async () => {
  await own?.close();
  own = undefined;
});
afterAll(() => charon.stop());

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
    await vi.waitUntil(async () => (await charon.sas()).includes('[udp/OPAQUE]'));
  },
);

test('a port and OPAQUE have no packet in common: TS_UNACCEPTABLE', async () => {
  const end = await meet({ theirs: 'opaque', ours: { start: 2049, end: 2049 } });
  await charon.initiate();
  expect(await end.until('failed')).toMatchObject({ failure: { notify: 38, refusal: { code: 'selectors' } } });
  expect(charon.log()).toContain('TS_UNACCEPT');
});

async function meet({ theirs, ours }: { theirs: string; ours: { start: number; end: number } }): Promise<OwnEnd> {
  const edit = (text: string) => text.replaceAll(/_ts = dynamic/g, `_ts = dynamic[udp/${theirs}]`);
  charon.configure({ ports, ike: defaultIke, esp: defaultEsp, edit });
  const children = connectionOf({ ports }).children.map((child) => ({
    ...child,
    localSelectors: [hostSelector(address(ownAddress), protocols.udp, ours)],
    remoteSelectors: [hostSelector(address(charonAddress), protocols.udp, ours)],
  }));
  own = await OwnEnd.open({ ports, connection: { children } });
  return own;
}
