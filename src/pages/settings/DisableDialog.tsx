/** Turning IPsec off cuts traffic, so the cluster's name is typed, below what it cuts and for whom. */
import Box from '@mui/material/Box';
import { inLab } from '../../api/cluster-ref.ts';
import { useChangeIpsec } from '../../api/ipsec.ts';
import { useCluster } from '../../api/use-cluster.ts';
import { ConfirmDialog } from '../../components/feedback/ConfirmDialog.tsx';
import { useToast } from '../../components/feedback/toast.tsx';
import { plural } from '../../components/text/format.ts';
import type { DisableEffect } from './disable-effect.ts';

export interface DisableDialogProps {
  readonly effect: DisableEffect;
  readonly onClose: () => void;
}

export function DisableDialog({ effect, onClose }: DisableDialogProps) {
  const cluster = useCluster();
  const change = useChangeIpsec(cluster);
  const toast = useToast();
  const disable = () =>
    change.mutate(
      { enabled: false },
      {
        onSuccess: () => {
          toast('IPsec disabled.');
          onClose();
        },
      },
    );
  const { saCount, cutHosts, stoppedHosts, clearHosts } = effect;
  return (
    <ConfirmDialog
      isOpen
      title={
        saCount === 0
          ? `Disable IPsec on ${cluster.id}?`
          : `Disable IPsec on ${cluster.id} and cut ${plural(saCount, 'SA')} of ${plural(cutHosts.length, 'host')}?`
      }
      act={inLab(cluster, 'Disable IPsec')}
      acting="Disabling…"
      keep="Keep IPsec on"
      isPending={change.isPending}
      error={change.error}
      typedName={cluster.id}
      onAct={disable}
      onClose={onClose}
    >
      <Box component="ul" sx={{ m: 0, pl: '20px', '& li + li': { mt: '4px' } }}>
        {cutHosts.map(({ name, ipsecSaCount, policyNames }) => (
          <li key={name}>
            {name}: {plural(ipsecSaCount, 'IPsec SA')} of {policyNames.join(', ')} cut
          </li>
        ))}
        {stoppedHosts.length === 0 ? null : (
          <li>
            {stoppedHosts.join(', ')}: traffic that it protects stops, since it goes on protecting by its own
            configuration. Remove that too for traffic in clear.
          </li>
        )}
        {clearHosts.length === 0 ? null : <li>{clearHosts.join(', ')}: everything passes in clear.</li>}
        <li>Policies and their keys are kept; enabling negotiates all SAs anew.</li>
      </Box>
    </ConfirmDialog>
  );
}
