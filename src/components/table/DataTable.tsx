/** placeholder of the signature; the body follows. */
import type { ReactNode } from 'react';
import type { TableColumn } from './table-column.ts';

export interface TableSort {
  readonly id: string;
  readonly isDescending: boolean;
}

export interface DataTableProps<Row> {
  /** The table's name: `Policies of lab`. */
  readonly label: string;
  readonly rows: readonly Row[];
  readonly columns: readonly TableColumn<Row>[];
  readonly rowId: (row: Row) => string;
  /** Makes a `treegrid` of two levels: IKE SA and its IPsec SAs. All are open at first. */
  readonly childrenOf?: (row: Row) => readonly Row[] | undefined;
  /** Enter or a click on the row. */
  readonly onOpen?: (row: Row) => void;
  readonly openRowId?: string | undefined;
  /** Kept in the URL by the page (`useTableSort`). */
  readonly sort?: TableSort | undefined;
  readonly onSort?: (sort: TableSort | undefined) => void;
  /** Left of the toolbar: `412 of 10,000`. */
  readonly toolbar?: ReactNode;
  /** Between the head and the page's end: a CSS height; default fills the window. */
  readonly maxHeight?: string;
  readonly isStale?: boolean;
}

export function DataTable<Row>(_props: DataTableProps<Row>) {
  return null;
}
