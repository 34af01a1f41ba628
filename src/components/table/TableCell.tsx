/**
 * A cell. It, or the controls inside of it, have the table's tab stop only while it is the active one: the controls are told by
 * the document itself, so that no column needs to know of it.
 */

import Box from '@mui/material/Box';
import { type ReactNode, useLayoutEffect, useRef, useState } from 'react';
import { CopyButton } from '../text/CopyButton.tsx';
import type { TableColumn } from './table-column.ts';

export interface TableCellProps<Row extends object> {
  readonly column: TableColumn<Row>;
  readonly record: Row;
  /** `row:column`, the head being row 0. */
  readonly place: string;
  readonly columnIndex: number;
  readonly isCard: boolean;
  readonly isActive: boolean;
  readonly lead: ReactNode;
}

export function TableCell<Row extends object>({
  column,
  record,
  place,
  columnIndex,
  isCard,
  isActive,
  lead,
}: TableCellProps<Row>) {
  const cell = useRef<HTMLDivElement>(null);
  const [isTouched, setTouched] = useState(false);
  useLayoutEffect(() => giveTabStop(cell.current, isActive));
  const copied = isTouched ? column.copy?.(record) : undefined;
  return (
    <Box
      ref={cell}
      role={column.isRowHeader ? 'rowheader' : 'gridcell'}
      aria-colindex={columnIndex}
      data-cell={place}
      className={column.isFigure || column.align === 'end' ? 'figures' : ''}
      onMouseEnter={() => setTouched(true)}
      onMouseLeave={() => setTouched(false)}
      onFocus={() => setTouched(true)}
      onBlur={() => setTouched(false)}
      sx={[
        cellStyle,
        isCard ? cardCell : {},
        column.isRowHeader && !isCard ? stickyStart : {},
        column.align === 'end' && !isCard ? { justifyContent: 'end', textAlign: 'right' } : {},
      ]}
    >
      {isCard && !column.isRowHeader ? (
        <Box component="span" sx={cardLabel}>
          {column.header}
        </Box>
      ) : null}
      {lead}
      <Box sx={content}>{column.cell(record)}</Box>
      {copied === undefined || isCard ? null : (
        <Box sx={copyPlace}>
          <CopyButton value={copied} what={column.header.toLowerCase()} tabIndex={-1} />
        </Box>
      )}
    </Box>
  );
}

/** The first control of the active cell, or the cell itself, is the tab stop; nothing else in the table is one. */
function giveTabStop(cell: HTMLElement | null, isActive: boolean): void {
  if (cell === null) {
    return;
  }
  const controls = cell.querySelectorAll<HTMLElement>('a[href], button, input, select');
  controls.forEach((control, place) => {
    control.tabIndex = isActive && place === 0 ? 0 : -1;
  });
  cell.tabIndex = isActive && controls.length === 0 ? 0 : -1;
}

const cellStyle = {
  position: 'relative',
  display: 'flex',
  alignItems: 'center',
  px: '12px',
  minWidth: 0,
  backgroundColor: 'inherit',
  '&:focus-visible, & :focus-visible': { outlineOffset: '-2px' },
} as const;

const stickyStart = { position: 'sticky', left: 0, zIndex: 1, fontWeight: 500 } as const;

const content = { minWidth: 0, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' } as const;

const cardCell = { minHeight: 24, gap: '12px' } as const;
const cardLabel = { flex: '0 0 96px', color: 'text.secondary' } as const;

const copyPlace = {
  position: 'absolute',
  right: 2,
  backgroundColor: 'background.paper',
  borderRadius: '6px',
  boxShadow: '0 0 0 1px var(--mui-palette-divider)',
} as const;
