/** A state as mark and word on its own tint; with `isPlain`, without the tint, for table cells. */
import Box from '@mui/material/Box';
import type { ReactNode } from 'react';
import type { WireState } from '../../contract/lab-port.ts';
import { StateMark } from './StateMark.tsx';
import { wireStates } from './wire-states.ts';

export interface StateChipProps {
  readonly state: WireState;
  /** Instead of the state's word, for example `Encrypted 4,812`. */
  readonly children?: ReactNode;
  readonly isPlain?: boolean;
}

export function StateChip({ state, children, isPlain = false }: StateChipProps) {
  const look = wireStates[state];
  const tint = look.color.slice('state.'.length);
  return (
    <Box
      component="span"
      sx={{
        display: 'inline-flex',
        verticalAlign: 'middle',
        alignItems: 'center',
        gap: '6px',
        whiteSpace: 'nowrap',
        fontWeight: 500,
        color: 'text.primary',
        ...(isPlain
          ? {}
          : {
              px: '8px',
              minHeight: 24,
              borderRadius: '4px',
              backgroundColor: `tint.${tint}`,
              '--ow-cut': `var(--mui-palette-tint-${tint})`,
            }),
      }}
    >
      <StateMark state={state} />
      {children ?? look.word}
    </Box>
  );
}
