/**
 * The first of the lab's five marks: a hatched band over every page, which no preference removes. It also shows what is not as
 * on a real cluster: the lab's own time, and the faults that are at work.
 */
import Box from '@mui/material/Box';
import Link from '@mui/material/Link';
import { Link as RouterLink } from 'react-router';
import { labCluster } from '../../api/cluster-ref.ts';
import { useLabSnapshot } from '../../api/lab.tsx';
import { paths } from '../../components/paths.ts';
import { formatClock } from '../../components/text/format.ts';
import type { LabFaults, LabSnapshot } from '../../contract/lab-port.ts';
import { bandHeight } from './shell-sizes.ts';

export function LabBand() {
  const snapshot = useLabSnapshot();
  return (
    <Box component="aside" aria-label="Lab" className="figures" sx={band}>
      <Box component="span" sx={words}>
        <Box component="strong" sx={{ letterSpacing: '0.08em', fontWeight: 600 }}>
          LAB
        </Box>
        <Box component="span" sx={{ display: { xs: 'none', sm: 'inline' } }}>
          {' · embedded lab cluster'}
        </Box>
        {' · nothing here touches real storage'}
      </Box>
      {snapshot === undefined ? null : <LabTime snapshot={snapshot} />}
    </Box>
  );
}

function LabTime({ snapshot }: { readonly snapshot: LabSnapshot }) {
  const { clock, faults } = snapshot;
  const rate = clock.isPaused ? 'paused' : `×${clock.rate}`;
  return (
    <Box component="span" sx={{ ...words, display: { xs: 'none', md: 'flex' }, gap: '12px' }}>
      {faultWords(faults).map((fault) => (
        <span key={fault}>{fault}</span>
      ))}
      <span>
        clock {rate}, {formatClock(clock.nowMs)}
      </span>
      <Link component={RouterLink} to={paths.controls(labCluster.id)} color="inherit">
        controls
      </Link>
    </Box>
  );
}

/** What the wire does to packets, as chips of words: `loss 5 %`. */
function faultWords(faults: LabFaults): readonly string[] {
  const share = (name: string, value: number) => (value > 0 ? [`${name} ${Math.round(value * 100)} %`] : []);
  return [
    ...share('loss', faults.loss),
    ...share('duplicate', faults.duplicate),
    ...share('reorder', faults.reorder),
    ...(faults.delayMs > 0 ? [`delay ${faults.delayMs} ms`] : []),
  ];
}

const band = {
  height: bandHeight,
  px: '16px',
  display: 'flex',
  alignItems: 'center',
  justifyContent: 'space-between',
  gap: '16px',
  overflow: 'hidden',
  fontSize: '0.75rem',
  lineHeight: '16px',
  color: 'lab.text',
  backgroundColor: 'lab.band',
  backgroundImage: 'repeating-linear-gradient(135deg, transparent 0 10px, var(--mui-palette-lab-stripe) 10px 20px)',
} as const;

/** Text stands on plain ground: stripes stay between. */
const words = { backgroundColor: 'lab.band', px: '8px', borderRadius: '4px', whiteSpace: 'nowrap' } as const;
