/**
 * One host of the lab, configured to match a policy in one step. The key comes from the form that has just made the policy, or, on
 * later visits, is entered again, since nobody can read it back.
 */
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { useId } from 'react';
import type { ClusterRef } from '../../api/cluster-ref.ts';
import { useLabCommand } from '../../api/lab.tsx';
import { ErrorState } from '../../components/feedback/ErrorState.tsx';
import { useToast } from '../../components/feedback/toast.tsx';
import { StateChip } from '../../components/state/StateChip.tsx';
import { CodeBlock } from '../../components/text/CodeBlock.tsx';
import type { IpsecPolicyRecord } from '../../contract/ipsec-policies.ts';
import type { LabHost } from '../../contract/lab-port.ts';
import { matchOfRecord, swanctlOf } from './other-end.ts';

export interface ConfigureHostProps {
  readonly host: LabHost;
  readonly policy: IpsecPolicyRecord;
  readonly typedKey: string;
  readonly cluster: ClusterRef;
}

export function ConfigureHost({ host, policy, typedKey }: ConfigureHostProps) {
  const command = useLabCommand();
  const toast = useToast();
  const id = useId();
  const isConfigured = host.configuration?.policyName === policy.name;
  const preview = swanctlOf(matchOfRecord(policy), host);
  const configure = () =>
    command.mutate(
      {
        type: 'configureHost',
        hostId: host.id,
        policyName: policy.name,
        svmName: policy.svm?.name ?? '',
        key: typedKey,
      },
      { onSuccess: () => toast(`${host.name} configured.`) },
    );
  return (
    <Box component="section" aria-labelledby={id} sx={{ display: 'grid', gap: '12px', justifyItems: 'start' }}>
      <Typography id={id} component="h2" variant="h2">
        {isConfigured ? `${host.name} matches this policy` : `Configure ${host.name} to match`}
      </Typography>
      {isConfigured ? (
        <StateChip state="encrypted">Configured</StateChip>
      ) : (
        <>
          <Typography color="textSecondary" sx={{ maxWidth: '64ch' }}>
            Loads the file below into {host.name} with the key that you have just {typedKey === '' ? 'set' : 'entered'}.
          </Typography>
          <Button variant="contained" loading={command.isPending} loadingPosition="start" onClick={configure}>
            {command.isPending ? 'Configuring…' : `Configure ${host.name} to match`}
          </Button>
        </>
      )}
      {command.error === null ? null : <ErrorState title={`${host.name} is as it was`} error={command.error} />}
      {isConfigured && host.configuration !== undefined ? (
        <FileOf name={host.name} text={host.configuration.swanctl} />
      ) : preview.ok ? (
        <FileOf name={host.name} text={preview.value} />
      ) : (
        <Typography color="textSecondary">{preview.error}</Typography>
      )}
    </Box>
  );
}

const FileOf = ({ name, text }: { readonly name: string; readonly text: string }) => (
  <Box sx={{ width: '100%' }}>
    <CodeBlock name={`swanctl.conf of ${name}`} text={text} maxHeight={280} />
  </Box>
);
