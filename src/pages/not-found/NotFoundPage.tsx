/** A URL of this cluster that no page has: says so, and keeps the navigation beside it. */
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { Link as RouterLink, useLocation } from 'react-router';
import { useCluster } from '../../api/use-cluster.ts';
import { PageHeader } from '../../components/PageHeader.tsx';
import { paths } from '../../components/paths.ts';
import { Mono } from '../../components/text/Mono.tsx';

export function Component() {
  const cluster = useCluster();
  const { pathname } = useLocation();
  return (
    <>
      <PageHeader title="Not found" answer="No page has this address." />
      <Typography>
        <Mono>{pathname}</Mono>
      </Typography>
      <Button component={RouterLink} to={paths.overview(cluster.id)} variant="contained" sx={{ mt: '16px' }}>
        Open the Overview
      </Button>
    </>
  );
}
