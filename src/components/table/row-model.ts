/** Rows sorted and unfolded, by TanStack Table; what the grid shows of it is `ShownRow`, which knows nothing of that library. */
import {
  type ColumnDef,
  createExpandedRowModel,
  createSortedRowModel,
  type ExpandedState,
  type Row as ModelRow,
  rowExpandingFeature,
  rowSortingFeature,
  tableFeatures,
  useTable,
} from '@tanstack/react-table';
import { useMemo, useState } from 'react';
import type { TableColumn, TableSort } from './table-column.ts';

export interface ShownRow<Row extends object> {
  readonly id: string;
  readonly record: Row;
  /** 1 for a row of the first level. */
  readonly level: number;
  /** Absent: has nothing to unfold. */
  readonly isUnfolded?: boolean;
  readonly toggle: () => void;
}

export interface RowModelOptions<Row extends object> {
  readonly rows: readonly Row[];
  readonly columns: readonly TableColumn<Row>[];
  readonly rowId: (row: Row) => string;
  readonly childrenOf?: ((row: Row) => readonly Row[] | undefined) | undefined;
  readonly sort: TableSort | undefined;
}

const features = tableFeatures({
  rowSortingFeature,
  sortedRowModel: createSortedRowModel(),
  rowExpandingFeature,
  expandedRowModel: createExpandedRowModel(),
});
type Features = typeof features;

export function useShownRows<Row extends object>({
  rows,
  columns,
  rowId,
  childrenOf,
  sort,
}: RowModelOptions<Row>): ShownRow<Row>[] {
  const [expanded, setExpanded] = useState<ExpandedState>(true);
  const definitions = useMemo(() => columns.map((column) => definitionOf(column)), [columns]);
  const sorting = useSorting(sort?.id, sort?.isDescending ?? false);
  const table = useTable<Features, Row>({
    features,
    columns: definitions,
    data: rows,
    getRowId: (row) => rowId(row),
    ...(childrenOf === undefined ? {} : { getSubRows: (row: Row) => childrenOf(row)?.slice() }),
    state: { sorting, expanded },
    onExpandedChange: setExpanded,
    autoResetExpanded: false,
  });
  const model = table.getRowModel().rows;
  return useMemo(() => model.map((row) => shownRow(row)), [model]);
}

/** The same array while the sort is the same: a new one would sort all rows again at each render. */
const useSorting = (id: string | undefined, desc: boolean) =>
  useMemo(() => (id === undefined ? [] : [{ id, desc }]), [id, desc]);

function definitionOf<Row extends object>({ id, header, sortBy }: TableColumn<Row>): ColumnDef<Features, Row> {
  return {
    id,
    header,
    accessorFn: (row: Row) => sortBy?.(row),
    enableSorting: sortBy !== undefined,
    sortUndefined: 'last',
    sortFn: (one, other, columnId) => compare(one.getValue(columnId), other.getValue(columnId)),
  };
}

function shownRow<Row extends object>(row: ModelRow<Features, Row>): ShownRow<Row> {
  return {
    id: row.id,
    record: row.original,
    level: row.depth + 1,
    ...(row.getCanExpand() ? { isUnfolded: row.getIsExpanded() } : {}),
    toggle: () => row.toggleExpanded(),
  };
}

const collator = new Intl.Collator(undefined, { numeric: true });

/** Numbers by value; texts as a person orders them, so that `host-9` precedes `host-10`. */
export function compare(one: unknown, other: unknown): number {
  if (typeof one === 'number' && typeof other === 'number') {
    return one - other;
  }
  return collator.compare(String(one), String(other));
}
