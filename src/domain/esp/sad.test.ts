import fc from 'fast-check';
import { expect, test } from 'vitest';
import { carries } from '../spd/selector.ts';
import { aFlow, aSelector } from '../spd/testing/builders.ts';
import { Sad, type SaPair } from './sad.ts';
import { makeSas } from './testing/sa-pair.ts';

const { inbound, outbound } = await makeSas();

interface PairWish {
  readonly remote: readonly string[];
  readonly child?: string;
  readonly waitsForPeer?: boolean;
}

const aPair = (spi: number, { remote, child = 'nfs', waitsForPeer = false }: PairWish): SaPair => ({
  ...{ connection: 'nfs', child, installedAtMs: 0, waitsForPeer, outbound },
  inbound: Object.create(inbound, { parameters: { value: { ...inbound.parameters, spi } } }),
  localSelectors: [aSelector('10.1.1.1')],
  remoteSelectors: remote.map(aSelector),
});

test('of a thousand SAs of one policy, one for each client, a packet is compared with its own', () => {
  let looks = 0;
  const sad = new Sad<SaPair>();
  for (let i = 0; i < 1000; i++) {
    const { remoteSelectors, ...rest } = aPair(i, { remote: [`10.2.${i >> 8}.${i & 255}[tcp]`] });
    sad.install({
      ...rest,
      get remoteSelectors() {
        looks += 1;
        return remoteSelectors;
      },
    });
  }
  const before = looks;

  expect(sad.outboundFor('nfs', 'nfs', aFlow('10.1.1.1', '10.2.2.9'))?.inbound.parameters.spi).toBe(2 * 256 + 9);
  expect(sad.outboundFor('nfs', 'nfs', aFlow('10.1.1.1', '10.3.0.1'))).toBeUndefined();
  expect(looks - before).toBe(1);
});

test('whatever came, went or retired, a packet goes out on the newest SA that fits, one that is heard before one that is not', () => {
  const remotes = [
    ['10.2.2.1'],
    ['10.2.2.2'],
    ['10.2.2.1', '10.2.2.1[tcp]'],
    ['10.2.2.1', '10.2.2.2'],
    ['10.2.2.0/24'],
  ];
  const step = fc.record({
    act: fc.constantFrom('install', 'install', 'install', 'retire', 'remove'),
    spi: fc.nat(6),
    wish: fc.record({
      remote: fc.constantFrom(...remotes),
      child: fc.constantFrom('nfs', 'smb'),
      waitsForPeer: fc.boolean(),
    }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      const sad = new Sad<SaPair>();
      let newestLast: SaPair[] = [];
      for (const { act, spi, wish } of steps) {
        const pair = sad.bySpi(spi);
        const others = newestLast.filter((each) => each !== pair);
        if (act === 'install') newestLast = [...others, aPair(spi, wish)];
        else if (act === 'remove') newestLast = others;
        else if (pair) newestLast = [pair, ...others];
        if (act === 'install') sad.install(newestLast.at(-1) ?? expect.unreachable('it was put there'));
        else if (act === 'retire') sad.retire(spi);
        else sad.remove(spi);
      }

      for (const host of ['10.2.2.1', '10.2.2.2', '10.2.2.3']) {
        for (const child of ['nfs', undefined]) {
          const flow = aFlow('10.1.1.1', host);
          const fitting = newestLast.filter((each) => carries(each, flow) && (child ?? each.child) === each.child);
          const expected = fitting.findLast(({ waitsForPeer }) => !waitsForPeer) ?? fitting.at(-1);
          expect(sad.outboundFor('nfs', child, flow)).toBe(expected);
        }
      }
      expect([sad.size, new Set(sad.all())]).toEqual([newestLast.length, new Set(newestLast)]);
    }),
    { seed: 1, numRuns: 300 },
  );
});
