/** The lab's hosts: addresses, the IPsec configuration that each has loaded, and its removal. */
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Link from '@mui/material/Link';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { Link as RouterLink } from 'react-router';
import { inLab, labCluster } from '../../api/cluster-ref.ts';
import { useLabCommand } from '../../api/lab.tsx';
import { ActButton } from '../../components/ActButton.tsx';
import { ErrorState } from '../../components/feedback/ErrorState.tsx';
import { useToast } from '../../components/feedback/toast.tsx';
import { paths } from '../../components/paths.ts';
import { CodeBlock } from '../../components/text/CodeBlock.tsx';
import { CopyButton } from '../../components/text/CopyButton.tsx';
import type { LabHost } from '../../contract/lab-port.ts';
import { Section } from './Section.tsx';

export function HostsSection({ hosts }: { readonly hosts: readonly LabHost[] }) {
  return (
    <Section title="Hosts" lead="IPsec clients of the cluster, each with strongSwan’s configuration.">
      <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0 }}>
        {hosts.map((host) => (
          <HostItem key={host.id} host={host} />
        ))}
      </Box>
    </Section>
  );
}

function HostItem({ host }: { readonly host: LabHost }) {
  const command = useLabCommand();
  const toast = useToast();
  const [isShown, setShown] = useState(false);
  const { configuration } = host;
  const clear = () =>
    command.mutate(
      { type: 'clearHost', hostId: host.id },
      { onSuccess: () => toast(`Configuration of ${host.name} removed.`) },
    );
  return (
    <Box
      component="li"
      sx={{
        display: 'grid',
        gap: '8px',
        gridTemplateColumns: 'minmax(0, 1fr)',
        py: '12px',
        borderTop: '1px solid',
        borderColor: 'divider',
      }}
    >
      <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: '4px 16px' }}>
        <Typography component="h3" sx={{ fontWeight: 600 }}>
          {host.name}
        </Typography>
        {host.addresses.map((address) => (
          <Box
            component="span"
            key={address}
            sx={{ display: 'inline-flex', alignItems: 'center', fontVariantNumeric: 'tabular-nums slashed-zero' }}
          >
            {address}
            <CopyButton value={address} what={`address ${address}`} />
          </Box>
        ))}
      </Box>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: '8px 16px' }}>
        {configuration === undefined ? (
          <Typography color="textSecondary">
            No IPsec configuration: it sends in clear.{' '}
            <Link component={RouterLink} to={`${paths.policyNew(labCluster.id)}?remote=${host.addresses[0] ?? ''}`}>
              Write a policy for it
            </Link>
          </Typography>
        ) : (
          <>
            <Typography>
              Matches policy {configuration.policyName}: protects {configuration.localSubnet} to{' '}
              {configuration.remoteSubnet}.
            </Typography>
            <Button size="small" onClick={() => setShown(!isShown)} aria-expanded={isShown}>
              {isShown ? 'Hide file' : 'Show file'}
            </Button>
            <ActButton
              size="small"
              color="error"
              variant="outlined"
              loading={command.isPending}
              loadingPosition="start"
              onClick={clear}
            >
              {command.isPending ? 'Removing…' : inLab(labCluster, 'Remove configuration')}
            </ActButton>
          </>
        )}
      </Box>
      {isShown && configuration !== undefined ? (
        <CodeBlock name={`swanctl.conf of ${host.name}`} text={configuration.swanctl} />
      ) : null}
      {command.error === null ? null : <ErrorState title={`${host.name} is as it was`} error={command.error} />}
    </Box>
  );
}
