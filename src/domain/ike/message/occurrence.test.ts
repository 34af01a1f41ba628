import { expect, test } from 'vitest';
import recorded from '../../../../vectors/ikev2-recorded.json';
import type { PayloadName } from './codec.ts';
import type { Payload } from './message.ts';
import { nameOf, notifyTypes, type payloadTypes } from './names.ts';
import {
  createChildSa,
  ikeAuthRequest,
  ikeSaInitRequest,
  informational,
  occurrenceFaultOf,
  rekeyIkeSa,
} from './occurrence.ts';
import { readPayloads } from './parse.ts';
import { chainSamples } from './testing/samples.ts';

test.each([
  ['IKE_SA_INIT request', 0, ikeSaInitRequest],
  ['IKE_AUTH request', 2, ikeAuthRequest],
  ['CREATE_CHILD_SA for a CHILD SA', 4, createChildSa],
  ['INFORMATIONAL', 6, informational],
  ['CREATE_CHILD_SA for an IKE SA', 8, rekeyIkeSa],
])('a recorded %s carries what its table wants', (_, index, table) => {
  const { first, octets } = chainSamples.find(({ name }) => name === `${recorded.cases[0]?.id} ${index + 1}`) ?? {
    first: 0,
    octets: new Uint8Array(),
  };
  const read = readPayloads(first, octets);

  expect(read.ok && occurrenceFaultOf(read.value, table)).toBeUndefined();
});

test('the first payload that comes too seldom or too often is named', () => {
  const ke: Payload = { type: 'KE', group: 20, publicValue: new Uint8Array() };
  const sa: Payload = { type: 'SA', proposals: [] };

  expect(occurrenceFaultOf([sa, ke, ke], ikeSaInitRequest)).toEqual({ payload: 'KE', min: 1, max: 1, found: 2 });
  expect(occurrenceFaultOf([sa, ke], ikeSaInitRequest)).toMatchObject({ payload: 'NONCE', found: 0 });
});

test('numbers without a name keep their number, and every payload that we read has one', () => {
  expect(nameOf(notifyTypes, 40963)).toBe('notify 40963');
  expect(nameOf(notifyTypes, 24)).toBe('AUTHENTICATION_FAILED');
  expect(
    ikeAuthRequest.map(({ payload }) => payload satisfies PayloadName & keyof typeof payloadTypes.numbers),
  ).toContain('AUTH');
});
