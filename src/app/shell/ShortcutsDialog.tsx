/** What each key does here: on this page, in a table, everywhere. */
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import Typography from '@mui/material/Typography';
import { type ReactNode, useId } from 'react';
import { offeredKeys } from '../../components/keys/key-registry.ts';
import { useSingleKeys } from '../../components/preferences.ts';

export interface ShortcutsDialogProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

type Shortcut = readonly [keys: string, does: string];

const inTables: readonly Shortcut[] = [
  ['↑ ↓ or j k', 'Row'],
  ['← →', 'Cell; fold or unfold on the first'],
  ['Home End', 'First or last cell; with Ctrl, row'],
  ['PageUp PageDown', 'A screenful of rows'],
  ['Enter', 'Open the row'],
  ['c', 'Copy the cell in full'],
];

const always: readonly Shortcut[] = [
  ['F6', 'Next part of the window; with Shift, the one before'],
  ['Ctrl+Enter', 'Next, or the act, of a form'],
  ['Esc', 'Close the drawer or the dialog'],
];

export function ShortcutsDialog({ isOpen, onClose }: ShortcutsDialogProps) {
  const titleId = useId();
  return (
    <Dialog open={isOpen} onClose={onClose} aria-labelledby={titleId} maxWidth="md" fullWidth>
      <DialogTitle id={titleId}>Keyboard shortcuts</DialogTitle>
      <DialogContent>
        <Shortcuts />
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose} autoFocus>
          Close
        </Button>
      </DialogActions>
    </Dialog>
  );
}

function Shortcuts() {
  const hasSingleKeys = useSingleKeys();
  const offered = offeredKeys().map(({ keys, does }): Shortcut => [keys, does]);
  return (
    <>
      <Box sx={columns}>
        <Group title="Here">{offered}</Group>
        <Group title="In a table">{inTables}</Group>
        <Group title="Always">{always}</Group>
      </Box>
      <Typography variant="body2" color="textSecondary" sx={{ mt: '16px' }}>
        {hasSingleKeys
          ? 'Single keys act outside of fields. Display, at the top right, switches them off.'
          : 'Single keys are switched off. Display, at the top right, switches them on.'}
      </Typography>
    </>
  );
}

function Group({ title, children }: { readonly title: string; readonly children: readonly Shortcut[] }): ReactNode {
  const id = useId();
  return (
    <section aria-labelledby={id}>
      <Typography id={id} component="h3" variant="body2" sx={{ fontWeight: 600, mb: '8px' }}>
        {title}
      </Typography>
      <Box component="dl" sx={list}>
        {children.map(([keys, does]) => (
          <Box key={keys} sx={{ display: 'contents' }}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{does}</dd>
          </Box>
        ))}
      </Box>
    </section>
  );
}

const columns = {
  display: 'grid',
  gap: '24px 32px',
  gridTemplateColumns: { xs: 'minmax(0, 1fr)', sm: 'repeat(auto-fit, minmax(240px, 1fr))' },
} as const;

const list = {
  m: 0,
  display: 'grid',
  gridTemplateColumns: 'minmax(56px, max-content) minmax(0, 1fr)',
  gap: '8px 16px',
  alignItems: 'baseline',
  '& dd': { m: 0 },
  '& kbd': {
    fontFamily: 'var(--ow-mono)',
    fontSize: '0.75rem',
    px: '6px',
    py: '2px',
    border: '1px solid',
    borderColor: 'control',
    borderRadius: '4px',
    whiteSpace: 'nowrap',
  },
} as const;
