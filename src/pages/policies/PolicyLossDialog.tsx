/**
 * Before a policy is deleted or disabled: which SAs and hosts that cuts, and what becomes of the traffic. With SAs the name is
 * typed, since traffic is cut; a deleted policy's key is lost for good either way.
 */
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { type ClusterRef, inLab } from '../../api/cluster-ref.ts';
import { useChangeIpsecPolicy, useDeleteIpsecPolicy } from '../../api/ipsec-policies.ts';
import { ConfirmDialog } from '../../components/feedback/ConfirmDialog.tsx';
import { useToast } from '../../components/feedback/toast.tsx';
import type { IpsecPolicyRecord } from '../../contract/ipsec-policies.ts';
import { lossSentences } from './loss-sentences.ts';
import type { Loss } from './policy-effect.ts';

export interface PolicyLossDialogProps {
  readonly cluster: ClusterRef;
  readonly policy: IpsecPolicyRecord;
  readonly act: 'delete' | 'disable';
  readonly loss: Loss;
  readonly isIpsecOn: boolean;
  readonly onClose: () => void;
  /** After the cluster has done it. */
  readonly onDone: () => void;
}

const words = {
  delete: { verb: 'Delete', acting: 'Deleting…', done: 'deleted' },
  disable: { verb: 'Disable', acting: 'Disabling…', done: 'disabled' },
} as const;

export function PolicyLossDialog({ cluster, policy, act, loss, isIpsecOn, onClose, onDone }: PolicyLossDialogProps) {
  const remove = useDeleteIpsecPolicy(cluster);
  const change = useChangeIpsecPolicy(cluster);
  const toast = useToast();
  const { verb, acting, done } = words[act];
  const onSuccess = () => {
    toast(`Policy ${policy.name} ${done}.`);
    onDone();
  };
  const run = () =>
    act === 'delete'
      ? remove.mutate(policy, { onSuccess })
      : change.mutate({ uuid: policy.uuid, patch: { enabled: false } }, { onSuccess });
  return (
    <ConfirmDialog
      isOpen
      title={`${verb} policy ${policy.name}?`}
      act={inLab(cluster, `${verb} policy`)}
      keep="Keep"
      acting={acting}
      isPending={remove.isPending || change.isPending}
      error={remove.error ?? change.error ?? undefined}
      {...(act === 'delete' && loss.ipsecSaCount > 0 && { typedName: policy.name })}
      onAct={run}
      onClose={onClose}
    >
      <Box component="ul" sx={{ m: 0, pl: '20px', display: 'grid', gap: '8px' }}>
        {lossSentences({ policy, act, loss, isIpsecOn, isLab: cluster.kind === 'lab' }).map((sentence) => (
          <Typography component="li" key={sentence}>
            {sentence}
          </Typography>
        ))}
      </Box>
    </ConfirmDialog>
  );
}
