/** No SA: why there is none (IPsec off, no policy, no traffic), and the one step that changes it. */
import Button from '@mui/material/Button';
import { Link as RouterLink } from 'react-router';
import type { ClusterRef } from '../../api/cluster-ref.ts';
import { EmptyState } from '../../components/feedback/EmptyState.tsx';
import { paths } from '../../components/paths.ts';
import { LearnLink } from '../../components/text/LearnLink.tsx';
import type { IpsecPolicyRecord } from '../../contract/ipsec-policies.ts';
import type { LabSnapshot, WireState } from '../../contract/lab-port.ts';

export interface AssociationsEmptyProps {
  readonly cluster: ClusterRef;
  readonly isIpsecOn: boolean;
  readonly policies: readonly IpsecPolicyRecord[];
  readonly lab: LabSnapshot | undefined;
}

interface Reason {
  readonly state: WireState;
  readonly title: string;
  readonly body: string;
  readonly action: { readonly label: string; readonly to: string };
}

export function AssociationsEmpty({ cluster, isIpsecOn, policies, lab }: AssociationsEmptyProps) {
  const stream = lab?.streams.find(({ isRunning }) => isRunning) ?? lab?.streams[0];
  const host = lab?.hosts.find(({ id }) => id === stream?.hostId);
  const reason = reasonOf({ cluster, isIpsecOn, policies, lab });
  return (
    <EmptyState
      wire={{
        local: stream ? { svm: stream.svmName, lif: stream.lifName, address: stream.lifAddress } : { lif: 'LIF' },
        remote: { name: host?.name ?? 'host', ...(stream && { address: stream.hostAddress }) },
        state: reason.state,
      }}
      title={reason.title}
      learn={<LearnLink guide="prepare" />}
      action={
        <Button component={RouterLink} to={reason.action.to} variant="contained">
          {reason.action.label}
        </Button>
      }
    >
      {reason.body}
    </EmptyState>
  );
}

function reasonOf({ cluster, isIpsecOn, policies, lab }: AssociationsEmptyProps): Reason {
  if (!isIpsecOn) {
    return {
      state: 'clear',
      title: 'No SA: IPsec is off',
      body: 'While it is off the cluster negotiates nothing and traffic flows in clear.',
      action: { label: 'Turn IPsec on', to: paths.settingsEnable(cluster.id) },
    };
  }
  if (!policies.some(({ enabled, action }) => enabled && action !== 'bypass' && action !== 'discard')) {
    return {
      state: 'clear',
      title: 'No SA: no enabled policy protects anything',
      body:
        policies.length === 0
          ? 'Write the first policy.'
          : 'The policies that exist are disabled, or let traffic pass.',
      action:
        policies.length === 0
          ? { label: 'New policy', to: paths.policyNew(cluster.id) }
          : { label: 'Show policies', to: paths.policies(cluster.id) },
    };
  }
  return {
    state: 'idle',
    title: 'No SA yet: they appear with the first packet',
    body: 'IPsec negotiates when traffic comes, so a policy without traffic has no SA and nothing is wrong.',
    action:
      lab === undefined
        ? { label: 'Show policies', to: paths.policies(cluster.id) }
        : { label: 'Start traffic in Lab controls', to: paths.controls(cluster.id) },
  };
}
