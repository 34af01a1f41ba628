/**
 * A cell. It, or the controls inside of it, have the table's tab stop only while it is the active one: the controls are told by
 * the document itself, so that no column needs to know of it.
 */
import Box from '@mui/material/Box';
import { type ReactNode, useLayoutEffect, useRef, useState } from 'react';
import { CopyButton } from '../text/CopyButton.tsx';
import { reachable } from './reachable.ts';
import type { TableColumn } from './table-column.ts';
import { cellClass, contentClass, copyClass, endClass, labelClass, stickyClass } from './table-style.ts';

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
      className={classesOf(column, isCard)}
      onMouseEnter={() => setTouched(true)}
      onMouseLeave={() => setTouched(false)}
      onFocus={() => setTouched(true)}
      onBlur={() => setTouched(false)}
    >
      {isCard && !column.isRowHeader ? <span className={labelClass}>{column.header}</span> : null}
      {lead}
      <div className={contentClass}>{column.cell(record)}</div>
      {copied === undefined || isCard ? null : (
        <div className={copyClass} data-copy="">
          <CopyButton value={copied} what={column.header.toLowerCase()} tabIndex={-1} />
        </div>
      )}
    </Box>
  );
}

function classesOf<Row extends object>(column: TableColumn<Row>, isCard: boolean): string {
  const isEnd = column.align === 'end';
  return [
    cellClass,
    column.isFigure || isEnd ? 'figures' : '',
    isEnd && !isCard ? endClass : '',
    column.isRowHeader && !isCard ? stickyClass : '',
  ].join(' ');
}

/** The first control of the active cell, or the cell itself, is the tab stop; nothing else in the table is one. */
function giveTabStop(cell: HTMLElement | null, isActive: boolean): void {
  if (cell === null) {
    return;
  }
  const controls = cell.querySelectorAll<HTMLElement>(reachable);
  controls.forEach((control, place) => {
    control.tabIndex = isActive && place === 0 ? 0 : -1;
  });
  cell.tabIndex = isActive && controls.length === 0 ? 0 : -1;
}
