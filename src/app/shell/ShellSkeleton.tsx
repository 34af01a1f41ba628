/** The window before its cluster has started: everything at its place already, so that nothing moves when it has. */
import Box from '@mui/material/Box';
import { LoadingSkeleton } from '../../components/feedback/LoadingSkeleton.tsx';
import type { RouteHandle } from '../route-handle.ts';
import { headerStyle, Product } from './Header.tsx';
import { stripStyle } from './HealthStrip.tsx';
import { LabBand } from './LabBand.tsx';
import { ShellFrame } from './ShellFrame.tsx';

export interface ShellSkeletonProps {
  /** Of the page that will be shown, where the URL tells; else the Overview's. */
  readonly handle?: RouteHandle | undefined;
}

export function ShellSkeleton({ handle }: ShellSkeletonProps) {
  return (
    <ShellFrame
      band={<LabBand />}
      header={
        <Box component="header" sx={headerStyle}>
          <Box sx={{ width: 36 }} />
          <Product />
        </Box>
      }
      strip={<Box sx={stripStyle} />}
      navigation={null}
    >
      <LoadingSkeleton title={handle?.title ?? 'Overview'} layout={handle?.skeleton ?? 'overview'} />
    </ShellFrame>
  );
}
