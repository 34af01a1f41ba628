/** A page without the shell, for what comes before the console or instead of it. */
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import type { ReactNode } from 'react';

export interface BarePageProps {
  readonly title: string;
  readonly children: ReactNode;
}

export function BarePage({ title, children }: BarePageProps) {
  return (
    <Box component="main" sx={{ maxWidth: 800, mx: 'auto', px: '24px', py: '48px' }}>
      <title>{`${title} · Overwire`}</title>
      <Typography component="p" variant="pageName">
        Overwire
      </Typography>
      <Typography component="h1" variant="answer" sx={{ mb: '16px' }}>
        {title}
      </Typography>
      {children}
    </Box>
  );
}
