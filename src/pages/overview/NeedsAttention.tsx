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

const steps: Readonly<Record<NextStep, { label: string; path: (cluster: string) => string }>> = {
  enableIpsec: { label: 'Enable IPsec', path: paths.settingsEnable },
  createPolicy: { label: 'Create policy', path: paths.policyNew },
  controls: { label: 'Configure the host', path: paths.controls },
  associations: { label: 'Show', path: paths.associations },
};

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
              <Button component={RouterLink} to={steps[item.next].path(clusterId)} variant="outlined" size="small">
                {steps[item.next].label}
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
