/** What is weak in how the host of an SA proved itself, though the cluster believed it; a real cluster says nothing of it. */
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import type { LabIkeSa } from '../../contract/lab-port.ts';

export function PeerCaution({ sa }: { readonly sa: Pick<LabIkeSa, 'caution'> | undefined }) {
  const caution = sa?.caution;
  if (caution === undefined) return null;
  return (
    <Alert role="note" severity="warning" variant="outlined">
      Weak proof of identity ({caution.rfcSection}). {caution.sentence}
      <Box sx={{ fontWeight: 600, mt: '4px' }}>{caution.remedy}</Box>
    </Alert>
  );
}
