/** Every octet of a recorded message has one name, and a message that is cut is named as far as it can be read. */
import { expect, test } from 'vitest';
import recorded from '../../../../vectors/ikev2-recorded.json';
import { parseHex } from '../../bytes/hex.ts';
import type { Octets } from '../../bytes/octets.ts';
import type { WireField } from '../../bytes/tracing-reader.ts';
import { dissectMessage } from './dissect.ts';

const messages = recorded.cases.flatMap(({ id, messages: sent }) =>
  sent.map(({ hex }, i) => [`${id} message ${i + 1}`, octetsOf(hex)] as const),
);

test.each(messages)('%s: the fields cover it, octet after octet, none twice', (_, octets) => {
  const leaves = leavesOf(dissectMessage(octets));

  expect(leaves[0]?.start).toBe(0);
  expect(leaves.at(-1)?.end).toBe(octets.length);
  for (const [i, { start }] of leaves.entries()) expect(start).toBe(i === 0 ? 0 : leaves[i - 1]?.end);
});

test('a field says what stands where', () => {
  const [, octets] = messages[0] ?? [];
  const message = dissectMessage(octets ?? new Uint8Array(0));

  expect(pathsOf(message)).toContain('message > header > message id 20-24');
  expect(pathsOf(message)).toContain('message > KE > group 80-82');
});

test('a message that is cut keeps the fields before the cut', () => {
  const [, octets] = messages[0] ?? [];
  const cut = (octets ?? new Uint8Array(0)).slice(0, 60);

  expect(pathsOf(dissectMessage(cut))).toContain('message > header > message id 20-24');
});

function leavesOf(field: WireField): readonly WireField[] {
  return field.fields.length === 0 ? [field] : field.fields.flatMap(leavesOf);
}

function pathsOf(field: WireField, above = ''): readonly string[] {
  const path = `${above}${field.name}`;
  return [`${path} ${field.start}-${field.end}`, ...field.fields.flatMap((inner) => pathsOf(inner, `${path} > `))];
}

function octetsOf(hex: string): Octets {
  return parseHex(hex) ?? new Uint8Array(0);
}
