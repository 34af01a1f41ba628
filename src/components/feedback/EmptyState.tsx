/** What a page shows when there is nothing yet: the wire in the fitting state, one sentence why, one next step. */
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import type { ReactNode } from 'react';
import { Wire } from '../wire/Wire.tsx';
import type { WireProps } from '../wire/wire-props.ts';

export interface EmptyStateProps {
  readonly wire: Pick<WireProps, 'local' | 'remote' | 'state' | 'reason'>;
  /** `No SA yet: they appear with the first packet.` */
  readonly title: string;
  readonly children?: ReactNode;
  /** One `contained` button. */
  readonly action?: ReactNode;
  /** A link to what explains it. */
  readonly learn?: ReactNode;
}

export function EmptyState({ wire, title, children, action, learn }: EmptyStateProps) {
  return (
    <Box
      sx={{
        display: 'flex',
        flexDirection: 'column',
        alignItems: 'center',
        gap: '16px',
        py: '48px',
        px: '16px',
        textAlign: 'center',
      }}
    >
      <Wire {...wire} size="card" />
      <Typography component="h2" variant="h2">
        {title}
      </Typography>
      {children === undefined ? null : (
        <Typography color="textSecondary" component="div" sx={{ maxWidth: '56ch' }}>
          {children}
        </Typography>
      )}
      <Box sx={{ display: 'flex', flexWrap: 'wrap', justifyContent: 'center', alignItems: 'center', gap: '8px 16px' }}>
        {action}
        {learn}
      </Box>
    </Box>
  );
}
