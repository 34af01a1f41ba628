/** Octets a second over the last minute, both ways: in solid, out dashed, from 0, each named where it ends. */
import Box from '@mui/material/Box';
import { formatRate } from '../text/format.ts';
import { linePath, scaleTop, type ThroughputPoint, throughputSentence } from './throughput.ts';

export interface ThroughputProps {
  readonly points: readonly ThroughputPoint[];
  readonly windowMs: number;
}

const size = { width: 360, height: 64 } as const;

export function Throughput({ points, windowMs }: ThroughputProps) {
  const box = { ...size, windowMs };
  const last = points.at(-1);
  return (
    <Box component="figure" role="img" aria-label={throughputSentence(points)} sx={{ m: 0 }}>
      <Box sx={edge}>
        <span>{formatRate(scaleTop(points))}</span>
        <span>{Math.round(windowMs / 1000)} s</span>
      </Box>
      <Box component="svg" viewBox={`0 0 ${size.width} ${size.height}`} preserveAspectRatio="none" sx={picture}>
        <Box component="path" d={linePath(points, ({ inRate }) => inRate, box)} sx={{ ...line, stroke: colours.in }} />
        <Box
          component="path"
          d={linePath(points, ({ outRate }) => outRate, box)}
          sx={{ ...line, stroke: colours.out, strokeDasharray: '5 3' }}
        />
      </Box>
      <Box sx={{ ...edge, gap: '16px', justifyContent: 'start', color: 'text.primary' }}>
        <Direction name="in" rate={last?.inRate} />
        <Direction name="out" rate={last?.outRate} />
      </Box>
    </Box>
  );
}

function Direction({ name, rate }: { readonly name: 'in' | 'out'; readonly rate: number | undefined }) {
  return (
    <Box component="span" sx={{ display: 'inline-flex', alignItems: 'center', gap: '6px' }}>
      <Box
        sx={{
          width: 20,
          borderTop: '2px',
          borderTopStyle: name === 'in' ? 'solid' : 'dashed',
          borderColor: colours[name],
        }}
      />
      {name} {rate === undefined ? '—' : formatRate(rate)}
    </Box>
  );
}

const colours = { in: 'var(--mui-palette-series-in)', out: 'var(--mui-palette-series-out)' } as const;

const line = { fill: 'none', strokeWidth: 1.5, vectorEffect: 'non-scaling-stroke', strokeLinejoin: 'round' } as const;

const picture = {
  display: 'block',
  width: '100%',
  height: size.height,
  overflow: 'visible',
  borderBottom: '1px solid',
  borderColor: 'control',
} as const;

const edge = {
  display: 'flex',
  justifyContent: 'space-between',
  fontSize: '0.75rem',
  lineHeight: '20px',
  color: 'text.secondary',
  fontVariantNumeric: 'tabular-nums slashed-zero',
} as const;
