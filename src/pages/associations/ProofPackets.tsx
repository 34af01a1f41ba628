/** The first packets of this traffic as they crossed the wire: in clear before, as ESP after. The proof that it is encrypted. */
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { StateMark } from '../../components/state/StateMark.tsx';
import { formatClock } from '../../components/text/format.ts';
import { Mono } from '../../components/text/Mono.tsx';
import type { LabProofPacket } from '../../contract/lab-port.ts';

export function ProofPackets({ proof }: { readonly proof: readonly LabProofPacket[] }) {
  if (proof.length === 0) return null;
  return (
    <section aria-label="On the wire">
      <Typography component="h3" variant="h2" sx={{ mb: '4px' }}>
        On the wire
      </Typography>
      <Typography variant="body2" color="textSecondary" sx={{ mb: '8px' }}>
        The first packets of this traffic, as anyone between the ends saw them.
        {proof.some(({ form }) => form === 'clear') ? null : ' None crossed in clear since the lab woke.'}
      </Typography>
      <Box component="ol" sx={{ listStyle: 'none', m: 0, p: 0, display: 'grid', gap: '8px' }}>
        {proof.map((packet) => (
          <Packet key={`${packet.atMs} ${packet.summary}`} packet={packet} />
        ))}
      </Box>
    </section>
  );
}

function Packet({ packet }: { readonly packet: LabProofPacket }) {
  const isClear = packet.form === 'clear';
  return (
    <Box
      component="li"
      sx={{ display: 'grid', gridTemplateColumns: '20px minmax(0, 1fr)', gap: '0 8px', alignItems: 'start' }}
    >
      <Box sx={{ pt: '2px' }}>
        <StateMark state={isClear ? 'clear' : 'encrypted'} label={isClear ? 'In clear' : 'ESP'} />
      </Box>
      <Box sx={{ minWidth: 0 }}>
        <Box sx={{ fontSize: 13, fontVariantNumeric: 'tabular-nums' }}>
          {formatClock(packet.atMs)} {packet.isFromHost ? 'from the host' : 'from the cluster'}
        </Box>
        <Box sx={{ fontSize: 13 }}>{packet.summary}</Box>
        <Box
          sx={{
            fontSize: 12,
            lineHeight: '18px',
            color: 'text.secondary',
            overflowWrap: 'anywhere',
            maxHeight: 54,
            overflow: 'hidden',
          }}
        >
          <Mono>{packet.hex.match(/.{1,8}/g)?.join(' ') ?? ''}</Mono>
        </Box>
      </Box>
    </Box>
  );
}
