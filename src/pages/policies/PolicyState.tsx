/** How a policy fares: the state of its traffic, or why it has none. Always a word, and a mark that is told apart by its shape. */
import Box from '@mui/material/Box';
import { StateChip } from '../../components/state/StateChip.tsx';
import type { PolicyRow } from './policy-row.ts';

export function PolicyState({ row: { state, shadowedBy } }: { readonly row: Pick<PolicyRow, 'state' | 'shadowedBy'> }) {
  switch (state) {
    case 'disabled':
      return (
        <Box component="span" sx={{ color: 'text.secondary' }}>
          Disabled
        </Box>
      );
    case 'shadowed':
      return (
        <Box component="span" sx={twoLines} title={`Shadowed by ${shadowedBy}`}>
          <ShadowMark />
          <span>Shadowed </span>
          <span>by {shadowedBy}</span>
        </Box>
      );
    default:
      return <StateChip state={state} isPlain />;
  }
}

/** A name may be long: it has a line of its own, and both fit the height of a row. */
const twoLines = {
  display: 'grid',
  gridTemplateColumns: '16px minmax(0, 1fr)',
  columnGap: '6px',
  alignItems: 'center',
  fontSize: 12,
  lineHeight: '16px',
  '& > span': { gridColumn: 2, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' },
  '& > span:first-of-type': { fontWeight: 500 },
  '& > svg': { gridRow: '1 / span 2' },
} as const;

/** A hatched square, as what another one covers is drawn. */
const ShadowMark = () => (
  <Box component="svg" viewBox="0 0 16 16" aria-hidden="true" sx={{ width: 16, height: 16, color: 'state.unknown' }}>
    <path
      d="M1.5 1.5h13v13h-13ZM1.5 8 8 1.5M1.5 14.5l13-13M8 14.5 14.5 8"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.4"
    />
  </Box>
);
