/** A column of a DataTable, typed by the record of its rows. */

import type { ReactNode } from 'react';

export interface TableColumn<Row> {
  readonly id: string;
  readonly header: string;
  /** What the cell shows. Links and buttons in it take part in the table's one tab stop by themselves. */
  readonly cell: (row: Row) => ReactNode;
  /** Makes the column sortable. Undefined values sort last either way. */
  readonly sortBy?: (row: Row) => string | number | undefined;
  /** What `c` and the copy button give: the full value, without ellipsis. */
  readonly copy?: (row: Row) => string | undefined;
  /** A CSS grid track, for example `minmax(160px, 2fr)` or `96px`. */
  readonly width: string;
  /** Figures stand at the end. */
  readonly align?: 'start' | 'end';
  /** The column that names the row (`rowheader`); it sticks at the left. Exactly one. */
  readonly isRowHeader?: boolean;
  /** Shown below 600 px, where a row becomes a card; by default the first four are. */
  readonly isInCard?: boolean;
}
