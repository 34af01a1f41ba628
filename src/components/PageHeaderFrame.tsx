/** How the head of a page is laid, of a loaded one and of one that is yet to come. */
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import type { ReactNode } from 'react';

export interface PageHeaderFrameProps {
  readonly name: ReactNode;
  readonly answer?: ReactNode;
  /** A line under the answer. */
  readonly detail?: ReactNode;
  readonly actions?: ReactNode;
}

export function PageHeaderFrame({ name, answer, detail, actions }: PageHeaderFrameProps) {
  return (
    <Box component="header" sx={head}>
      <Box sx={{ flex: '1 1 320px', minWidth: 0 }}>
        {name}
        {answer}
        {detail === undefined ? null : (
          <Typography component="div" variant="body2" color="textSecondary" sx={{ mt: '4px' }}>
            {detail}
          </Typography>
        )}
      </Box>
      {actions === undefined ? null : <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: '8px' }}>{actions}</Box>}
    </Box>
  );
}

const head = { display: 'flex', flexWrap: 'wrap', alignItems: 'flex-end', gap: '12px 24px', mb: '24px' } as const;
