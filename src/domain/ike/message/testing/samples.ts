/** Recorded messages and opened chains, as material for tests that damage them. */
import captures from '../../../../../vectors/ikev2-captures-wireshark.json';
import messages from '../../../../../vectors/ikev2-messages-parse.json';
import recordedA from '../../../../../vectors/ikev2-recorded.json';
import recordedB from '../../../../../vectors/ikev2-recorded-b.json';
import { parseHex } from '../../../bytes/hex.ts';
import type { Octets } from '../../../bytes/octets.ts';
import { invariant } from '../../../bytes/result.ts';
import { writePayloads } from '../write.ts';

export interface Sample {
  readonly name: string;
  readonly octets: Octets;
}

/** What an SK payload held, and the type of its first payload. */
export interface ChainSample extends Sample {
  readonly first: number;
}

interface RecordedPayload {
  readonly type: number;
  readonly body: string;
}

const recordings: readonly {
  readonly id: string;
  readonly messages: readonly {
    readonly hex: string;
    readonly payloads?: readonly RecordedPayload[];
    readonly reassembledPayloads?: readonly RecordedPayload[];
  }[];
}[] = [...recordedA.cases, ...recordedB.cases];

/** Every whole message of the vectors. */
export const messageSamples: readonly Sample[] = [
  ...messages.vectors.map(({ id, hex }) => ({ name: id, octets: octetsOf(hex) })),
  ...[...captures.cases, ...recordings].flatMap(({ id, messages }) =>
    messages.map(({ hex }, index) => ({ name: `${id} ${index + 1}`, octets: octetsOf(hex) })),
  ),
];

/** Every chain that was inside one. Unknown payloads write any body, so the recorded bodies need no codec. */
export const chainSamples: readonly ChainSample[] = recordings.flatMap(({ id, messages }) =>
  messages.flatMap(({ payloads, reassembledPayloads }, index) => {
    const bodies = reassembledPayloads ?? payloads ?? [];
    const [first] = bodies;
    if (!first) return [];
    const parts = bodies.map(({ type, body }) => ({
      ...{ type: 'unknown' as const, number: type, isCritical: false, data: octetsOf(body) },
    }));
    return [{ name: `${id} ${index + 1}`, first: first.type, octets: writePayloads(parts).octets }];
  }),
);

function octetsOf(text: string): Octets {
  const octets = parseHex(text);
  invariant(octets, 'vectors are written in hex');
  return octets;
}
