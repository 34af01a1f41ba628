/**
 * What stands around every page: the lab's band and frame, the header, the health strip, the navigation, a way past all of it.
 * Under 900 px the navigation is a drawer.
 */
import Box from '@mui/material/Box';
import Drawer from '@mui/material/Drawer';
import { Suspense, useEffect, useState } from 'react';
import { Outlet, ScrollRestoration, useNavigation } from 'react-router';
import { useCluster } from '../../api/use-cluster.ts';
import { PageLoading } from '../PageLoading.tsx';
import { markFavicon } from './favicon.ts';
import { Header } from './Header.tsx';
import { HealthStrip } from './HealthStrip.tsx';
import { LabBand } from './LabBand.tsx';
import { Navigation } from './Navigation.tsx';
import { ShellFrame, useIsNarrow } from './ShellFrame.tsx';
import { ShortcutsDialog } from './ShortcutsDialog.tsx';
import { useFoldedNavigation } from './use-folded-navigation.ts';
import { useShellKeys } from './use-shell-keys.ts';

export function Shell() {
  const cluster = useCluster();
  const isNarrow = useIsNarrow();
  const [isDrawerOpen, setDrawerOpen] = useState(false);
  const folding = useFoldedNavigation();
  const [isHelpOpen, setHelpOpen] = useState(false);
  useShellKeys({ cluster, onFold: folding.toggle, onHelp: () => setHelpOpen(true) });
  useEffect(() => markFavicon(cluster.kind), [cluster.kind]);
  return (
    <>
      <Box component="a" href="#content" sx={skipLink}>
        Skip to content
      </Box>
      <ShellFrame
        {...(cluster.kind === 'lab' && { band: <LabBand /> })}
        header={
          <>
            <Header
              cluster={cluster}
              onMenu={isNarrow ? () => setDrawerOpen(true) : folding.toggle}
              onHelp={() => setHelpOpen(true)}
              menuLabel={isNarrow ? 'Open navigation' : folding.isFolded ? 'Unfold navigation' : 'Fold navigation'}
            />
            <LoadingBar />
          </>
        }
        strip={<HealthStrip cluster={cluster} />}
        navigation={<Navigation cluster={cluster} isFolded={folding.isFolded} />}
        isFolded={folding.isFolded}
      >
        <Suspense fallback={<PageLoading />}>
          <Outlet />
        </Suspense>
      </ShellFrame>
      {isNarrow ? (
        <Drawer
          open={isDrawerOpen}
          onClose={() => setDrawerOpen(false)}
          slotProps={{ paper: { 'aria-label': 'Navigation', sx: { width: 264 } } }}
        >
          <Navigation cluster={cluster} isFolded={false} onGo={() => setDrawerOpen(false)} />
        </Drawer>
      ) : null}
      <ShortcutsDialog isOpen={isHelpOpen} onClose={() => setHelpOpen(false)} />
      <ScrollRestoration getKey={({ pathname }) => pathname} />
    </>
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
