/** The lab's traffic: each stream as a wire with its counters, to start and stop. */
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { useLabCommand } from '../../api/lab.tsx';
import { ActButton } from '../../components/ActButton.tsx';
import { ErrorState } from '../../components/feedback/ErrorState.tsx';
import { formatCount, formatOctets } from '../../components/text/format.ts';
import { Wire } from '../../components/wire/Wire.tsx';
import type { LabHost, LabStream } from '../../contract/lab-port.ts';
import { Section } from './Section.tsx';

const kindWords = { nfs: 'NFS', smb: 'SMB', iscsi: 'iSCSI' } as const;

export interface StreamsSectionProps {
  readonly streams: readonly LabStream[];
  readonly hosts: readonly LabHost[];
}

export function StreamsSection({ streams, hosts }: StreamsSectionProps) {
  return (
    <Section title="Traffic" lead="Storage traffic between hosts and LIFs. Its first packets start the negotiations.">
      <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0 }}>
        {streams.map((stream) => (
          <StreamItem key={stream.id} stream={stream} hostName={hosts.find(({ id }) => id === stream.hostId)?.name} />
        ))}
      </Box>
    </Section>
  );
}

function StreamItem({ stream, hostName }: { readonly stream: LabStream; readonly hostName: string | undefined }) {
  const command = useLabCommand();
  const { isRunning } = stream;
  const title = `${kindWords[stream.kind]} of ${hostName ?? stream.hostAddress} at ${stream.lifName}`;
  const turn = () => command.mutate({ type: 'setTraffic', streamId: stream.id, isRunning: !isRunning });
  return (
    <Box
      component="li"
      sx={{
        display: 'grid',
        gap: '4px 24px',
        alignItems: 'center',
        gridTemplateColumns: { xs: 'minmax(0, 1fr)', md: 'minmax(0, 360px) minmax(0, 1fr) auto' },
        py: '12px',
        borderTop: '1px solid',
        borderColor: 'divider',
      }}
    >
      <Wire
        local={{ svm: stream.svmName, lif: stream.lifName, address: stream.lifAddress, node: stream.nodeName }}
        remote={{ address: stream.hostAddress, ...(hostName !== undefined && { name: hostName }) }}
        state={stream.state}
        {...(stream.policyName !== undefined && { via: { policy: stream.policyName } })}
        {...(isRunning && { rateIn: stream.inRate, rateOut: stream.outRate })}
        size="row"
      />
      <Box sx={{ minWidth: 0 }}>
        <Typography component="h3" sx={{ fontWeight: 600 }}>
          {title}
        </Typography>
        <Typography variant="body2" color="textSecondary" sx={{ fontVariantNumeric: 'tabular-nums' }}>
          {counterWords(stream)}
        </Typography>
        {stream.reason === undefined ? null : <Typography variant="body2">{stream.reason}</Typography>}
        {command.error === null ? null : <ErrorState title="The stream is as it was" error={command.error} />}
      </Box>
      <ActButton
        variant="outlined"
        size="small"
        disabled={command.isPending}
        onClick={turn}
        aria-label={`${isRunning ? 'Stop' : 'Start'} ${title}`}
        sx={{ justifySelf: 'start' }}
      >
        {isRunning ? 'Stop' : 'Start'}
      </ActButton>
    </Box>
  );
}

function counterWords({ inOctets, outOctets, inPackets, outPackets, droppedPackets, port }: LabStream): string {
  const both = `in ${formatOctets(inOctets)}, ${formatCount(inPackets)} packets; out ${formatOctets(outOctets)}, ${formatCount(outPackets)} packets`;
  const dropped = droppedPackets === 0 ? '' : `; ${formatCount(droppedPackets)} dropped`;
  return `tcp ${port} · ${both}${dropped}`;
}
