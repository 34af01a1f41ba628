/**
 * What this page saw between the two ends of a row: the rates of the last minute, and the chain of IPsec SAs that replaced each
 * other. ONTAP keeps no history, so it begins when the page was opened, and says so.
 */
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { useLabHistory } from '../../api/lab.tsx';
import { pairName, rateWindowMs, type SeenSa } from '../../api/lab-history.ts';
import { Throughput } from '../../components/chart/Throughput.tsx';
import { formatClock, formatOctets } from '../../components/text/format.ts';
import { Spi } from '../../components/text/Spi.tsx';
import type { IkeRow, IpsecRow } from './association-row.ts';

export function SeenHistory({ row }: { readonly row: IkeRow | IpsecRow }) {
  const history = useLabHistory();
  const pair = history?.pairs.get(pairName(row.localAddress, row.remoteAddress));
  if (history === undefined || pair === undefined) return null;
  return (
    <>
      <section aria-label="Throughput">
        <Typography component="h3" variant="h2">
          Throughput
        </Typography>
        <Throughput points={pair.rates} windowMs={rateWindowMs} />
      </section>
      <section aria-label="Lineage">
        <Typography component="h3" variant="h2">
          Lineage
        </Typography>
        <Typography variant="body2" color="textSecondary" sx={{ mb: '8px' }}>
          {totalWords(pair.sas)}, observed since {formatClock(history.sinceMs)}.
        </Typography>
        <Box component="ol" sx={chain}>
          {pair.sas.map((sa) => (
            <Link key={sa.inSpi} sa={sa} isOpen={row.kind === 'ipsec' && row.inSpi === sa.inSpi} />
          ))}
        </Box>
      </section>
    </>
  );
}

function Link({ sa, isOpen }: { readonly sa: SeenSa; readonly isOpen: boolean }) {
  const hasEnded = sa.endedAtMs !== undefined;
  return (
    <Box
      component="li"
      sx={{
        ...link,
        ...(hasEnded && { borderStyle: 'dashed' }),
        ...(isOpen && { backgroundColor: 'background.selected' }),
      }}
    >
      <Spi value={sa.inSpi} />
      <Box className="figures">
        {formatClock(sa.bornAtMs)} to {sa.endedAtMs === undefined ? 'now' : formatClock(sa.endedAtMs)}
      </Box>
      <Box className="figures" sx={{ color: 'text.secondary' }}>
        in {formatOctets(sa.inOctets)}, out {formatOctets(sa.outOctets)}
      </Box>
    </Box>
  );
}

function totalWords(sas: readonly SeenSa[]): string {
  const sum = (octetsOf: (sa: SeenSa) => number) => formatOctets(sas.reduce((total, sa) => total + octetsOf(sa), 0));
  const count = sas.length === 1 ? '1 IPsec SA' : `${sas.length} IPsec SAs, one after the other`;
  return `${count}: in ${sum(({ inOctets }) => inOctets)}, out ${sum(({ outOctets }) => outOctets)}`;
}

const chain = { listStyle: 'none', m: 0, p: 0, display: 'flex', flexWrap: 'wrap', gap: '8px' } as const;

const link = {
  p: '8px 12px',
  border: '1px solid',
  borderColor: 'control',
  borderRadius: '6px',
  fontSize: '0.8125rem',
  lineHeight: '20px',
} as const;
