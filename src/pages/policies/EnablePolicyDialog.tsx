/** Before a policy is enabled that would cut hosts off which send in clear now: who, and what to do first. */
import Typography from '@mui/material/Typography';
import { type ClusterRef, inLab } from '../../api/cluster-ref.ts';
import { useChangeIpsecPolicy } from '../../api/ipsec-policies.ts';
import { ConfirmDialog } from '../../components/feedback/ConfirmDialog.tsx';
import { useToast } from '../../components/feedback/toast.tsx';
import type { IpsecPolicyRecord } from '../../contract/ipsec-policies.ts';
import { nameSome } from './loss-sentences.ts';

export interface EnablePolicyDialogProps {
  readonly cluster: ClusterRef;
  readonly policy: IpsecPolicyRecord;
  readonly unready: readonly string[];
  readonly onClose: () => void;
}

export function EnablePolicyDialog({ cluster, policy, unready, onClose }: EnablePolicyDialogProps) {
  const change = useChangeIpsecPolicy(cluster);
  const toast = useToast();
  const enable = () =>
    change.mutate(
      { uuid: policy.uuid, patch: { enabled: true } },
      {
        onSuccess: () => {
          toast(`Policy ${policy.name} enabled.`);
          onClose();
        },
      },
    );
  return (
    <ConfirmDialog
      isOpen
      title={`Enable policy ${policy.name}?`}
      act={inLab(cluster, 'Enable policy')}
      keep="Leave it disabled"
      acting="Enabling…"
      isPending={change.isPending}
      error={change.error ?? undefined}
      onAct={enable}
      onClose={onClose}
    >
      <Typography>
        {nameSome(unready)} {unready.length === 1 ? 'sends' : 'send'} in clear and {unready.length === 1 ? 'is' : 'are'}{' '}
        not configured to match: enabled now, the policy drops that traffic. Configure the host first.
      </Typography>
    </ConfirmDialog>
  );
}
