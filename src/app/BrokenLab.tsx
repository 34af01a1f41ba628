/**
 * The lab's stored state cannot be read: what is broken, a way to take it along, and a way to start afresh. Nothing is thrown away
 * before the user says so.
 */
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { ConfirmDialog } from '../components/feedback/ConfirmDialog.tsx';
import { Mono } from '../components/text/Mono.tsx';
import type { LabHealth, LabPort } from '../contract/lab-port.ts';
import { BarePage } from './BarePage.tsx';

export interface BrokenLabProps {
  readonly port: LabPort;
  readonly health: Extract<LabHealth, { ok: false }>;
}

export function BrokenLab({ port, health }: BrokenLabProps) {
  const [isAsking, setAsking] = useState(false);
  const [isPending, setPending] = useState(false);
  const [error, setError] = useState<unknown>();
  const startAfresh = async () => {
    setPending(true);
    try {
      const answer = await port.do({ type: 'reset' });
      if (!answer.ok) {
        throw new Error(answer.message);
      }
      location.reload();
    } catch (fault) {
      setError(fault);
      setPending(false);
    }
  };
  return (
    <BarePage title="The lab's stored state cannot be read">
      <Typography>
        <Mono>{health.what}</Mono>
      </Typography>
      <Typography sx={{ mt: '12px' }}>
        The lab keeps its policies and settings in this browser. They are untouched: export them first if they matter,
        then start afresh with the lab as it was on its first day. Keys are sealed in the export and stay unreadable.
      </Typography>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: '8px', mt: '24px' }}>
        <Button variant="contained" onClick={() => download(health.exported)}>
          Export (lab)
        </Button>
        <Button variant="outlined" color="error" onClick={() => setAsking(true)}>
          Start afresh (lab)
        </Button>
      </Box>
      <ConfirmDialog
        isOpen={isAsking}
        title="Start the lab afresh?"
        act="Start afresh (lab)"
        acting="Starting afresh…"
        keep="Keep"
        isPending={isPending}
        error={error}
        onAct={startAfresh}
        onClose={() => setAsking(false)}
      >
        All that is stored goes: policies, keys, host configurations and settings of the lab. Every tab of it starts
        again with two hosts and IPsec off.
      </ConfirmDialog>
    </BarePage>
  );
}

function download(text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = 'overwire-lab.json';
  link.click();
  URL.revokeObjectURL(url);
}
