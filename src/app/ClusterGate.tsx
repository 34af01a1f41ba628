/**
 * The door to the pages of a cluster. A link to a cluster that this console does not know opens no other one in its place: the lab
 * must never be shown under the name of a real cluster.
 */
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { Link as RouterLink } from 'react-router';
import { labCluster } from '../api/cluster-ref.ts';
import { useCluster } from '../api/use-cluster.ts';
import { paths } from '../components/paths.ts';
import { BarePage } from './BarePage.tsx';
import { Shell } from './shell/Shell.tsx';

export function ClusterGate() {
  const cluster = useCluster();
  if (cluster.kind === 'lab') {
    return <Shell />;
  }
  return (
    <BarePage title={`There is no cluster ${cluster.id} here`}>
      <Typography>
        This console serves the embedded lab alone. A link to another cluster opens in the console that serves it.
      </Typography>
      <Button component={RouterLink} to={paths.overview(labCluster.id)} variant="contained" sx={{ mt: '16px' }}>
        Open the lab
      </Button>
    </BarePage>
  );
}
