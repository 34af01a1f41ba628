/** Message ids, stored answers, repetition (RFC 7296 2.1 to 2.3). */
import { expect, test } from 'vitest';
import type { Octets } from '../../bytes/octets.ts';
import {
  answerRequest,
  conclude,
  freshWindow,
  placeRequest,
  repeatRequest,
  sendRequest,
  type Window,
} from './window.ts';

const octets = (...values: number[]) => Uint8Array.of(...values);
const retransmission = { firstMs: 1000, factor: 2, tries: 3 };

test('a request is repeated octet for octet, at growing intervals, and given up after its tries', () => {
  let window: Window<string> = sendRequest(freshWindow, { datagrams: [octets(1, 2, 3)] }, 'probe', 0, retransmission);
  const sentAtMs: number[] = [];

  for (let next = window.outstanding; next; next = window.outstanding) {
    const atMs = next.againAtMs;
    const repeated = repeatRequest(window, next, atMs, retransmission, 2);
    if (repeated.type === 'gaveUp') {
      expect(repeated).toEqual({ type: 'gaveUp', tries: 3, forMs: 7000 });
      break;
    }
    if (repeated.type === 'tooLong') throw new Error('one datagram without anything to cut is never too long');
    expect(repeated.datagrams).toEqual([octets(1, 2, 3)]);
    sentAtMs.push(atMs);
    window = repeated.window;
  }

  expect(sentAtMs).toEqual([1000, 3000]);
});

test('a repeated request is known by its octets, a new one by its id, and anything else is no business of ours', () => {
  const window = answered(freshWindow, 0, octets(7));
  const place = (id: number, datagram: Octets) => placeRequest(window, id, datagram, 1).type;

  expect(place(0, octets(7))).toBe('repeated');
  expect(place(0, octets(9))).toBe('other'); // the same id, other octets: cut anew, forged, or a bug of the peer's
  expect(place(1, octets(7))).toBe('new');
  expect(place(2, octets(7))).toBe('ahead');
});

test('ids count up in each direction by themselves', () => {
  const asked = conclude(sendRequest(freshWindow, { datagrams: [octets(1)] }, 'probe', 0, retransmission));
  const both = answered(asked, 0, octets(2));

  expect(both).toMatchObject({ nextId: 1, expectedId: 1 });
  expect(both.outstanding).toBeUndefined();
});

test('a window of 3: requests come in any order, none is answered twice, and as many answers are kept as it is wide', () => {
  const width = 3;
  let window: Window<string> = freshWindow;
  const place = (id: number) => placeRequest(window, id, octets(id), width).type;

  expect([0, 1, 2, 3].map(place)).toEqual(['new', 'new', 'new', 'ahead']);
  window = answered(window, 2, octets(2), width);
  expect(window.expectedId).toBe(0); // it does not move over what has not come
  expect([0, 1, 2, 3].map(place)).toEqual(['new', 'new', 'repeated', 'ahead']);
  window = answered(window, 0, octets(0), width);
  expect([0, 1, 2, 3, 4].map(place)).toEqual(['repeated', 'new', 'repeated', 'new', 'ahead']);
  window = answered(window, 1, octets(1), width);
  expect(window.expectedId).toBe(3);
  expect([0, 1, 2, 3, 4, 5, 6].map(place)).toEqual([
    ...['repeated', 'repeated', 'repeated'],
    ...['new', 'new', 'new', 'ahead'],
  ]);
  window = answered(window, 3, octets(3), width);
  expect([0, 1, 2, 3].map(place)).toEqual(['outside', 'repeated', 'repeated', 'repeated']);
});

const answered = (window: Window<string>, id: number, request: Octets, width = 1): Window<string> =>
  answerRequest(window, { id, request, response: [octets(8)] }, width);
