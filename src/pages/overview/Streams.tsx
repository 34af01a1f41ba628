/** The traffic between hosts and LIFs, a wire for each stream that runs, with its first packets as proof. */
import Box from '@mui/material/Box';
import Link from '@mui/material/Link';
import Typography from '@mui/material/Typography';
import { Link as RouterLink } from 'react-router';
import { paths } from '../../components/paths.ts';
import { formatCount, plural } from '../../components/text/format.ts';
import { Wire } from '../../components/wire/Wire.tsx';
import type { LabSnapshot, LabStream, TrafficKind } from '../../contract/lab-port.ts';
import { PacketProof } from './PacketProof.tsx';
import { wireOfStream } from './stream-wire.ts';

export interface StreamsProps {
  readonly lab: LabSnapshot;
  readonly clusterId: string;
}

export function Streams({ lab, clusterId }: StreamsProps) {
  const running = lab.streams.filter(({ isRunning }) => isRunning);
  const stoppedCount = lab.streams.length - running.length;
  return (
    <section aria-labelledby="traffic">
      <Typography id="traffic" component="h2" variant="h2" sx={{ mb: '8px' }}>
        Traffic
      </Typography>
      {running.map((stream) => (
        <Stream key={stream.id} stream={stream} lab={lab} />
      ))}
      {stoppedCount === 0 ? null : (
        <Typography variant="body2" color="textSecondary" sx={{ mt: '12px' }}>
          {running.length === 0 ? 'No stream runs' : `${plural(stoppedCount, 'more stream')} stopped`}.{' '}
          <Link component={RouterLink} to={paths.controls(clusterId)}>
            Start traffic in Lab controls
          </Link>
        </Typography>
      )}
    </section>
  );
}

const kindNames: Readonly<Record<TrafficKind, string>> = { nfs: 'NFS', smb: 'SMB', iscsi: 'iSCSI' };

function Stream({ stream, lab }: { readonly stream: LabStream; readonly lab: LabSnapshot }) {
  return (
    <Box sx={card}>
      <Box
        sx={{ display: 'flex', flexWrap: 'wrap', gap: '0 16px', mb: '8px', fontSize: '0.8125rem' }}
        className="figures"
      >
        <Box component="h3" sx={{ m: 0, fontSize: 'inherit', fontWeight: 600 }}>
          {kindNames[stream.kind]}, tcp {stream.port}
        </Box>
        <Box component="span" sx={{ color: 'text.secondary' }}>
          {plural(stream.inPackets, 'packet')} in, {formatCount(stream.outPackets)} out
          {stream.droppedPackets === 0 ? '' : `, ${formatCount(stream.droppedPackets)} dropped`}
        </Box>
      </Box>
      <Wire {...wireOfStream(stream, lab)} size="hero" />
      {stream.proof.length === 0 ? null : <PacketProof proof={stream.proof} />}
    </Box>
  );
}

const card = {
  p: '16px',
  '& + &': { mt: '12px' },
  border: '1px solid',
  borderColor: 'divider',
  borderRadius: '6px',
  backgroundColor: 'background.paper',
  '--ow-cut': 'var(--mui-palette-background-paper)',
} as const;
