/** IKE fragmentation against real strongSwan: both cut every protected message, both put the other's together (RFC 7383). */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Datagram } from '../../src/domain/ike/datagram.ts';
import { Charon } from './charon.ts';
import { defaultEsp, defaultIke, OwnEnd } from './own-end.ts';

const ports = { charonIke: 16520, charonNat: 16521, ownIke: 15520, ownNat: 15521 };
const small = { fragmentIpOctets: 200 };
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

async function pair(outbound?: (datagram: Datagram) => readonly Datagram[]): Promise<OwnEnd> {
  charon.configure({ ports, ike: defaultIke, esp: defaultEsp, settings: { fragment_size: '250' } });
  own = await OwnEnd.open({ ports, settings: small, ...(outbound ? { outbound } : {}) });
  return own;
}

test('we initiate: IKE_AUTH goes in fragments both ways', async () => {
  const end = await pair();

  await end.initiate();

  await end.until('childInstalled');
  expect(charon.log()).toMatch(/received fragment #2 of \d/);
  expect(charon.log()).toMatch(/splitting IKE message/);
});

test('charon initiates: IKE_AUTH goes in fragments both ways', async () => {
  const end = await pair();

  await charon.initiate();

  await end.until('childInstalled');
  expect(charon.log()).toMatch(/splitting IKE message/);
});

test('one datagram of ours in four is lost: all are sent again, and it establishes', async () => {
  let count = 0;
  const end = await pair((datagram) => (count++ % 4 === 2 ? [] : [datagram]));

  await end.initiate();

  await end.until('childInstalled');
});
