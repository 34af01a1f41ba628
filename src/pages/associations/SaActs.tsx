/** What can be done to an SA. REST has no verb to rekey or end one: the lab can, elsewhere the client's command does. */
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import type { ReactNode } from 'react';
import { type ClusterRef, inLab } from '../../api/cluster-ref.ts';
import { useLabCommand } from '../../api/lab.tsx';
import { ActButton } from '../../components/ActButton.tsx';
import { ErrorState } from '../../components/feedback/ErrorState.tsx';
import { useToast } from '../../components/feedback/toast.tsx';
import { Mono } from '../../components/text/Mono.tsx';
import type { IkeRow, IpsecRow } from './association-row.ts';

export interface SaActsProps {
  readonly row: IkeRow | IpsecRow;
  readonly cluster: ClusterRef;
}

export function SaActs({ row, cluster }: SaActsProps) {
  if (cluster.kind === 'ontap') return <ClientCommand row={row} />;
  return row.kind === 'ike' ? <IkeActs row={row} cluster={cluster} /> : <IpsecActs row={row} cluster={cluster} />;
}

function IpsecActs({ row, cluster }: { readonly row: IpsecRow; readonly cluster: ClusterRef }) {
  const command = useLabCommand();
  const toast = useToast();
  const rekey = () =>
    command.mutate(
      { type: 'rekey', inSpi: row.inSpi },
      { onSuccess: () => toast('Rekey started: a new IPsec SA takes over.') },
    );
  return (
    <Acts error={command.error}>
      <ActButton variant="outlined" size="small" loading={command.isPending} loadingPosition="start" onClick={rekey}>
        {command.isPending ? 'Rekeying…' : inLab(cluster, 'Rekey')}
      </ActButton>
    </Acts>
  );
}

function IkeActs({ row, cluster }: { readonly row: IkeRow; readonly cluster: ClusterRef }) {
  const command = useLabCommand();
  const toast = useToast();
  const { initiatorSpi, children } = row;
  const [child] = children;
  if (initiatorSpi === undefined) return null;
  const rekey = () =>
    child &&
    command.mutate(
      { type: 'rekey', inSpi: child.inSpi },
      { onSuccess: () => toast('Rekey started: a new IPsec SA takes over.') },
    );
  const end = () =>
    command.mutate(
      { type: 'deleteIkeSa', initiatorSpi },
      { onSuccess: () => toast('IKE SA deleted. The next packet negotiates anew.') },
    );
  return (
    <Acts error={command.error}>
      {child === undefined ? null : (
        <ActButton variant="outlined" size="small" disabled={command.isPending} onClick={rekey}>
          {inLab(cluster, 'Rekey IPsec SA')}
        </ActButton>
      )}
      <ActButton variant="outlined" size="small" color="error" disabled={command.isPending} onClick={end}>
        {inLab(cluster, 'Delete')}
      </ActButton>
    </Acts>
  );
}

function Acts({ error, children }: { readonly error: Error | null; readonly children: ReactNode }) {
  return (
    <div>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: '8px' }}>{children}</Box>
      {error === null ? null : <ErrorState title="The SA is as it was" error={error} />}
    </div>
  );
}

function ClientCommand({ row }: { readonly row: IkeRow | IpsecRow }) {
  return (
    <Typography color="textSecondary">
      ONTAP’s REST has no verb to end or rekey an SA. On {row.remoteAddress}, strongSwan does it with{' '}
      <Mono>swanctl --terminate --ike {row.policyName}</Mono> or <Mono>swanctl --rekey --child {row.policyName}</Mono>.
    </Typography>
  );
}
