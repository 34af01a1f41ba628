/** Octets, keys, hashes, serials, commands and files: in the fixed face, never names. */
import Box from '@mui/material/Box';
import type { ReactNode } from 'react';

export function Mono({ children }: { readonly children: ReactNode }) {
  return (
    <Box component="code" sx={{ fontFamily: 'var(--ow-mono)', fontSize: '0.95em', overflowWrap: 'anywhere' }}>
      {children}
    </Box>
  );
}
