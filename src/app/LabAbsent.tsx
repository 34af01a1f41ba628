/** The lab could not be had: another tab holds it, or its worker did not start. */
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { ErrorState } from '../components/feedback/ErrorState.tsx';
import { BarePage } from './BarePage.tsx';

export function LabOpenElsewhere() {
  return (
    <BarePage title="The lab is open in another tab">
      <Typography>
        That tab does not share it: it runs another version of the console, or this browser has no shared workers. Go on
        there, or close that tab and reload this one.
      </Typography>
      <Reload />
    </BarePage>
  );
}

export function LabFailed({ error }: { readonly error: unknown }) {
  return (
    <BarePage title="The lab did not start">
      <ErrorState title="Its worker or its service worker could not be started" error={error} />
      <Typography>
        The lab needs a secure page (https, or localhost), service workers and IndexedDB; a private window may refuse
        them.
      </Typography>
      <Reload />
    </BarePage>
  );
}

function Reload() {
  return (
    <Button variant="contained" sx={{ mt: '16px' }} onClick={() => location.reload()}>
      Reload
    </Button>
  );
}
