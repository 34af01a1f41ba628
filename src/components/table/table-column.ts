/** A column of a DataTable, typed by the record of its rows. */
import type { ReactNode } from 'react';

export interface TableColumn<Row extends object> {
  readonly id: string;
  readonly header: string;
  /** What the cell shows. Links and buttons in it take part in the table's one tab stop by themselves. */
  readonly cell: (row: Row) => ReactNode;
  /** Makes the column sortable. Undefined values sort last either way. */
  readonly sortBy?: (row: Row) => string | number | undefined;
  /** What `c` and the copy button give: the full value, without ellipsis. */
  readonly copy?: (row: Row) => string | undefined;
  /** Pixels, at least. */
  readonly width: number;
  /** Its share of what is left; absent: keeps its width. */
  readonly grow?: number;
  /** Figures stand at the end, digits beneath digits. */
  readonly align?: 'start' | 'end';
  /** Addresses, ports and times: digits of one width. Not for names, whose hyphens would be as wide as digits. */
  readonly isFigure?: boolean;
  /** The column that names the row (`rowheader`); it sticks at the left. Exactly one, the first. */
  readonly isRowHeader?: boolean;
  /** Whether it is shown below 600 px, where a row becomes a card; by default the first four are. */
  readonly isInCard?: boolean;
  /** Rows that it says nothing of; their cards leave it out, a table leaves its cell empty. */
  readonly isBlank?: (row: Row) => boolean;
}

export interface TableSort {
  readonly id: string;
  readonly isDescending: boolean;
}

/** The grid tracks of a row, and the width below which the table scrolls sideways. */
export function tracksOf<Row extends object>(
  columns: readonly TableColumn<Row>[],
): { tracks: string; minWidth: number } {
  const tracks = columns.map(({ width, grow }) =>
    grow === undefined ? `${width}px` : `minmax(${width}px, ${grow}fr)`,
  );
  return { tracks: tracks.join(' '), minWidth: columns.reduce((sum, column) => sum + column.width, 0) };
}

/** The columns that a card shows. */
export function cardColumns<Row extends object>(columns: readonly TableColumn<Row>[]): readonly TableColumn<Row>[] {
  return columns.some((column) => column.isInCard !== undefined)
    ? columns.filter((column) => column.isInCard === true || column.isRowHeader === true)
    : columns.slice(0, 4);
}

/**
 * The columns for which there is room beside an open drawer, which shows all of the row: what a card leaves out goes first, and always
 * from the right. Undefined: there is no drawer, and a table that is too wide scrolls.
 */
export function columnsWithin<Row extends object>(
  columns: readonly TableColumn<Row>[],
  width: number | undefined,
): readonly TableColumn<Row>[] {
  if (width === undefined) return columns;
  const kept = new Set(cardColumns(columns));
  const leaving = columns.filter(({ isRowHeader }) => isRowHeader !== true).reverse();
  const inOrder = [...leaving.filter((column) => !kept.has(column)), ...leaving.filter((column) => kept.has(column))];
  const gone = new Set<TableColumn<Row>>();
  let needed = tracksOf(columns).minWidth;
  for (const column of inOrder) {
    if (needed <= width) break;
    gone.add(column);
    needed -= column.width;
  }
  return columns.filter((column) => !gone.has(column));
}
