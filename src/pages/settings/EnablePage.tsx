/** `/settings/enable`: turn IPsec on without an accident. What was checked, what will happen, then one button. */
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { useSuspenseQueries } from '@tanstack/react-query';
import { useState } from 'react';
import { type LoaderFunctionArgs, Link as RouterLink, useNavigate } from 'react-router';
import { clusterQuery } from '../../api/cluster.ts';
import { inLab } from '../../api/cluster-ref.ts';
import { useFreshness } from '../../api/freshness.ts';
import { ipInterfacesQuery } from '../../api/ip-interfaces.ts';
import { ipsecQuery, useChangeIpsec } from '../../api/ipsec.ts';
import { ipsecPoliciesQuery } from '../../api/ipsec-policies.ts';
import { useLabSnapshot } from '../../api/lab.tsx';
import { nodesQuery } from '../../api/nodes.ts';
import { loaderTools } from '../../api/query-client.ts';
import { useCluster } from '../../api/use-cluster.ts';
import { ActButton } from '../../components/ActButton.tsx';
import { ErrorState } from '../../components/feedback/ErrorState.tsx';
import { StaleBanner } from '../../components/feedback/StaleBanner.tsx';
import { useToast } from '../../components/feedback/toast.tsx';
import { PageHeader } from '../../components/PageHeader.tsx';
import { paths } from '../../components/paths.ts';
import { plural } from '../../components/text/format.ts';
import { useIsHere } from '../../components/use-is-here.ts';
import { useNow } from '../../components/use-now.ts';
import { CheckRow } from './CheckRow.tsx';
import { EnableEffect } from './EnableEffect.tsx';
import { preflight, wantsTick } from './preflight.ts';

export const loader = (args: LoaderFunctionArgs) => {
  const { cluster, queries } = loaderTools(args);
  return Promise.all([
    queries.ensureQueryData(clusterQuery(cluster)),
    queries.ensureQueryData(nodesQuery(cluster)),
    queries.ensureQueryData(ipInterfacesQuery(cluster)),
    queries.ensureQueryData(ipsecQuery(cluster)),
    queries.ensureQueryData(ipsecPoliciesQuery(cluster)),
  ]);
};

export function Component() {
  const cluster = useCluster();
  const reads = useSuspenseQueries({
    queries: [
      clusterQuery(cluster),
      nodesQuery(cluster),
      ipInterfacesQuery(cluster),
      ipsecQuery(cluster),
      ipsecPoliciesQuery(cluster),
    ],
  });
  const [about, nodes, lifs, ipsec, policies] = reads;
  const nowMs = useNow();
  const lab = useLabSnapshot();
  const { answeredAtMs, isStale, retry } = useFreshness(cluster, nowMs);
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const [isAsked, setAsked] = useState(false);
  const change = useChangeIpsec(cluster);
  const navigate = useNavigate();
  const isHere = useIsHere();
  const toast = useToast();

  const checks = preflight({
    cluster: about.data,
    nodes: nodes.data,
    lifs: lifs.data,
    ipsec: ipsec.data,
    policies: policies.data,
    lab,
    nowMs,
  });
  const stopCount = checks.filter(({ verdict }) => verdict === 'stop').length;
  const open = checks.filter((check) => wantsTick(check) && !ticked.has(check.id));
  const tick = (id: string, isTicked: boolean) =>
    setTicked(new Set(isTicked ? [...ticked, id] : [...ticked].filter((other) => other !== id)));
  const enable = () => {
    setAsked(true);
    if (stopCount === 0 && open.length === 0) {
      change.mutate(
        { enabled: true },
        {
          onSuccess: () => {
            toast('IPsec enabled.');
            if (isHere()) void navigate(paths.settings(cluster.id));
          },
        },
      );
    }
  };

  if (ipsec.data.enabled && !change.isSuccess) {
    return <AlreadyOn clusterId={cluster.id} />;
  }
  return (
    <>
      <PageHeader title="Enable IPsec" answer={answerOf(checks.length, stopCount, open.length)} />
      <StaleBanner asOfMs={isStale ? answeredAtMs : undefined} source={cluster.id} onRetry={retry} />
      <Box sx={{ maxWidth: 800 }}>
        <Box sx={{ display: 'flex', alignItems: 'center', gap: '16px' }}>
          <Typography component="h2" variant="h2">
            Checked
          </Typography>
          <Button size="small" onClick={() => void Promise.all(reads.map((read) => read.refetch()))}>
            Check again
          </Button>
        </Box>
        <Box component="ul" sx={{ listStyle: 'none', m: 0, mb: '32px', p: 0 }}>
          {checks.map((check) => (
            <CheckRow
              key={check.id}
              check={check}
              isTicked={ticked.has(check.id)}
              onTick={(isTicked) => tick(check.id, isTicked)}
            />
          ))}
        </Box>
        <EnableEffect lab={lab} policies={policies.data} />
        {change.isError ? <ErrorState title="IPsec is still off" error={change.error} /> : null}
        {isAsked && (open.length > 0 || stopCount > 0) ? (
          <Typography role="alert" sx={{ color: 'state.failed', fontWeight: 500, mt: '16px' }}>
            {stopCount > 0
              ? 'A check stops it: mend that first.'
              : `${plural(open.length, 'check')} to consider: ${open.map(({ title }) => title).join(', ')}.`}
          </Typography>
        ) : null}
        <Box sx={{ display: 'flex', gap: '8px', mt: '24px' }}>
          <ActButton variant="contained" onClick={enable} loading={change.isPending} loadingPosition="start">
            {change.isPending ? 'Enabling…' : inLab(cluster, 'Enable IPsec')}
          </ActButton>
          <Button component={RouterLink} to={paths.settings(cluster.id)} disabled={change.isPending}>
            Cancel
          </Button>
        </Box>
      </Box>
    </>
  );
}

function answerOf(checkCount: number, stopCount: number, openCount: number): string {
  if (stopCount > 0) {
    return `${plural(stopCount, 'check')} of ${checkCount} stops it.`;
  }
  return openCount > 0
    ? `It can be turned on: ${plural(openCount, 'check')} of ${checkCount} to consider.`
    : `All ${checkCount} checks pass: it can be turned on.`;
}

function AlreadyOn({ clusterId }: { readonly clusterId: string }) {
  return (
    <>
      <PageHeader title="Enable IPsec" answer="IPsec is on already." />
      <Box sx={{ display: 'flex', gap: '8px' }}>
        <Button component={RouterLink} to={paths.policyNew(clusterId)} variant="contained">
          Create policy
        </Button>
        <Button component={RouterLink} to={paths.settings(clusterId)}>
          Open settings
        </Button>
      </Box>
    </>
  );
}
