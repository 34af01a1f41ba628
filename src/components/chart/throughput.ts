/** The figures of a throughput chart: its scale, its lines, its sentence. Pure. */
import { formatRate } from '../text/format.ts';

export interface ThroughputPoint {
  readonly atMs: number;
  readonly inRate: number;
  readonly outRate: number;
}

/** The box that the lines are drawn in. */
export interface ChartBox {
  readonly width: number;
  readonly height: number;
  readonly windowMs: number;
}

/** Polls come each second: after a longer silence the line ends and begins anew. */
const gapMs = 3_500;

/** The rate at the upper edge: 1, 2 or 5 times a power of ten in the unit that it is written in, so that it seldom changes. */
export function scaleTop(points: readonly ThroughputPoint[]): number {
  const peak = Math.max(1, ...points.flatMap(({ inRate, outRate }) => [inRate, outRate]));
  const unit = 1024 ** Math.floor(Math.log(peak) / Math.log(1024));
  const power = unit * 10 ** Math.floor(Math.log10(peak / unit));
  return power * ([1, 2, 5, 10].find((step) => step * power >= peak) ?? 10);
}

/** An SVG path of one direction; the newest point stands at the right edge, 0 at the lower one. */
export function linePath(
  points: readonly ThroughputPoint[],
  rateOf: (point: ThroughputPoint) => number,
  { width, height, windowMs }: ChartBox,
): string {
  const endMs = points.at(-1)?.atMs ?? 0;
  const top = scaleTop(points);
  return points
    .map((point, place) => {
      const before = points[place - 1];
      const isGap = before === undefined || point.atMs - before.atMs > gapMs;
      const x = width - ((endMs - point.atMs) / windowMs) * width;
      const y = height - (rateOf(point) / top) * height;
      return `${isGap ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`;
    })
    .join('');
}

/** What the picture shows, for whoever does not see it. */
export function throughputSentence(points: readonly ThroughputPoint[]): string {
  const last = points.at(-1);
  if (last === undefined) return 'No rate has been seen yet.';
  const said = (name: string, rateOf: (point: ThroughputPoint) => number) =>
    `${name} ${formatRate(rateOf(last))}, at most ${formatRate(Math.max(...points.map(rateOf)))}`;
  const seconds = Math.round((last.atMs - (points[0]?.atMs ?? last.atMs)) / 1000);
  return `Over ${seconds} s: ${said('in', ({ inRate }) => inRate)}; ${said('out', ({ outRate }) => outRate)}.`;
}
