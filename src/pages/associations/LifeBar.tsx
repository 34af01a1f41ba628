/** The life of an SA: what is spent, the soft limit as a mark, and the time left in words. */
import Box from '@mui/material/Box';
import { formatDuration } from '../../components/text/format.ts';
import { NotReported } from '../../components/text/NotReported.tsx';
import type { Life } from './association-row.ts';
import { lifeLook } from './life.ts';

export interface LifeBarProps {
  readonly life: Life | undefined;
  /** Configured, for a cluster that tells no more. */
  readonly lifetimeSeconds: number | undefined;
  /** In a column whose head says "Rekey in". */
  readonly isBrief?: boolean;
}

export function LifeBar({ life, lifetimeSeconds, isBrief = false }: LifeBarProps) {
  const look = life && lifeLook(life);
  if (look === undefined) {
    return lifetimeSeconds === undefined ? <NotReported /> : <span>{formatDuration(lifetimeSeconds * 1000)} set</span>;
  }
  return (
    <Box sx={{ display: 'grid', gap: '3px', width: '100%', minWidth: 88 }}>
      <Box component="span" sx={{ fontVariantNumeric: 'tabular-nums', whiteSpace: 'nowrap' }}>
        {isBrief ? look.brief : look.words}
      </Box>
      <Box aria-hidden="true" sx={{ position: 'relative', height: 4, backgroundColor: 'divider', borderRadius: '2px' }}>
        <Box
          sx={{
            position: 'absolute',
            inset: 0,
            borderRadius: '2px',
            backgroundColor: 'state.encrypted',
            transformOrigin: 'left',
            transform: `scaleX(${look.spent})`,
          }}
        />
        {look.rekeyAt === undefined ? null : (
          <Box
            sx={{
              position: 'absolute',
              top: -2,
              bottom: -2,
              width: 2,
              left: `${look.rekeyAt * 100}%`,
              backgroundColor: 'text.primary',
            }}
          />
        )}
      </Box>
    </Box>
  );
}
