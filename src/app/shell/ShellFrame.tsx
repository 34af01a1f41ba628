/**
 * How the window is laid: the lab's band and frame, the header, the health strip, the navigation at the left, the page. Said once, so
 * that the window that still waits for its cluster has the places of the one that has it.
 */
import Box from '@mui/material/Box';
import GlobalStyles from '@mui/material/GlobalStyles';
import { useTheme } from '@mui/material/styles';
import useMediaQuery from '@mui/material/useMediaQuery';
import type { ReactNode } from 'react';
import { region } from '../../components/keys/regions.ts';
import { bandHeight, headerHeight, stripHeight } from './shell-sizes.ts';

export interface ShellFrameProps {
  /** The lab's band; absent: a real cluster, which has none. */
  readonly band?: ReactNode;
  readonly header: ReactNode;
  readonly strip: ReactNode;
  /** Beside the page from 900 px. */
  readonly navigation: ReactNode;
  readonly isFolded?: boolean;
  readonly children: ReactNode;
}

/** Under 900 px the navigation is a drawer, and the strip scrolls away. */
export const useIsNarrow = (): boolean => useMediaQuery(useTheme().breakpoints.down('md'), { noSsr: true });

export function ShellFrame({ band, header, strip, navigation, isFolded = false, children }: ShellFrameProps) {
  const isNarrow = useIsNarrow();
  const headHeight = headerHeight + (band === undefined ? 0 : bandHeight) + (isNarrow ? 0 : stripHeight);
  return (
    <Box sx={{ minHeight: '100dvh', display: 'flex', flexDirection: 'column' }}>
      {/* On the root: what takes the focus must not come to lie beneath the head. */}
      <GlobalStyles styles={{ ':root': { '--ow-head': `${headHeight}px` } }} />
      {band === undefined ? null : <Box aria-hidden="true" sx={labFrame} />}
      <Box sx={{ position: 'sticky', top: 0, zIndex: 'appBar' }}>
        {band}
        {header}
      </Box>
      {/* One element at every width: its reads would be given up if it went from one place to another. */}
      <Box sx={isNarrow ? {} : { position: 'sticky', top: headHeight - stripHeight, zIndex: 'appBar' }}>{strip}</Box>
      <Box sx={{ display: 'flex', flex: 1, minWidth: 0 }}>
        {isNarrow ? null : (
          <Box sx={{ ...sideways, width: isFolded ? 60 : 216 }}>
            <Box sx={{ position: 'sticky', top: headHeight }}>{navigation}</Box>
          </Box>
        )}
        <Box component="main" id="content" tabIndex={-1} {...region} sx={content}>
          {children}
        </Box>
      </Box>
    </Box>
  );
}

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
