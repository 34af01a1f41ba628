import { expect, test } from 'vitest';
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
  let window: Window<string> = sendRequest(freshWindow, [octets(1, 2, 3)], 'probe', 0, retransmission);
  const sentAtMs: number[] = [];

  for (let atMs = window.outstanding?.againAtMs ?? 0; ; atMs = window.outstanding?.againAtMs ?? 0) {
    const repeated = repeatRequest(window, atMs, retransmission);
    if (repeated.type === 'gaveUp') {
      expect(repeated).toEqual({ type: 'gaveUp', tries: 3, forMs: 7000 });
      break;
    }
    expect(repeated.datagrams).toEqual([octets(1, 2, 3)]);
    sentAtMs.push(atMs);
    window = repeated.window;
  }

  expect(sentAtMs).toEqual([1000, 3000]);
});

test('a repeated request is known by its octets, a new one by its id, and anything else is outside the window', () => {
  const window = answerRequest(freshWindow, octets(7), [octets(8)]);

  expect(placeRequest(window, 0, octets(7))).toBe('repeated');
  expect(placeRequest(window, 0, octets(9))).toBe('outside'); // the same id, other octets: forged, or a bug of the peer's
  expect(placeRequest(window, 1, octets(7))).toBe('new');
  expect(placeRequest(window, 2, octets(7))).toBe('outside');
});

test('ids count up in each direction by themselves', () => {
  const asked = conclude(sendRequest(freshWindow, [octets(1)], 'probe', 0, retransmission));
  const both = answerRequest(asked, octets(2), [octets(3)]);

  expect(both).toMatchObject({ nextId: 1, expectedId: 1 });
  expect(both.outstanding).toBeUndefined();
});
