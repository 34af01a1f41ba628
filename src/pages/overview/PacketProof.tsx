/** The first packets of a stream as they crossed the wire, before and after: readable in clear, then ESP. */
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { formatClock } from '../../components/text/format.ts';
import type { LabProofPacket } from '../../contract/lab-port.ts';
import { hexRows } from './hex-dump.ts';

export function PacketProof({ proof }: { readonly proof: readonly LabProofPacket[] }) {
  return (
    <Box component="details" sx={{ mt: '8px', '& > summary': summary }}>
      <summary>First packets on the wire</summary>
      <Box sx={columns}>
        <PacketColumn title="In clear" packets={proof.filter(({ form }) => form === 'clear')} />
        <PacketColumn title="As ESP" packets={proof.filter(({ form }) => form === 'esp')} />
      </Box>
    </Box>
  );
}

interface PacketColumnProps {
  readonly title: string;
  readonly packets: readonly LabProofPacket[];
}

function PacketColumn({ title, packets }: PacketColumnProps) {
  return (
    <Box sx={{ minWidth: 0 }}>
      <Typography component="h4" variant="body2" sx={{ fontWeight: 600 }}>
        {title}
      </Typography>
      {packets.length === 0 ? (
        <Typography variant="body2" color="textSecondary">
          None seen
        </Typography>
      ) : (
        packets.map((packet) => <Packet key={`${packet.atMs}-${packet.summary}`} packet={packet} />)
      )}
    </Box>
  );
}

function Packet({ packet }: { readonly packet: LabProofPacket }) {
  return (
    <Box sx={{ mt: '8px' }}>
      <Typography variant="body2">
        {formatClock(packet.atMs)} {packet.isFromHost ? 'from the host' : 'from the cluster'} · {packet.summary}
      </Typography>
      <Box component="pre" tabIndex={0} role="region" aria-label={`Octets of ${packet.summary}`} sx={octets}>
        {hexRows(packet.hex)
          .map(({ offset, hex, text }) => `${offset}  ${hex.padEnd(48)}  ${text}`)
          .join('\n')}
      </Box>
    </Box>
  );
}

const summary = {
  cursor: 'pointer',
  width: 'fit-content',
  minHeight: 24,
  fontSize: '0.8125rem',
  color: 'primary.main',
} as const;

const columns = {
  display: 'grid',
  gap: '16px 24px',
  mt: '8px',
  gridTemplateColumns: 'repeat(auto-fit, minmax(min(480px, 100%), 1fr))',
} as const;

const octets = {
  m: 0,
  mt: '4px',
  p: '8px 12px',
  overflow: 'auto',
  fontFamily: 'var(--ow-mono)',
  fontSize: '0.75rem',
  lineHeight: '16px',
  backgroundColor: 'background.raised',
} as const;
