/** The page's true layout in grey, after 200 ms: what loads faster shows nothing in between. */

import Box from '@mui/material/Box';
import Skeleton from '@mui/material/Skeleton';

export interface LoadingSkeletonProps {
  readonly layout: 'table' | 'form' | 'overview';
}

export function LoadingSkeleton({ layout }: LoadingSkeletonProps) {
  return (
    <Box
      aria-busy="true"
      sx={{
        animation: 'ow-appear 0s 200ms both',
        '@keyframes ow-appear': { from: { visibility: 'hidden' }, to: { visibility: 'visible' } },
      }}
    >
      <span className="visually-hidden" role="status">
        Loading
      </span>
      <Skeleton variant="text" width={96} height={20} />
      <Skeleton variant="text" width="min(480px, 80%)" height={32} sx={{ mb: '24px' }} />
      {bodies[layout]}
    </Box>
  );
}

const lines = (count: number, height: number) =>
  Array.from({ length: count }, (_, line) => line).map((line) => (
    <Skeleton key={line} variant="rectangular" height={height} sx={{ mb: '1px', borderRadius: '2px' }} />
  ));

const bodies = {
  table: lines(8, 40),
  form: (
    <Box sx={{ maxWidth: 560, display: 'grid', gap: '24px' }}>
      {Array.from({ length: 4 }, (_, field) => field).map((field) => (
        <Box key={field}>
          <Skeleton variant="text" width={120} height={20} />
          <Skeleton variant="rounded" height={36} />
        </Box>
      ))}
    </Box>
  ),
  overview: (
    <>
      <Skeleton variant="rounded" height={24} sx={{ mb: '24px' }} />
      <Box sx={{ display: 'grid', gap: '24px', gridTemplateColumns: { xs: '1fr', md: '2fr 1fr' } }}>
        <Skeleton variant="rounded" height={240} />
        <Skeleton variant="rounded" height={240} />
      </Box>
    </>
  ),
};
