/**
 * charon and we begin at the same instant: two IKE SAs with the same CHILD SA. charon knows no rule for that, so in whichever
 * order their SPIs are, it is we who bring it to one, unless its own policy does (docs/decisions/0009).
 */
import { describe, expect, test } from 'vitest';
import type { Datagram } from '../../src/domain/ike/datagram.ts';
import { nodeProvider } from '../../src/server/node-provider.ts';
import { CharonPair, portsOf } from './charon-pair.ts';
import type { OwnEnd } from './own-end.ts';
import { until } from './waiting.ts';

const pair = new CharonPair(portsOf(30));
const { charon } = pair;

/**
 * With `replace` charon ends one by itself, ten seconds later, whose SPI is lower being nothing to it: one order is enough, and this is the
 * one in which we wait as long and no longer, should it not.
 */
describe.each([
  { whose: 'ours', firstOctet: 0x00, policies: ['no', 'replace', 'keep', 'never'] },
  { whose: 'charon’s', firstOctet: 0xff, policies: ['no', 'keep', 'never'] },
])('the lower SPI is $whose', ({ firstOctet, policies }) => {
  test.each(policies)('charon’s unique = %s: one IKE SA with one CHILD SA is left', async (unique) => {
    const end = await crossed(firstOctet, unique);
    expect(end.endpoint.ikeSas()).toHaveLength(2);

    await until(() => end.endpoint.ikeSas().length === 1, 30_000);
    await new Promise((resolve) => setTimeout(resolve, 500)); // what charon may do by itself, it has done

    expect(end.children()).toHaveLength(1);
    const [ikeSa] = end.endpoint.ikeSas();
    const listed = await charon.sas();
    expect(listed.match(/ESTABLISHED/g)).toHaveLength(1);
    expect(listed.match(/INSTALLED/g)).toHaveLength(1);
    expect(listed).toContain(`${ikeSa?.initiatorSpi}_i`);
    expect(listed).toContain(end.children()[0]?.outSpi.toString(16).padStart(8, '0'));
  });
});

/** We begin when we answer charon's first request, before it can go on. */
async function crossed(firstOctet: number, unique: string): Promise<OwnEnd> {
  let hasBegun = false;
  const ours = {
    settings: { crossedMs: 100, crossedWaitMs: unique === 'replace' ? 11_000 : 300 }, // it needs 10 s, the others nothing
    random: (count: number) =>
      count === 8 ? nodeProvider.random(count).with(0, firstOctet) : nodeProvider.random(count),
    outbound: (datagram: Datagram) => {
      if (!hasBegun) void end.initiate();
      hasBegun = true;
      return [datagram];
    },
  };
  const end = await pair.meet({ connection: { unique } }, ours);
  await charon.initiate();
  await until(() => end.children().length === 2);
  return end;
}
