/**
 * What stands around every page: the lab's band and frame, the header, the health strip, the navigation, a way past all of it.
 * Under 900 px the navigation is a drawer.
 */

import Box from '@mui/material/Box';
import Drawer from '@mui/material/Drawer';
import { useTheme } from '@mui/material/styles';
import useMediaQuery from '@mui/material/useMediaQuery';
import { Suspense, useEffect, useState } from 'react';
import { Outlet, ScrollRestoration, useMatches, useNavigation } from 'react-router';
import { useCluster } from '../../api/use-cluster.ts';
import { LoadingSkeleton } from '../../components/feedback/LoadingSkeleton.tsx';
import { skeletonOf } from '../route-handle.ts';
import { markFavicon } from './favicon.ts';
import { Header, headerHeight } from './Header.tsx';
import { HealthStrip, stripHeight } from './HealthStrip.tsx';
import { bandHeight, LabBand } from './LabBand.tsx';
import { Navigation } from './Navigation.tsx';
import { useFoldedNavigation } from './use-folded-navigation.ts';

export function Shell() {
  const cluster = useCluster();
  const isLab = cluster.kind === 'lab';
  const isNarrow = useMediaQuery(useTheme().breakpoints.down('md'), { noSsr: true });
  const [isDrawerOpen, setDrawerOpen] = useState(false);
  const folding = useFoldedNavigation();
  const matches = useMatches();
  useEffect(() => markFavicon(cluster.kind), [cluster.kind]);
  // A low or narrow window keeps its room for the page: there the strip scrolls away.
  const isStripSticky = !isNarrow;
  const headHeight = headerHeight + (isLab ? bandHeight : 0) + (isStripSticky ? stripHeight : 0);

  return (
    <Box sx={{ '--ow-head': `${headHeight}px`, minHeight: '100dvh', display: 'flex', flexDirection: 'column' }}>
      <Box component="a" href="#content" sx={skipLink}>
        Skip to content
      </Box>
      {isLab ? <Box aria-hidden="true" sx={labFrame} /> : null}
      <Box sx={{ position: 'sticky', top: 0, zIndex: 'appBar' }}>
        {isLab ? <LabBand /> : null}
        <Header
          cluster={cluster}
          onMenu={isNarrow ? () => setDrawerOpen(true) : folding.toggle}
          menuLabel={isNarrow ? 'Open navigation' : folding.isFolded ? 'Unfold navigation' : 'Fold navigation'}
        />
        <LoadingBar />
        {isStripSticky ? <HealthStrip cluster={cluster} /> : null}
      </Box>
      {isStripSticky ? null : <HealthStrip cluster={cluster} />}
      <Box sx={{ display: 'flex', flex: 1, minWidth: 0 }}>
        {isNarrow ? (
          <Drawer
            open={isDrawerOpen}
            onClose={() => setDrawerOpen(false)}
            slotProps={{ paper: { 'aria-label': 'Navigation', sx: { width: 264 } } }}
          >
            <Navigation cluster={cluster} isFolded={false} onGo={() => setDrawerOpen(false)} />
          </Drawer>
        ) : (
          <Box sx={{ ...sideways, width: folding.isFolded ? 60 : 216 }}>
            <Box sx={{ position: 'sticky', top: headHeight }}>
              <Navigation cluster={cluster} isFolded={folding.isFolded} />
            </Box>
          </Box>
        )}
        <Box component="main" id="content" tabIndex={-1} sx={content}>
          <Suspense fallback={<LoadingSkeleton layout={skeletonOf(matches)} />}>
            <Outlet />
          </Suspense>
        </Box>
      </Box>
      <ScrollRestoration getKey={({ pathname }) => pathname} />
    </Box>
  );
}

/** Two pixels while the next page is fetched; the old one stays meanwhile. */
function LoadingBar() {
  const isLoading = useNavigation().state === 'loading';
  return (
    <Box
      aria-hidden="true"
      sx={{
        position: 'absolute',
        insetInline: 0,
        height: '2px',
        backgroundColor: 'primary.main',
        visibility: isLoading ? 'visible' : 'hidden',
        transition: isLoading ? 'visibility 0s 200ms' : 'none',
      }}
    />
  );
}

const skipLink = {
  position: 'fixed',
  left: 8,
  top: -64,
  zIndex: 'tooltip',
  px: '16px',
  py: '8px',
  borderRadius: '6px',
  color: 'primary.contrastText',
  backgroundColor: 'primary.main',
  '&:focus': { top: 8 },
} as const;

/** The second of the lab's marks: a frame round the window, in any cropped corner of a picture. */
const labFrame = {
  position: 'fixed',
  inset: 0,
  zIndex: 'tooltip',
  border: '2px solid',
  borderColor: 'lab.frame',
  pointerEvents: 'none',
} as const;

const sideways = {
  flex: 'none',
  backgroundColor: 'background.paper',
  borderRight: '1px solid',
  borderColor: 'divider',
} as const;

const content = {
  flex: 1,
  minWidth: 0,
  px: { xs: '16px', md: '24px' },
  py: '24px',
  outline: 'none',
} as const;
