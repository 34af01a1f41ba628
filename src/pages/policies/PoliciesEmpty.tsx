/** No policy yet: the wire as traffic goes now, why, and the first step. */
import Button from '@mui/material/Button';
import { Link as RouterLink } from 'react-router';
import type { ClusterRef } from '../../api/cluster-ref.ts';
import { EmptyState } from '../../components/feedback/EmptyState.tsx';
import { paths } from '../../components/paths.ts';
import { LearnLink } from '../../components/text/LearnLink.tsx';
import type { IpInterfaceRecord } from '../../contract/ip-interfaces.ts';
import type { LabSnapshot } from '../../contract/lab-port.ts';

export interface PoliciesEmptyProps {
  readonly cluster: ClusterRef;
  readonly lifs: readonly IpInterfaceRecord[];
  readonly lab: LabSnapshot | undefined;
}

export function PoliciesEmpty({ cluster, lifs, lab }: PoliciesEmptyProps) {
  const stream = lab?.streams.find(({ isRunning }) => isRunning) ?? lab?.streams[0];
  const host = lab?.hosts.find(({ id }) => id === stream?.hostId);
  const lif = lifs.find(({ ip }) => ip?.address === stream?.lifAddress) ?? lifs[0];
  return (
    <EmptyState
      wire={{
        local: {
          lif: lif?.name ?? 'LIF',
          ...(lif?.svm && { svm: lif.svm.name }),
          ...(lif?.ip && { address: lif.ip.address }),
        },
        remote: { name: host?.name ?? 'host', ...(stream && { address: stream.hostAddress }) },
        state: 'clear',
      }}
      title="Nothing is protected yet"
      learn={<LearnLink guide="configure" />}
      action={
        <Button component={RouterLink} to={paths.policyNew(cluster.id)} variant="contained">
          New policy
        </Button>
      }
    >
      A policy says which traffic between a LIF and its clients is encrypted, and how both ends prove themselves.
    </EmptyState>
  );
}
