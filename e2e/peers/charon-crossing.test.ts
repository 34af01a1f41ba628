/**
 * charon and we begin at the same instant: two IKE SAs with the same CHILD SA. charon knows no rule for that, so in whichever
 * order their SPIs are, it is we who bring it to one, unless its own policy does (docs/decisions/0009).
 */
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { nodeProvider } from '../../src/server/node-provider.ts';
import { Charon } from './charon.ts';
import { defaultEsp, defaultIke, OwnEnd } from './own-end.ts';

const ports = { charonIke: 16530, charonNat: 16531, ownIke: 15530, ownNat: 15531 };
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

describe.each([
  { whose: 'ours', firstOctet: 0x00 },
  { whose: 'charon’s', firstOctet: 0xff },
])('the lower SPI is $whose', ({ firstOctet }) => {
  test.each(['no', 'replace', 'keep', 'never'])(
    'charon’s unique = %s: one IKE SA with one CHILD SA is left',
    async (unique) => {
      const end = await crossed(firstOctet, unique);
      expect(end.endpoint.ikeSas()).toHaveLength(2);

      await vi.waitUntil(() => end.endpoint.ikeSas().length === 1, { timeout: 30_000, interval: 100 });
      await new Promise((resolve) => setTimeout(resolve, 500)); // what charon may do by itself, it has done

      expect(end.children()).toHaveLength(1);
      const [ikeSa] = end.endpoint.ikeSas();
      const listed = await charon.sas();
      expect(listed.match(/ESTABLISHED/g)).toHaveLength(1);
      expect(listed.match(/INSTALLED/g)).toHaveLength(1);
      expect(listed).toContain(`${ikeSa?.initiatorSpi}_i`);
      expect(listed).toContain(end.children()[0]?.outSpi.toString(16).padStart(8, '0'));
    },
  );
});

/** We begin when we answer charon's first request, before it can go on. */
async function crossed(firstOctet: number, unique: string): Promise<OwnEnd> {
  charon.configure({ ports, ike: defaultIke, esp: defaultEsp, connection: { unique } });
  let hasBegun = false;
  const end = await OwnEnd.open({
    ports,
    settings: { crossedMs: 100, crossedWaitMs: unique === 'replace' ? 11_000 : 300 }, // it needs 10 s, the others nothing
    random: (count) => (count === 8 ? nodeProvider.random(count).with(0, firstOctet) : nodeProvider.random(count)),
    outbound: (datagram) => {
      if (!hasBegun) void end.initiate();
      hasBegun = true;
      return [datagram];
    },
  });
  own = end;
  await charon.initiate();
  await vi.waitUntil(() => end.children().length === 2);
  return end;
}
