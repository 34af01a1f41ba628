/** Whatever comes, reading does not throw and does not take long. `npm run fuzz` goes on from here for as long as one likes. */
import { expect, test } from 'vitest';
import { toHex } from '../../bytes/hex.ts';
import { drawFrom, mutateChain, mutateMessage } from './testing/mutate.ts';
import { probeChain, probeMessage } from './testing/probe.ts';
import { chainSamples, messageSamples } from './testing/samples.ts';

const half = 50_000;
/** A watchdog for busy machines: two seconds are the rule. */
const patienceMs = 60_000;

test(
  '50,000 damaged messages are read without a throw, in steps that their length bounds',
  () => {
    const draw = drawFrom(7296);
    const broken: string[] = [];
    for (let i = 0; i < half; i++) {
      const octets = mutateMessage(
        messageSamples[i % messageSamples.length]?.octets ?? new Uint8Array(),
        chainSamples,
        draw,
      );
      const claim = probeMessage(octets) ?? probeChain({ first: octets[16] ?? 0, octets: octets.subarray(28) });
      if (claim) broken.push(`${claim}: ${toHex(octets)}`);
    }
    expect(broken).toEqual([]);
  },
  patienceMs,
);

test(
  '50,000 damaged chains, as they might be sealed by a peer that means harm, likewise',
  () => {
    const draw = drawFrom(314);
    const broken: string[] = [];
    for (let i = 0; i < half; i++) {
      const chain = mutateChain(
        chainSamples[i % chainSamples.length] ?? { first: 0, octets: new Uint8Array() },
        chainSamples,
        draw,
      );
      const claim = probeChain(chain);
      if (claim) broken.push(`${claim}: ${chain.first} ${toHex(chain.octets)}`);
    }
    expect(broken).toEqual([]);
  },
  patienceMs,
);
