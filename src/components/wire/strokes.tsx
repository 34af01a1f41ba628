/**
 * What a wire is drawn with. A place along it is a share of its length in per cent, a place across it is in pixels; upright, the
 * two change roles.
 */
import Box from '@mui/material/Box';
import type { ReactNode } from 'react';

interface Laid {
  readonly isUpright?: boolean;
  readonly markSize: number;
}

interface Place {
  readonly x: string | number;
  readonly y: string | number;
}

const middleOf = ({ markSize }: Laid) => (markSize + 4) / 2;

const place = (laid: Laid, along: number, across: number): Place =>
  laid.isUpright ? { x: middleOf(laid) + across, y: `${along}%` } : { x: `${along}%`, y: middleOf(laid) + across };

export interface StrokeProps extends Laid {
  readonly from: number;
  readonly to: number;
  readonly width: number;
  /** Pixels beside the middle. */
  readonly shift?: number;
  /** A stroke across the wire: pixels to either side. */
  readonly reach?: number;
  readonly dash?: string;
  readonly isMoving?: boolean;
}

export function Stroke({ from, to, width, shift = 0, reach = 0, dash, isMoving = false, ...laid }: StrokeProps) {
  const start = place(laid, from, shift - reach);
  const end = place(laid, to, shift + reach);
  return (
    <Box
      component="line"
      x1={start.x}
      y1={start.y}
      x2={end.x}
      y2={end.y}
      stroke="currentColor"
      strokeWidth={width}
      strokeLinecap="round"
      {...(dash === undefined ? {} : { strokeDasharray: dash })}
      sx={isMoving ? moving : {}}
    />
  );
}

const moving = {
  animation: 'ow-negotiate 0.9s linear infinite',
  '@keyframes ow-negotiate': { to: { strokeDashoffset: '-14px' } },
  '@media (prefers-reduced-motion: reduce)': { animation: 'none' },
} as const;

export interface GlyphProps extends Laid {
  readonly at: number;
  readonly size: number;
  readonly children: ReactNode;
}

/** A 16 by 16 mark at a place of the wire, which is interrupted beneath it. */
export function Glyph({ at, size, children, ...laid }: GlyphProps) {
  const { x, y } = place(laid, at, 0);
  return (
    <svg aria-hidden="true" x={x} y={y} overflow="visible">
      <g transform={`scale(${size / 16}) translate(-8 -8)`}>
        <circle cx="8" cy="8" r="10" style={{ fill: 'var(--ow-cut)' }} />
        {children}
      </g>
    </svg>
  );
}

export interface ArrowProps extends Laid {
  readonly at: number;
  readonly towards: 'local' | 'remote';
  readonly isHollow: boolean;
  /** Half of its height in pixels. */
  readonly size: number;
}

export function Arrow({ at, towards, isHollow, size, ...laid }: ArrowProps) {
  const { x, y } = place(laid, at, 0);
  const turn = (towards === 'remote' ? 0 : 180) + (laid.isUpright ? 90 : 0);
  return (
    <svg aria-hidden="true" x={x} y={y} overflow="visible">
      <path
        transform={`rotate(${turn}) scale(${size})`}
        d="M-1.3-1.15 1.3 0l-2.6 1.15Z"
        fill={isHollow ? 'none' : 'currentColor'}
        stroke="currentColor"
        strokeWidth={isHollow ? 0.35 : 0}
      />
    </svg>
  );
}
