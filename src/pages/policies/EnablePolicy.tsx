/** The last step of a policy that was created disabled: what enabling it does now, and the button. */
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { inLab } from '../../api/cluster-ref.ts';
import { useChangeIpsecPolicy } from '../../api/ipsec-policies.ts';
import { ActButton } from '../../components/ActButton.tsx';
import { ErrorState } from '../../components/feedback/ErrorState.tsx';
import { useToast } from '../../components/feedback/toast.tsx';
import type { IpsecPolicyRecord } from '../../contract/ipsec-policies.ts';
import { unreadyHosts } from './policy-effect.ts';
import type { PolicyFacts } from './step-props.ts';

export interface EnablePolicyProps {
  readonly policy: IpsecPolicyRecord;
  readonly facts: Pick<PolicyFacts, 'cluster' | 'hosts' | 'streams'>;
}

export function EnablePolicy({ policy, facts }: EnablePolicyProps) {
  const change = useChangeIpsecPolicy(facts.cluster);
  const toast = useToast();
  const unready = unreadyHosts(policy, facts.hosts, facts.streams);
  const enable = () =>
    change.mutate(
      { uuid: policy.uuid, patch: { enabled: true } },
      { onSuccess: () => toast(`Policy ${policy.name} enabled.`) },
    );
  return (
    <Box
      component="section"
      aria-labelledby="enable-policy"
      sx={{ display: 'grid', gap: '12px', justifyItems: 'start', gridTemplateColumns: 'minmax(0, 1fr)' }}
    >
      <Typography id="enable-policy" component="h2" variant="h2">
        Enable the policy
      </Typography>
      {unready.length === 0 ? (
        <Typography color="textSecondary">The next packet starts a negotiation.</Typography>
      ) : (
        <Alert role="note" severity="warning" variant="outlined">
          {unready.join(' and ')} {unready.length === 1 ? 'sends' : 'send'} in clear and{' '}
          {unready.length === 1 ? 'is' : 'are'} not configured to match: enabled now, the policy drops that traffic.
        </Alert>
      )}
      <ActButton
        variant={unready.length === 0 ? 'contained' : 'outlined'}
        loading={change.isPending}
        loadingPosition="start"
        onClick={enable}
      >
        {change.isPending ? 'Enabling…' : inLab(facts.cluster, 'Enable policy')}
      </ActButton>
      {change.error === null ? null : <ErrorState title="The policy is still disabled" error={change.error} />}
    </Box>
  );
}
