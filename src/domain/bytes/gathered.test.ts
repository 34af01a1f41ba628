import { expect, test } from 'vitest';
import { inOnePiece, octetsIn } from './gathered.ts';

test('pieces stand one after the other, empty ones nowhere, and none is changed', () => {
  const pieces = [Uint8Array.of(1, 2), new Uint8Array(0), Uint8Array.of(3), Uint8Array.of(4, 5)] as const;
  expect(octetsIn(pieces)).toBe(5);
  const whole = inOnePiece(pieces);
  expect(whole).toEqual(Uint8Array.of(1, 2, 3, 4, 5));
  whole.fill(0);
  expect(pieces[3]).toEqual(Uint8Array.of(4, 5));
});

test('what is in one piece is not copied', () => {
  const alone = Uint8Array.of(1, 2);
  expect(inOnePiece([alone])).toBe(alone);
});
