/** `/`: how much of the storage traffic is encrypted, and what is next? */
import Box from '@mui/material/Box';
import Link from '@mui/material/Link';
import Typography from '@mui/material/Typography';
import { useSuspenseQueries } from '@tanstack/react-query';
import type { LoaderFunctionArgs } from 'react-router';
import { clusterQuery } from '../../api/cluster.ts';
import { useFreshness } from '../../api/freshness.ts';
import { ipsecQuery } from '../../api/ipsec.ts';
import { ipsecPoliciesQuery } from '../../api/ipsec-policies.ts';
import { useLabSnapshot } from '../../api/lab.tsx';
import { nodesQuery } from '../../api/nodes.ts';
import { loaderTools } from '../../api/query-client.ts';
import { useCluster } from '../../api/use-cluster.ts';
import { StaleBanner, staleStyle } from '../../components/feedback/StaleBanner.tsx';
import { PageHeader } from '../../components/PageHeader.tsx';
import { countStates, hostStates } from '../../components/state/host-states.ts';
import { useNow } from '../../components/use-now.ts';
import { attentionItems } from './attention.ts';
import { CoverageBar } from './CoverageBar.tsx';
import { GuidedSetup } from './GuidedSetup.tsx';
import { NeedsAttention } from './NeedsAttention.tsx';
import { overviewAnswer } from './overview-answer.ts';
import { Streams } from './Streams.tsx';
import { setupSteps } from './setup-steps.ts';
import { TotalThroughput } from './TotalThroughput.tsx';

export const loader = (args: LoaderFunctionArgs) => {
  const { cluster, queries } = loaderTools(args);
  return Promise.all([
    queries.ensureQueryData(clusterQuery(cluster)),
    queries.ensureQueryData(nodesQuery(cluster)),
    queries.ensureQueryData(ipsecQuery(cluster)),
    queries.ensureQueryData(ipsecPoliciesQuery(cluster)),
  ]);
};

export function Component() {
  const cluster = useCluster();
  const [about, nodes, ipsec, policies] = useSuspenseQueries({
    queries: [clusterQuery(cluster), nodesQuery(cluster), ipsecQuery(cluster), ipsecPoliciesQuery(cluster)],
  });
  const lab = useLabSnapshot();
  const { answeredAtMs, isStale, retry } = useFreshness(cluster, useNow());
  const steps = setupSteps({
    cluster: about.data,
    nodes: nodes.data,
    ipsec: ipsec.data,
    policies: policies.data,
    lab,
  });
  const isSetUp = steps.every(({ isDone }) => isDone);
  const checkAgain = () => void Promise.all([about, nodes, ipsec, policies].map((query) => query.refetch()));
  const setup = <GuidedSetup steps={steps} clusterId={cluster.id} onCheck={checkAgain} />;

  if (lab === undefined) {
    return (
      <>
        <PageHeader title="Overview" answer="The lab has not reported its hosts yet." size="figure" />
        {setup}
      </>
    );
  }
  const counts = countStates(hostStates(lab.hosts, lab.streams).map(({ state }) => state));
  return (
    <>
      <PageHeader title="Overview" answer={overviewAnswer(counts)} size="figure" />
      <StaleBanner asOfMs={isStale ? answeredAtMs : undefined} source={cluster.id} onRetry={retry} />
      <Box sx={{ ...staleStyle(isStale), display: 'grid', gridTemplateColumns: 'minmax(0, 1fr)' }}>
        <CoverageBar counts={counts} />
        <Box sx={columns}>
          <Box sx={stack}>
            {isSetUp ? null : setup}
            <Streams lab={lab} clusterId={cluster.id} />
          </Box>
          <Box sx={stack}>
            <NeedsAttention items={attentionItems(lab, ipsec.data.enabled)} clusterId={cluster.id} />
            <TotalThroughput />
            {isSetUp ? setup : null}
            <Advice />
          </Box>
        </Box>
      </Box>
    </>
  );
}

const columns = {
  display: 'grid',
  gap: '32px',
  alignItems: 'start',
  gridTemplateColumns: { xs: 'minmax(0, 1fr)', lg: 'minmax(0, 5fr) minmax(0, 3fr)' },
} as const;

const stack = { display: 'grid', gap: '32px', gridTemplateColumns: 'minmax(0, 1fr)' } as const;

/** What IPsec is the wrong tool for, said where it would be reached for. */
function Advice() {
  return (
    <Typography variant="body2" color="textSecondary">
      SnapMirror and cluster peering are better encrypted by TLS than by IPsec.{' '}
      <Link href="https://docs.netapp.com/us-en/ontap/peering/enable-cluster-peering-encryption-existing-task.html">
        Cluster peering encryption
      </Link>
    </Typography>
  );
}
