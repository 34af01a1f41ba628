/**
 * One host of the lab, configured to match a policy in one step; a policy that still waits is enabled with it. The key comes from
 * the form that has just made the policy; later it is entered again, since nobody can read it back.
 */
import CheckCircleOutlined from '@mui/icons-material/CheckCircleOutlined';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { useId, useState } from 'react';
import { type Resolver, useForm } from 'react-hook-form';
import { type ClusterRef, inLab } from '../../api/cluster-ref.ts';
import { useChangeIpsecPolicy } from '../../api/ipsec-policies.ts';
import { useLabCommand } from '../../api/lab.tsx';
import { ActButton } from '../../components/ActButton.tsx';
import { ErrorState } from '../../components/feedback/ErrorState.tsx';
import { useToast } from '../../components/feedback/toast.tsx';
import { SecretInput } from '../../components/form/SecretInput.tsx';
import { CodeBlock } from '../../components/text/CodeBlock.tsx';
import type { IpsecPolicyRecord } from '../../contract/ipsec-policies.ts';
import type { LabHost } from '../../contract/lab-port.ts';
import { matchOfRecord, swanctlOf } from './other-end.ts';
import { keyFault } from './pre-shared-key.ts';

export interface ConfigureHostProps {
  readonly host: LabHost;
  readonly policy: IpsecPolicyRecord;
  /** Empty: it is asked for. */
  readonly typedKey: string;
  readonly cluster: ClusterRef;
  readonly isIpsecOn: boolean;
  /** No other host waits: the policy, if it is disabled, is enabled in the same step. */
  readonly isLast: boolean;
  /** Where it stands in the page's outline. */
  readonly heading: 'h2' | 'h3';
}

export function ConfigureHost({ host, policy, heading, ...props }: ConfigureHostProps) {
  const id = useId();
  const { configuration } = host;
  const isConfigured = configuration?.policyName === policy.name;
  const [isAsked, setAsked] = useState(false);
  const file = isConfigured
    ? { ok: true as const, value: configuration.swanctl }
    : swanctlOf(matchOfRecord(policy), host);
  return (
    <Box
      component="section"
      aria-labelledby={id}
      sx={{ display: 'grid', gap: '12px', justifyItems: 'start', gridTemplateColumns: 'minmax(0, 1fr)' }}
    >
      <Box sx={{ display: 'flex', alignItems: 'center', gap: '8px' }}>
        {isConfigured ? (
          <CheckCircleOutlined aria-hidden="true" sx={{ fontSize: 20, color: 'state.encrypted' }} />
        ) : null}
        <Typography id={id} component={heading} variant="h2">
          {isConfigured ? `${host.name} has its half` : `Configure ${host.name} to match`}
        </Typography>
      </Box>
      {isConfigured && !isAsked ? (
        <Button size="small" variant="outlined" onClick={() => setAsked(true)}>
          Enter the key again
        </Button>
      ) : (
        <ConfigureForm
          host={host}
          policy={policy}
          {...props}
          {...(isConfigured && { typedKey: '' })}
          onConfigured={() => setAsked(false)}
        />
      )}
      <Box sx={{ width: '100%' }}>
        {file.ok ? (
          <CodeBlock name={`swanctl.conf of ${host.name}`} text={file.value} maxHeight={280} />
        ) : (
          <Typography color="textSecondary">{file.error}</Typography>
        )}
      </Box>
    </Box>
  );
}

interface KeyForm {
  readonly key: string;
}

const keyResolver: Resolver<KeyForm> = (values) => {
  const message = values.key === '' ? 'Enter the key of the policy.' : keyFault(values.key);
  return message === undefined ? { values, errors: {} } : { values: {}, errors: { key: { type: 'fault', message } } };
};

interface ConfigureFormProps extends Omit<ConfigureHostProps, 'heading'> {
  readonly onConfigured: () => void;
}

function ConfigureForm({ host, policy, typedKey, cluster, isIpsecOn, isLast, onConfigured }: ConfigureFormProps) {
  const command = useLabCommand();
  const change = useChangeIpsecPolicy(cluster);
  const toast = useToast();
  const form = useForm<KeyForm>({ defaultValues: { key: typedKey }, resolver: keyResolver });
  const enablesToo = isLast && !policy.enabled;
  const isPending = command.isPending || change.isPending;
  const configure = form.handleSubmit(async ({ key }) => {
    const target = { hostId: host.id, policyName: policy.name, svmName: policy.svm?.name ?? '' };
    try {
      await command.mutateAsync({ type: 'configureHost', ...target, key });
      if (enablesToo) await change.mutateAsync({ uuid: policy.uuid, patch: { enabled: true } });
      onConfigured();
      toast(enablesToo ? `${host.name} configured, policy ${policy.name} enabled.` : `${host.name} configured.`);
    } catch {
      // Shown below by the mutation that failed.
    }
  });
  return (
    <Box
      component="form"
      noValidate
      onSubmit={configure}
      sx={{ display: 'grid', gap: '12px', justifyItems: 'start', gridTemplateColumns: 'minmax(0, 1fr)' }}
    >
      {isIpsecOn ? null : (
        <Alert role="note" severity="warning" variant="outlined">
          Turn IPsec on first: configured now, {host.name} protects and the cluster does not, so this traffic stops.
        </Alert>
      )}
      <Typography color="textSecondary" sx={{ maxWidth: '64ch' }}>
        Loads the file below into {host.name}
        {enablesToo ? ', then enables the policy: the next packet starts a negotiation.' : '.'}
      </Typography>
      {typedKey === '' ? (
        <SecretInput
          control={form.control}
          name="key"
          label="Key of the policy"
          helper="As it was stored; the cluster does not give it back."
        />
      ) : null}
      <ActButton
        type="submit"
        variant={isIpsecOn ? 'contained' : 'outlined'}
        loading={isPending}
        loadingPosition="start"
      >
        {isPending
          ? 'Configuring…'
          : inLab(cluster, `Configure ${host.name}${enablesToo ? ' and enable policy' : ' to match'}`)}
      </ActButton>
      {command.error === null ? null : <ErrorState title={`${host.name} is as it was`} error={command.error} />}
      {change.error === null ? null : <ErrorState title="The policy is still disabled" error={change.error} />}
    </Box>
  );
}
