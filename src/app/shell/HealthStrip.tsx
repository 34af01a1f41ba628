/**
 * The health of the cluster in one line, the same on every page. A figure never moves its place; each is a link to the page that
 * explains it. The age at the right turns amber when the cluster has been silent for too long.
 */
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Link from '@mui/material/Link';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link as RouterLink } from 'react-router';
import type { ClusterRef } from '../../api/cluster-ref.ts';
import { useFreshness } from '../../api/freshness.ts';
import { ipsecQuery } from '../../api/ipsec.ts';
import { useLabSnapshot } from '../../api/lab.tsx';
import { nodesQuery } from '../../api/nodes.ts';
import { region } from '../../components/keys/regions.ts';
import { paths } from '../../components/paths.ts';
import { countStates, hostStates } from '../../components/state/host-states.ts';
import { StateMark } from '../../components/state/StateMark.tsx';
import { wireStates, worstFirst } from '../../components/state/wire-states.ts';
import { formatCount, formatDuration } from '../../components/text/format.ts';
import { useNow } from '../../components/use-now.ts';
import type { WireState } from '../../contract/lab-port.ts';
import { stripHeight } from './shell-sizes.ts';

/** In the order of the strip; the others count only when there are any. */
const alwaysShown: readonly WireState[] = ['encrypted', 'clear', 'failed', 'negotiating'];

export function HealthStrip({ cluster }: { readonly cluster: ClusterRef }) {
  const settings = useQuery(ipsecQuery(cluster)).data;
  const nodes = useQuery(nodesQuery(cluster)).data;
  const lab = useLabSnapshot();
  const counts = countStates(lab === undefined ? [] : hostStates(lab.hosts, lab.streams).map(({ state }) => state));
  const worst = worstFirst.find((state) => counts[state] > 0);
  const { isStale } = useFreshness(cluster, useNow());
  return (
    <Box component="section" aria-label="Health" {...region} className="figures" sx={stripStyle}>
      <Figure to={paths.settings(cluster.id)} isNarrow={!isStale}>
        {settings === undefined ? 'IPsec unknown' : `IPsec ${settings.enabled ? 'on' : 'off'}`}
      </Figure>
      {lab === undefined
        ? null
        : worstFirst
            .toSorted((a, b) => alwaysShown.indexOf(a) - alwaysShown.indexOf(b))
            .filter((state) => alwaysShown.includes(state))
            .map((state) => (
              <Figure key={state} to={paths.overview(cluster.id)} isNarrow={state === worst}>
                <StateMark state={state} />
                {wireStates[state].word} {formatCount(counts[state])}
              </Figure>
            ))}
      {nodes === undefined ? null : (
        <Box component="span" sx={wide}>
          nodes {nodes.filter((node) => node.state === 'up').length}/{nodes.length}
        </Box>
      )}
      <Box sx={{ flex: 1 }} />
      <Age cluster={cluster} />
    </Box>
  );
}

interface FigureProps {
  readonly to: string;
  /** Kept where there is room for one figure only. */
  readonly isNarrow?: boolean;
  readonly children: ReactNode;
}

function Figure({ to, isNarrow = true, children }: FigureProps) {
  return (
    <Link component={RouterLink} to={to} color="text.primary" underline="hover" sx={[figure, isNarrow ? {} : wide]}>
      {children}
    </Link>
  );
}

function Age({ cluster }: { readonly cluster: ClusterRef }) {
  const nowMs = useNow();
  const { answeredAtMs, isStale, retry } = useFreshness(cluster, nowMs);
  if (answeredAtMs === undefined) {
    return <span>no answer yet</span>;
  }
  const age = `${formatDuration(nowMs - answeredAtMs)} ago`;
  return isStale ? (
    <Box component="span" sx={{ color: 'state.clear', fontWeight: 500, whiteSpace: 'nowrap' }}>
      <Box component="span" sx={{ display: { xs: 'none', sm: 'inline' } }}>
        {'last answer '}
      </Box>
      {age}
      <Button size="small" color="inherit" onClick={retry} sx={{ ml: '4px', mr: '-12px' }}>
        Retry
      </Button>
    </Box>
  ) : (
    <Box component="span" sx={{ color: 'text.secondary', whiteSpace: 'nowrap' }}>
      {age}
    </Box>
  );
}

export const stripStyle = {
  height: stripHeight,
  px: { xs: '16px', md: '24px' },
  display: 'flex',
  alignItems: 'center',
  gap: { xs: '12px', sm: '20px' },
  overflow: 'hidden',
  fontSize: '0.8125rem',
  backgroundColor: 'background.raised',
  '--ow-cut': 'var(--mui-palette-background-raised)',
  borderBottom: '1px solid',
  borderColor: 'divider',
} as const;

const figure = {
  display: 'inline-flex',
  alignItems: 'center',
  gap: '6px',
  minHeight: 24,
  whiteSpace: 'nowrap',
} as const;

const wide = { display: { xs: 'none', sm: 'inline-flex' }, whiteSpace: 'nowrap' } as const;
