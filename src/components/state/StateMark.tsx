/** The mark of a state, 16 px: told apart by shape alone, drawn in `currentColor` so that forced colours keep it. */
import Box from '@mui/material/Box';
import type { ReactNode } from 'react';
import type { WireState } from '../../contract/lab-port.ts';
import { wireStates } from './wire-states.ts';

export interface StateMarkProps {
  readonly state: WireState;
  /** Pixels; 16 in rows. */
  readonly size?: number;
  /** Spoken only where no word stands beside the mark. */
  readonly label?: string;
}

export function StateMark({ state, size = 16, label }: StateMarkProps) {
  return (
    <Box
      component="svg"
      viewBox="0 0 16 16"
      {...(label === undefined ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label })}
      sx={{ width: size, height: size, flex: 'none', color: wireStates[state].color, display: 'block' }}
    >
      {stateGlyphs[state]}
    </Box>
  );
}

/** Cut-outs take the surface beneath: a ground other than the page's sets `--ow-cut` to itself. */
const cut = 'var(--ow-cut)';

const lock = (
  <>
    <rect x="5" y="7.4" width="6" height="4.4" rx="0.9" fill={cut} />
    <path d="M6.2 7.2V6.1a1.8 1.8 0 0 1 3.6 0v1.1" fill="none" stroke={cut} strokeWidth="1.3" />
  </>
);

/** 16 by 16, for the mark and, scaled, for the middle of the wire. */
export const stateGlyphs: Readonly<Record<WireState, ReactNode>> = {
  encrypted: (
    <>
      <circle cx="8" cy="8" r="7.5" fill="currentColor" />
      {lock}
    </>
  ),
  oneWay: (
    <>
      <circle cx="8" cy="8" r="7.5" fill="currentColor" />
      <path d="M4 8h7.2M8.2 4.9 11.4 8l-3.2 3.1" fill="none" stroke={cut} strokeWidth="1.7" />
    </>
  ),
  negotiating: (
    <>
      <circle cx="8" cy="8" r="6.8" fill="none" stroke="currentColor" strokeWidth="1.4" />
      <path d="M8 1.2a6.8 6.8 0 0 1 0 13.6Z" fill="currentColor" />
    </>
  ),
  clear: (
    <>
      <path
        d="M8 .9 15.6 14.5H.4Z"
        fill="currentColor"
        stroke="currentColor"
        strokeWidth="0.8"
        strokeLinejoin="round"
      />
      <rect x="5.4" y="9.2" width="5.2" height="3.7" rx="0.7" fill={cut} />
      <path d="M6.4 9V7.6a1.55 1.55 0 0 1 2.9-.75" fill="none" stroke={cut} strokeWidth="1.15" />
    </>
  ),
  blocked: (
    <>
      <rect x="1" y="1" width="14" height="14" rx="1.4" fill="currentColor" />
      <rect x="3.8" y="6.9" width="8.4" height="2.2" fill={cut} />
    </>
  ),
  failed: (
    <>
      <path d="M5 .6h6L15.4 5v6L11 15.4H5L.6 11V5Z" fill="currentColor" />
      <path d="m5.2 5.2 5.6 5.6m0-5.6-5.6 5.6" stroke={cut} strokeWidth="1.7" />
    </>
  ),
  idle: <circle cx="8" cy="8" r="6.6" fill="none" stroke="currentColor" strokeWidth="1.7" />,
  unknown: (
    <>
      <circle cx="8" cy="8" r="6.8" fill="none" stroke="currentColor" strokeWidth="1.4" strokeDasharray="2.6 1.7" />
      <path
        d="M6.1 6.3A1.95 1.95 0 1 1 8.6 8.2c-.45.18-.6.45-.6.95"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.3"
      />
      <circle cx="8" cy="11.3" r="0.85" fill="currentColor" />
    </>
  ),
};
