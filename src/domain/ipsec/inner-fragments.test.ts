/** Fragments that come out of a tunnel, each under the policies by itself (RFC 4301 7). */
import { expect, test } from 'vitest';
import { inOnePiece } from '../bytes/gathered.ts';
import { concat, type Octets, utf8 } from '../bytes/octets.ts';
import { laidOut, makeSas } from '../esp/testing/sa-pair.ts';
import { address } from '../net/address.ts';
import { writeIp } from '../net/ip.ts';
import { Reassembly } from '../net/reassembly.ts';
import { cutUp } from '../net/testing/cut-up.ts';
import { writeUdp } from '../net/udp.ts';
import { aSelector } from '../spd/testing/builders.ts';
import { anEnd, twoEndsOfAPair } from './testing/two-paths.ts';

const ends = { source: address('2001:db8::2'), destination: address('2001:db8::1') };
const udpHeaderAt = 40;
const udp = writeUdp({ ...ends, sourcePort: 700, destinationPort: 445, payload: utf8('x'.repeat(64)) });
const options = Uint8Array.of(17, 0, 1, 4, 0, 0, 0, 0);
const behindOptions = writeIp({ ...ends, protocol: 60, payload: concat(options, udp.subarray(udpHeaderAt)) });

/** A tunnel seals whatever is as long as it says: so a sender is played that puts into it what we would not. */
const plainOf = (length: number): Octets => writeIp({ ...ends, protocol: 59, payload: new Uint8Array(length - 40) });

/** What a tunnel for everything brings of these, where UDP to port 445 is discarded. */
async function broughtOf(packets: readonly Octets[]) {
  const { outbound, inbound } = await makeSas({ mode: 'tunnel' });
  const everything = [aSelector('::/0')];
  const { cluster } = await twoEndsOfAPair({ selectors: { lif: everything, host: everything } });
  const local = [aSelector('::/0[udp/445]')];
  const end = anEnd({ policies: [{ name: 'no-smb', action: 'discard', local, remote: everything }] });
  end.path.install({ ...cluster, inbound }, 0);
  for (const packet of packets) {
    const sealed = outbound.seal(packet, laidOut(plainOf(packet.length)), 0);
    if (sealed.ok) end.receive(inOnePiece(await sealed.value));
  }
  const delivered = (await end.got()).map(({ packet }) => packet);
  return { delivered, drops: end.drops };
}

test('what is discarded by its port is not brought in pieces of which the first ends before the ports (RFC 8200 4.5)', async () => {
  const { delivered, drops } = await broughtOf(cutUp(behindOptions, options.length));

  expect(drops).toMatchObject([
    { why: 'fragment', direction: 'inbound', rfcSection: 'RFC 8200 4.5', family: 6, inSpi: 0x101 },
  ]);
  const reassembly = new Reassembly(() => undefined);
  expect(delivered.map((each) => reassembly.add(each, laidOut(each), 0)).filter((whole) => whole)).toEqual([]);
});

test('nor in a piece that says it is whole, within one that is not', async () => {
  const nested = writeIp({
    ...{ ...ends, protocol: 44 },
    payload: concat(Uint8Array.of(44, 0, 0, 1, 0, 0, 0, 7), Uint8Array.of(60, 0, 0, 0, 0, 0, 0, 8), options),
  });

  const { delivered, drops } = await broughtOf([nested]);
  expect([delivered, drops.map(({ why }) => why)]).toEqual([[], ['malformed']]);
});

test('a first piece with the ports is under the policy of its packet, and those of other ports come', async () => {
  const pieces = cutUp(behindOptions, 2 * options.length);
  expect((await broughtOf(pieces.slice(0, 1))).drops).toMatchObject([{ why: 'discarded', policy: 'no-smb' }]);

  const toNfs = behindOptions.slice();
  toNfs.set([2049 >> 8, 2049 & 255], udpHeaderAt + options.length + 2);
  const nfsPieces = cutUp(toNfs, 2 * options.length);
  expect(await broughtOf(nfsPieces)).toMatchObject({ delivered: nfsPieces, drops: [] });
});
