/** `/controls`: the embedded lab's hosts, traffic, faults and clock. Make the situation that one wants to see. */
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import { Link as RouterLink } from 'react-router';
import { labCluster } from '../../api/cluster-ref.ts';
import { useFreshness } from '../../api/freshness.ts';
import { useLabSnapshot } from '../../api/lab.tsx';
import { useCluster } from '../../api/use-cluster.ts';
import { EmptyState } from '../../components/feedback/EmptyState.tsx';
import { LoadingSkeleton } from '../../components/feedback/LoadingSkeleton.tsx';
import { StaleBanner, staleStyle } from '../../components/feedback/StaleBanner.tsx';
import { PageHeader } from '../../components/PageHeader.tsx';
import { paths } from '../../components/paths.ts';
import { plural } from '../../components/text/format.ts';
import { useNow } from '../../components/use-now.ts';
import type { LabSnapshot } from '../../contract/lab-port.ts';
import { ClockSection } from './ClockSection.tsx';
import { FaultsSection } from './FaultsSection.tsx';
import { hasFaults } from './faults.ts';
import { HostsSection } from './HostsSection.tsx';
import { StartAgain } from './StartAgain.tsx';
import { StreamsSection } from './StreamsSection.tsx';

export function Component() {
  const cluster = useCluster();
  const snapshot = useLabSnapshot();
  const { answeredAtMs, isStale, retry } = useFreshness(cluster, useNow());
  if (cluster.kind !== 'lab') return <NoLab name={cluster.id} />;
  if (snapshot === undefined) return <LoadingSkeleton title="Lab controls" layout="sections" />;
  return (
    <>
      <PageHeader title="Lab controls" answer={controlsAnswer(snapshot)} />
      <StaleBanner asOfMs={isStale ? answeredAtMs : undefined} source={cluster.id} onRetry={retry} />
      <Box sx={{ ...staleStyle(isStale), display: 'grid', gap: '16px', gridTemplateColumns: 'minmax(0, 1fr)' }}>
        <StreamsSection streams={snapshot.streams} hosts={snapshot.hosts} />
        <HostsSection hosts={snapshot.hosts} />
        <FaultsSection faults={snapshot.faults} />
        <ClockSection clock={snapshot.clock} seed={snapshot.seed} />
        <StartAgain snapshot={snapshot} />
      </Box>
    </>
  );
}

function controlsAnswer({ hosts, streams, faults, clock }: LabSnapshot): string {
  const running = streams.filter(({ isRunning }) => isRunning).length;
  const wire = hasFaults(faults) ? 'with faults' : 'without faults';
  const time = clock.isPaused ? 'the clock is paused' : `the clock runs ×${clock.rate}`;
  return `${plural(hosts.length, 'host')}, ${running} of ${plural(streams.length, 'stream')} running, a wire ${wire}; ${time}.`;
}

function NoLab({ name }: { readonly name: string }) {
  return (
    <>
      <PageHeader
        title="Lab controls"
        answer={`${name} is a real cluster: its hosts, traffic and clock are not ours to turn.`}
      />
      <EmptyState
        wire={{ local: { lif: 'LIF' }, remote: { name: 'host' }, state: 'unknown' }}
        title="These controls belong to the lab"
        action={
          <Button component={RouterLink} to={paths.controls(labCluster.id)} variant="contained">
            Open the lab
          </Button>
        }
      >
        The embedded lab cluster has hosts, traffic and a wire of its own, on which faults can be tried.
      </EmptyState>
    </>
  );
}
