/** The hosts as one bar, a segment for each state in a fixed order; marks and counts beneath, so that no colour is needed. */
import Box from '@mui/material/Box';
import type { StateCounts } from '../../components/state/host-states.ts';
import { StateMark } from '../../components/state/StateMark.tsx';
import { wireStates } from '../../components/state/wire-states.ts';
import { formatCount } from '../../components/text/format.ts';
import type { WireState } from '../../contract/lab-port.ts';

const order: readonly WireState[] = [
  'encrypted',
  'oneWay',
  'negotiating',
  'idle',
  'unknown',
  'clear',
  'blocked',
  'failed',
];

export function CoverageBar({ counts }: { readonly counts: StateCounts }) {
  const shown = order.filter((state) => counts[state] > 0);
  return (
    <Box component="figure" aria-label="Hosts by state" sx={{ m: 0, mb: '32px' }}>
      <Box aria-hidden="true" sx={{ display: 'flex', gap: '2px', height: 12, mb: '12px' }}>
        {shown.map((state) => (
          <Box
            key={state}
            sx={{
              flexGrow: counts[state],
              flexBasis: 0,
              minWidth: 12,
              backgroundColor: wireStates[state].color,
              backgroundImage: hatched.has(state) ? hatch : 'none',
              '&:first-of-type': { borderRadius: '4px 0 0 4px' },
              '&:last-of-type': { borderRadius: '0 4px 4px 0' },
              '&:only-of-type': { borderRadius: '4px' },
            }}
          />
        ))}
      </Box>
      <Box component="ul" sx={{ display: 'flex', flexWrap: 'wrap', gap: '4px 24px', listStyle: 'none', m: 0, p: 0 }}>
        {shown.map((state) => (
          <Box component="li" key={state} sx={{ display: 'flex', alignItems: 'center', gap: '6px' }}>
            <StateMark state={state} />
            <span>{wireStates[state].word}</span>
            <Box component="span" sx={{ fontWeight: 600 }}>
              {formatCount(counts[state])}
            </Box>
          </Box>
        ))}
      </Box>
    </Box>
  );
}

/** What is not carried safely is told from what is by a hatch too. */
const hatched: ReadonlySet<WireState> = new Set(['clear', 'blocked', 'failed', 'unknown', 'idle']);
const hatch = 'repeating-linear-gradient(135deg, transparent 0 4px, var(--mui-palette-background-default) 4px 5.5px)';
