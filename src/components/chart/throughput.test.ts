import { expect, test } from 'vitest';
import { linePath, scaleTop, type ThroughputPoint, throughputSentence } from './throughput.ts';

const point = (atMs: number, inRate: number, outRate = 0): ThroughputPoint => ({ atMs, inRate, outRate });
const box = { width: 60, height: 10, windowMs: 60_000 };

test('the scale steps by 1, 2 and 5, so that it does not tremble', () => {
  expect(scaleTop([])).toBe(1);
  expect(scaleTop([point(0, 101)])).toBe(200);
  expect(scaleTop([point(0, 3), point(1, 2, 4_300)])).toBe(5 * 1_024);
  expect(scaleTop([point(0, 1_000)])).toBe(1_000);
});

test('the line ends at the right, stands on 0, and a missing poll is a gap', () => {
  const points = [point(0, 0), point(1_000, 50), point(10_000, 100)];

  expect(linePath(points, ({ inRate }) => inRate, box)).toBe('M50.0 10.0L51.0 5.0M60.0 0.0');
});

test('the sentence says span, last and peak of both directions', () => {
  expect(throughputSentence([point(0, 2_048, 10), point(9_000, 1_024, 20)])).toBe(
    'Over 9 s: in 1.0 KiB/s, at most 2.0 KiB/s; out 20 B/s, at most 20 B/s.',
  );
  expect(throughputSentence([])).toBe('No rate has been seen yet.');
});
