/** IKE fragmentation against real strongSwan: both cut every protected message, both put the other's together (RFC 7383). */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Datagram } from '../../src/domain/ike/datagram.ts';
import { exchangeTypes } from '../../src/domain/ike/message/names.ts';
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

describe('a path that swallows datagrams of our usual size (RFC 7383 2.5.2)', () => {
  const settings = { fragmentIpOctets: 280, narrowIpOctets: 200 };
  const swallowing = async (): Promise<OwnEnd> => {
    charon.configure({ ports, ike: defaultIke, esp: defaultEsp, settings: { fragment_size: '200' } });
    const isSealed = ({ octets }: Datagram) => octets[18] !== exchangeTypes.numbers.IKE_SA_INIT;
    own = await OwnEnd.open({
      ports,
      settings,
      outbound: (datagram) => (isSealed(datagram) && datagram.octets.length > 200 - 32 ? [] : [datagram]),
    });
    return own;
  };

  test('we initiate: after two tries the request goes in smaller fragments, and charon takes them', async () => {
    const end = await swallowing();

    await end.initiate();

    await end.until('childInstalled');
    expect(charon.log()).toMatch(/received fragment #1 of [3-9]/);
  });

  test('charon initiates in short fragments: we answer in short ones at once', async () => {
    const end = await swallowing();
    const beganAtMs = Date.now();

    await charon.initiate();

    await end.until('childInstalled');
    expect(Date.now() - beganAtMs).toBeLessThan(2_000); // charon repeats after 4 s
  });
});
