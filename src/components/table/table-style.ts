/**
 * How rows and cells look, said once on the table and reached by class: thousands of cells come and go while one scrolls, and a
 * style computed for each would cost more than all else.
 */

export const rowClass = 'table-row';
export const cellClass = 'table-cell';
export const contentClass = 'table-content';
export const copyClass = 'table-copy';
export const labelClass = 'table-label';

/** On a table whose rows are cards. */
export const cardsClass = 'table-cards';
/** On a cell that sticks at the left, and on one whose figures stand at the end. */
export const stickyClass = 'table-sticky';
export const endClass = 'table-end';

/** The ground of a row is that of its cells: the sticky one must hide what passes beneath it. */
const row = {
  position: 'absolute',
  insetInline: 0,
  top: 0,
  display: 'grid',
  backgroundColor: 'background.paper',
  borderBottom: '1px solid',
  borderColor: 'divider',
  '&:hover': { backgroundColor: 'background.raised' },
  '&[aria-selected]': { cursor: 'pointer' },
  '&[aria-selected="true"]': { backgroundColor: 'background.selected' },
} as const;

const cell = {
  position: 'relative',
  display: 'flex',
  alignItems: 'center',
  px: '12px',
  minWidth: 0,
  backgroundColor: 'inherit',
  '&:focus-visible, & :focus-visible': { outlineOffset: '-2px' },
  [`&.${stickyClass}`]: { position: 'sticky', left: 0, zIndex: 1, fontWeight: 500 },
  [`&.${endClass}`]: { justifyContent: 'end', textAlign: 'right' },
} as const;

const copy = {
  position: 'absolute',
  right: 2,
  backgroundColor: 'background.paper',
  borderRadius: '6px',
  boxShadow: '0 0 0 1px var(--mui-palette-divider)',
} as const;

export const tableStyle = {
  fontSize: '0.8125rem',
  lineHeight: '20px',
  [`& .${rowClass}`]: row,
  [`& .${cellClass}`]: cell,
  [`& .${contentClass}`]: { minWidth: 0, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' },
  [`& .${copyClass}`]: copy,
  [`& .${labelClass}`]: { flex: '0 0 96px', color: 'text.secondary' },
  [`&.${cardsClass} .${rowClass}`]: { alignContent: 'center', gridTemplateColumns: 'minmax(0, 1fr)', py: '8px' },
  [`&.${cardsClass} .${cellClass}`]: { minHeight: 24, gap: '12px' },
} as const;
