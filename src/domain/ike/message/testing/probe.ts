/**
 * What must hold of any octets whatever: reading them does not throw, takes steps in proportion to their number, and what is
 * accepted is written and read again. Gives the broken claim, or undefined.
 */
import { equalOctets, type Octets } from '../../../bytes/octets.ts';
import { Reader, readingBy } from '../../../bytes/reader.ts';
import { readChain } from '../chain.ts';
import { headerOctets } from '../header.ts';
import { parseMessage, parsePayloads, readMessage, readPayloads } from '../parse.ts';
import { writeMessage, writePayloads } from '../write.ts';
import type { Chain } from './mutate.ts';

/** Reading one octet takes at most so many fields: those of no octets stand beside some that have. */
const stepsPerOctet = 2;
const stepsBefore = 16;

export function probeMessage(octets: Octets): string | undefined {
  return guarded(() => {
    parseMessage(octets);
    const tooMuch = tooManySteps({ first: octets[16] ?? 0, octets: octets.slice(headerOctets) });
    if (tooMuch) return tooMuch;
    const read = readMessage(octets);
    if (!read.ok) return undefined;
    const written = writeMessage(read.value);
    const again = readMessage(written);
    if (!again.ok) return `written, it is refused: ${JSON.stringify(again.error)}`;
    return equalOctets(writeMessage(again.value), written) ? undefined : 'written twice, it differs';
  });
}

export function probeChain({ first, octets }: Chain): string | undefined {
  return guarded(() => {
    parsePayloads(first, octets, { isResponse: false });
    const tooMuch = tooManySteps({ first, octets });
    if (tooMuch) return tooMuch;
    const read = readPayloads(first, octets);
    if (!read.ok) return undefined;
    const written = writePayloads(read.value);
    const again = readPayloads(written.first, written.octets);
    if (!again.ok) return `written, it is refused: ${JSON.stringify(again.error)}`;
    return equalOctets(writePayloads(again.value).octets, written.octets) ? undefined : 'written twice, it differs';
  });
}

function tooManySteps({ first, octets }: Chain): string | undefined {
  const reader = new CountingReader(octets, 'chain');
  readingBy(reader, () => readChain(reader, first));
  const { steps } = reader;
  return steps > stepsPerOctet * octets.length + stepsBefore ? `${steps} steps for ${octets.length} octets` : undefined;
}

class CountingReader extends Reader {
  steps = 0;

  protected override advance(count: number, field: string): number {
    this.steps++;
    return super.advance(count, field);
  }
}

function guarded(probe: () => string | undefined): string | undefined {
  try {
    return probe();
  } catch (error) {
    return `thrown: ${error instanceof Error ? error.message : String(error)}`;
  }
}
