/** What stands beneath a page's head while its data come, measured after the page itself. */
import Box from '@mui/material/Box';
import Skeleton from '@mui/material/Skeleton';
import { settingRow } from '../geometry.ts';
import { useDensity } from '../preferences.ts';

export interface LineProps {
  readonly width: number | string;
  /** Of the text that will stand there, leading included. */
  readonly textHeight: number;
}

/** A line of text to come. */
export function Line({ width, textHeight }: LineProps) {
  return (
    <Box component="span" sx={{ display: 'flex', alignItems: 'center', height: textHeight }}>
      <Skeleton variant="rounded" component="span" width={width} height={Math.round(textHeight * 0.6)} />
    </Box>
  );
}

/** The state bar with its words, two columns of cards. */
function Overview() {
  return (
    <>
      <Skeleton variant="rounded" height={12} sx={{ mb: '12px' }} />
      <Box sx={{ mb: '32px' }}>
        <Line width={160} textHeight={20} />
      </Box>
      <Box sx={overviewColumns}>
        <Box sx={cardFrame}>
          <Line width={200} textHeight={24} />
          <Rows count={5} />
        </Box>
        <div>
          <Line width={136} textHeight={24} />
          <Rows count={1} />
        </div>
      </Box>
    </>
  );
}

/** Toolbar, head, rows; below 600 px cards. */
function Table() {
  const { rowHeight } = useDensity();
  return (
    <Box sx={tableFrame}>
      <Cell height={37} width={120} />
      <Box sx={{ display: { xs: 'none', sm: 'block' }, backgroundColor: 'background.raised' }}>
        <Cell height={36} width="60%" />
      </Box>
      {[0, 1, 2, 3].map((row) => (
        <Cell key={row} height={rowHeight} cardHeight={144} width="80%" />
      ))}
    </Box>
  );
}

/** A list of settings, name beside value. */
function Facts() {
  return (
    <Box sx={{ maxWidth: 800, borderTop: '1px solid', borderColor: 'divider' }}>
      {[0, 1, 2, 3].map((fact) => (
        <Box key={fact} sx={settingRow}>
          <Line width={112} textHeight={20} />
          <div>
            <Line width={80} textHeight={20} />
            <Line width="min(360px, 100%)" textHeight={20} />
          </div>
        </Box>
      ))}
    </Box>
  );
}

/** The checks before IPsec is enabled. */
function Checks() {
  return (
    <Box sx={{ maxWidth: 800 }}>
      <Line width={160} textHeight={28} />
      <Rows count={6} />
    </Box>
  );
}

/** Cards beneath each other. */
function Sections() {
  return (
    <Box sx={{ display: 'grid', gap: '16px' }}>
      {[346, 200, 240].map((height) => (
        <Card key={height} height={height} />
      ))}
    </Box>
  );
}

export const skeletonBodies = {
  overview: Overview,
  table: Table,
  facts: Facts,
  checks: Checks,
  sections: Sections,
} as const;

/** What is said in two lines each, beneath the other. */
function Rows({ count }: { readonly count: number }) {
  return (
    <Box sx={{ mt: '8px' }}>
      {Array.from({ length: count }, (_, row) => row).map((row) => (
        <Box key={row} sx={{ py: '8px', borderTop: row === 0 ? 0 : '1px solid', borderColor: 'divider' }}>
          <Line width="min(160px, 60%)" textHeight={20} />
          <Line width="min(240px, 90%)" textHeight={20} />
        </Box>
      ))}
    </Box>
  );
}

/** The frame of a card, and a line where its title will be. */
function Card({ height }: { readonly height: number }) {
  return (
    <Box sx={{ ...cardFrame, minHeight: height }}>
      <Line width={136} textHeight={24} />
    </Box>
  );
}

interface CellProps {
  readonly height: number;
  readonly cardHeight?: number;
  readonly width: number | string;
}

function Cell({ height, cardHeight = height, width }: CellProps) {
  return (
    <Box sx={{ ...cell, height: { xs: cardHeight, sm: height } }}>
      <Line width={width} textHeight={20} />
    </Box>
  );
}

const cardFrame = {
  p: '16px',
  border: '1px solid',
  borderColor: 'divider',
  borderRadius: '6px',
  backgroundColor: 'background.paper',
} as const;

const overviewColumns = {
  display: 'grid',
  gap: '32px',
  alignItems: 'start',
  gridTemplateColumns: { xs: 'minmax(0, 1fr)', lg: 'minmax(0, 5fr) minmax(0, 3fr)' },
} as const;

const tableFrame = { border: '1px solid', borderColor: 'divider', backgroundColor: 'background.paper' } as const;

const cell = {
  px: '12px',
  display: 'grid',
  alignItems: 'center',
  borderBottom: '1px solid',
  borderColor: 'divider',
  '&:last-of-type': { borderBottom: 0 },
} as const;
