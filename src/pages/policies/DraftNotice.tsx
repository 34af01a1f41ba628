/** Says that the form was filled from a draft of this tab, and offers to begin anew. */
import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';
import { formatClock } from '../../components/text/format.ts';

export interface DraftNoticeProps {
  readonly savedAtMs: number;
  readonly onDiscard: () => void;
}

export function DraftNotice({ savedAtMs, onDiscard }: DraftNoticeProps) {
  return (
    <Alert
      role="note"
      severity="info"
      variant="outlined"
      action={
        <Button size="small" color="inherit" onClick={onDiscard}>
          Discard
        </Button>
      }
    >
      Draft from {formatClock(savedAtMs)}. Its key was not kept.
    </Alert>
  );
}
