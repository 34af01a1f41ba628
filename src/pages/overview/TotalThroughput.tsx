/** All storage traffic of the last minute, as this page saw it. */
import Typography from '@mui/material/Typography';
import { useLabHistory } from '../../api/lab.tsx';
import { rateWindowMs, totalRates } from '../../api/lab-history.ts';
import { Throughput } from '../../components/chart/Throughput.tsx';

export function TotalThroughput() {
  const history = useLabHistory();
  if (history === undefined) return null;
  return (
    <section aria-labelledby="throughput">
      <Typography id="throughput" component="h2" variant="h2" sx={{ mb: '8px' }}>
        Throughput
      </Typography>
      <Throughput points={totalRates(history)} windowMs={rateWindowMs} />
    </section>
  );
}
