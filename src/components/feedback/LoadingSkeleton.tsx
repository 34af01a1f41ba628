/**
 * The page's true layout in grey, with its name, so that nothing moves when the data come. Shown after 200 ms: what loads faster shows
 * nothing in between.
 */
import Box from '@mui/material/Box';
import Skeleton from '@mui/material/Skeleton';
import Typography from '@mui/material/Typography';
import type { ReactNode } from 'react';
import { wizardColumns } from '../geometry.ts';
import { PageHeaderFrame } from '../PageHeaderFrame.tsx';
import { Line, skeletonBodies } from './skeleton-bodies.tsx';

export type SkeletonLayout = keyof typeof skeletonBodies | 'wizard';

export interface LoadingSkeletonProps {
  /** The page's name, where it is known already. */
  readonly title: string | undefined;
  readonly layout: SkeletonLayout;
}

export function LoadingSkeleton({ title, layout }: LoadingSkeletonProps) {
  return (
    <Box aria-busy="true" data-skeleton={layout} sx={appearing}>
      <span className="visually-hidden" role="status">
        {title === undefined ? 'Loading' : `Loading ${title}`}
      </span>
      {layout === 'wizard' ? <WizardSkeleton title={title} /> : <PageSkeleton title={title} layout={layout} />}
    </Box>
  );
}

interface PageSkeletonProps {
  readonly title: string | undefined;
  readonly layout: keyof typeof skeletonBodies;
}

function PageSkeleton({ title, layout }: PageSkeletonProps) {
  const Body = skeletonBodies[layout];
  return (
    <>
      <PageHeaderFrame
        name={<Name title={title} />}
        answer={<Line width="min(420px, 80%)" textHeight={layout === 'overview' ? 36 : 28} />}
        {...(layout === 'table' && {
          detail: <Line width={96} textHeight={20} />,
          actions: <Skeleton variant="rounded" width={108} height={36} />,
        })}
      />
      <Body />
    </>
  );
}

/** Steps, fields, preview, as the wizard lays them (components/wizard). */
function WizardSkeleton({ title }: { readonly title: string | undefined }) {
  return (
    <Box sx={wizardColumns}>
      <Box sx={steps}>
        {[0, 1, 2, 3, 4].map((step) => (
          <Line key={step} width={104} textHeight={32} />
        ))}
      </Box>
      <div>
        <Name title={title} />
        <Box sx={{ mb: '24px' }}>
          <Line width="min(240px, 60%)" textHeight={28} />
        </Box>
        <Line width={56} textHeight={20} />
        <Box sx={{ mt: '4px', display: 'grid', gap: '12px', gridTemplateColumns: { sm: '1fr 1fr' } }}>
          {[0, 1, 2, 3].map((card) => (
            <Skeleton key={card} variant="rounded" height={96} />
          ))}
        </Box>
      </div>
      <Skeleton variant="rounded" height={40} />
    </Box>
  );
}

function Name({ title }: { readonly title: string | undefined }): ReactNode {
  return title === undefined ? (
    <Line width={96} textHeight={20} />
  ) : (
    <Typography variant="pageName" component="h1">
      {title}
    </Typography>
  );
}

const appearing = {
  animation: 'ow-appear 0s 200ms both',
  '@keyframes ow-appear': { from: { visibility: 'hidden' }, to: { visibility: 'visible' } },
} as const;

const steps = {
  display: 'flex',
  flexWrap: 'wrap',
  flexDirection: { xs: 'row', md: 'column' },
  gap: { xs: '4px 16px', md: '4px' },
} as const;
