/** The last stop: the console itself failed. Never a white page; reloading loses nothing, since the lab keeps what it confirmed. */
import Button from '@mui/material/Button';
import { useRouteError } from 'react-router';
import { ErrorState } from '../components/feedback/ErrorState.tsx';
import { BarePage } from './BarePage.tsx';

export function WindowFault() {
  return (
    <BarePage title="The console has failed">
      <ErrorState title="A fault of the console stopped this page" error={useRouteError()}>
        <Button variant="contained" onClick={() => location.reload()}>
          Reload
        </Button>
      </ErrorState>
    </BarePage>
  );
}
