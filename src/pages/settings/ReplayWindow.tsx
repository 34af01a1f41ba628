/** The replay window: its value, and a form of one field that changes it in place. */
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import TextField from '@mui/material/TextField';
import { type FormEvent, useState } from 'react';
import { inLab } from '../../api/cluster-ref.ts';
import { useChangeIpsec } from '../../api/ipsec.ts';
import { useCluster } from '../../api/use-cluster.ts';
import { ActButton } from '../../components/ActButton.tsx';
import { describeError } from '../../components/feedback/describe-error.ts';
import { useToast } from '../../components/feedback/toast.tsx';
import { Field } from '../../components/form/Field.tsx';
import { replayWindows } from '../../domain/cluster/limits.ts';
import { replayWords } from './preflight.ts';

export function ReplayWindow({ value }: { readonly value: number }) {
  const [isEditing, setEditing] = useState(false);
  return isEditing ? (
    <ReplayWindowForm value={value} onClose={() => setEditing(false)} />
  ) : (
    <Box sx={{ display: 'flex', alignItems: 'center', gap: '4px', my: '-4px' }}>
      <span>{replayWords(value)}</span>
      <ActButton size="small" onClick={() => setEditing(true)} aria-label="Edit replay window">
        Edit
      </ActButton>
    </Box>
  );
}

function ReplayWindowForm({ value, onClose }: { readonly value: number; readonly onClose: () => void }) {
  const cluster = useCluster();
  const change = useChangeIpsec(cluster);
  const toast = useToast();
  const [wanted, setWanted] = useState(value);
  const window = replayWindows.find((choice) => choice === wanted);
  const save = (event: FormEvent) => {
    event.preventDefault();
    if (window !== undefined) {
      change.mutate(
        { replay_window: window },
        {
          onSuccess: () => {
            toast(`Replay window set to ${replayWords(window)}.`);
            onClose();
          },
        },
      );
    }
  };
  return (
    <form onSubmit={save}>
      <Field
        label="Window"
        helper="Packets that each inbound SA remembers. SAs that exist keep theirs until they are rekeyed."
        error={change.isError ? describeError(change.error).sentence : undefined}
        width={280}
      >
        {(aria) => (
          <TextField
            select
            fullWidth
            autoFocus
            id={aria.id}
            value={wanted}
            error={aria['aria-invalid']}
            onChange={(event) => setWanted(Number(event.target.value))}
            slotProps={{ select: { native: true }, htmlInput: { 'aria-describedby': aria['aria-describedby'] } }}
          >
            {replayWindows.map((choice) => (
              <option key={choice} value={choice}>
                {replayWords(choice)}
              </option>
            ))}
          </TextField>
        )}
      </Field>
      <Box sx={{ display: 'flex', gap: '8px', mt: '12px' }}>
        <Button type="submit" variant="outlined" loading={change.isPending} loadingPosition="start">
          {change.isPending ? 'Saving…' : inLab(cluster, 'Save window')}
        </Button>
        <Button onClick={onClose} disabled={change.isPending}>
          Cancel
        </Button>
      </Box>
    </form>
  );
}
