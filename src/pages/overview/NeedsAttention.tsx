/** The list of what needs attention, each with its mark, its cause and one way on. */
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { Link as RouterLink } from 'react-router';
import { paths } from '../../components/paths.ts';
import { StateMark } from '../../components/state/StateMark.tsx';
import { wireStates } from '../../components/state/wire-states.ts';
import type { AttentionItem, NextStep } from './attention.ts';

export interface NeedsAttentionProps {
  readonly items: readonly AttentionItem[];
  readonly clusterId: string;
}

const labels: Readonly<Record<NextStep['do'], string>> = {
  enableIpsec: 'Enable IPsec',
  createPolicy: 'Create policy',
  controls: 'Configure the host',
  associations: 'Show',
};

function pathOf(next: NextStep, cluster: string): string {
  switch (next.do) {
    case 'enableIpsec':
      return paths.settingsEnable(cluster);
    case 'createPolicy': {
      const { kind, hostAddress, lifName } = next.stream;
      return paths.policyNewFor(cluster, { intent: kind, remote: hostAddress, lif: lifName });
    }
    case 'controls':
      return paths.controls(cluster);
    case 'associations':
      return paths.associations(cluster);
  }
}

export function NeedsAttention({ items, clusterId }: NeedsAttentionProps) {
  return (
    <section aria-labelledby="attention">
      <Typography id="attention" component="h2" variant="h2" sx={{ mb: '8px' }}>
        Needs attention{items.length === 0 ? '' : ` (${items.length})`}
      </Typography>
      {items.length === 0 ? (
        <Typography color="textSecondary">Nothing does.</Typography>
      ) : (
        <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0 }}>
          {items.map((item) => (
            <Box component="li" key={item.id} sx={row}>
              <Box sx={{ pt: '2px' }}>
                <StateMark state={item.state} label={wireStates[item.state].word} />
              </Box>
              <Box sx={{ flex: '1 1 200px', minWidth: 0 }}>
                <div>{item.sentence}</div>
                {item.remedy === undefined ? null : (
                  <Typography variant="body2" color="textSecondary">
                    {item.remedy}
                  </Typography>
                )}
              </Box>
              <Button component={RouterLink} to={pathOf(item.next, clusterId)} variant="outlined" size="small">
                {labels[item.next.do]}
              </Button>
            </Box>
          ))}
        </Box>
      )}
    </section>
  );
}

const row = {
  display: 'flex',
  flexWrap: 'wrap',
  alignItems: 'flex-start',
  gap: '8px 12px',
  py: '12px',
  borderTop: '1px solid',
  borderColor: 'divider',
} as const;
