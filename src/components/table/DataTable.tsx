/**
 * The one table: rows sorted by TanStack Table, only the visible ones in the document (TanStack Virtual), a grid to assistive
 * technology with its true counts, and one tab stop in which arrows move. Below 600 px a row is a card.
 */
import Box from '@mui/material/Box';
import { useTheme } from '@mui/material/styles';
import useMediaQuery from '@mui/material/useMediaQuery';
import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useMemo, useRef } from 'react';
import { useDensity } from '../preferences.ts';
import { type ShownRow, useShownRows } from './row-model.ts';
import { TableHead } from './TableHead.tsx';
import { TableRow } from './TableRow.tsx';
import { cardColumns, columnsWithin, type TableColumn, type TableSort, tracksOf } from './table-column.ts';
import { cardsClass, tableStyle } from './table-style.ts';
import { useRovingFocus } from './use-roving-focus.ts';
import { useWidth } from './use-width.ts';

export interface DataTableProps<Row extends object> {
  /** The table's name: `Policies of lab`. */
  readonly label: string;
  readonly rows: readonly Row[];
  /** Stable: at module level or memoised. */
  readonly columns: readonly TableColumn<Row>[];
  readonly rowId: (row: Row) => string;
  /** Makes a `treegrid` of two levels: IKE SA and its IPsec SAs. All are unfolded at first. */
  readonly childrenOf?: (row: Row) => readonly Row[] | undefined;
  /** Enter or a click on the row. */
  readonly onOpen?: (row: Row) => void;
  readonly openRowId?: string | undefined;
  /** The focus goes from row to row while one is open. */
  readonly onFollow?: (row: Row) => void;
  /** What a key does with the row that has the focus. */
  readonly rowKeys?: Readonly<Record<string, (row: Row) => void>>;
  /** Kept in the URL by the page (`useTableSort`). */
  readonly sort?: TableSort | undefined;
  readonly onSort?: (sort: TableSort | undefined) => void;
  /** Above the head: count, filter, actions. */
  readonly toolbar?: ReactNode;
  /** A CSS height. */
  readonly maxHeight?: string;
  readonly isStale?: boolean;
}

const headHeight = 36;
/** Rows that are drawn before anything has been measured: under a server's renderer and in the first frame. */
const firstRect = { width: 1280, height: 640 };

export function DataTable<Row extends object>(props: DataTableProps<Row>) {
  const isCard = useMediaQuery(useTheme().breakpoints.down('sm'), { noSsr: true });
  const scroller = useRef<HTMLDivElement>(null);
  const besideWidth = useWidth(scroller, props.openRowId !== undefined);
  const columns = useMemo(
    () => (isCard ? cardColumns(props.columns) : columnsWithin(props.columns, besideWidth)),
    [isCard, props.columns, besideWidth],
  );
  const density = useDensity();
  const rows = useShownRows({ ...props, columns: props.columns, sort: props.sort, childrenOf: props.childrenOf });
  const { tracks, minWidth } = tracksOf(columns);
  const heightOf = ({ record }: ShownRow<Row>): number =>
    isCard ? columns.filter(({ isBlank }) => isBlank?.(record) !== true).length * 24 + 24 : density.rowHeight;
  const rowHeight = isCard ? columns.length * 24 + 24 : density.rowHeight; // at most

  const grid = useRovingFocus({
    scroller,
    rows,
    columns,
    rowHeight,
    isCard,
    onOpen: props.onOpen,
    onFollow: props.openRowId === undefined ? undefined : props.onFollow,
    rowKeys: props.rowKeys,
  });
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => {
      const row = rows[index];
      return row === undefined ? rowHeight : heightOf(row);
    },
    getItemKey: (index) => rows[index]?.id ?? index,
    overscan: 8,
    initialRect: firstRect,
    // The row with the tab stop stays in the document wherever one scrolls, else Tab would find no way in.
    rangeExtractor: (range) => {
      const shown = defaultRangeExtractor(range);
      const active = grid.place.row - 1;
      return active < 0 || active >= rows.length || shown.includes(active)
        ? shown
        : [active, ...shown].sort((a, b) => a - b);
    },
  });

  return (
    <Box sx={frame}>
      {props.toolbar === undefined ? null : <Box sx={toolbarStyle}>{props.toolbar}</Box>}
      <Box
        ref={scroller}
        role={props.childrenOf === undefined ? 'grid' : 'treegrid'}
        aria-label={props.label}
        aria-rowcount={rows.length + 1}
        aria-colcount={columns.length}
        aria-readonly="true"
        className={isCard ? cardsClass : ''}
        onKeyDown={grid.onKeyDown}
        onFocus={grid.onFocus}
        sx={{
          overflow: 'auto',
          maxHeight: props.maxHeight ?? 'max(240px, calc(100dvh - 280px))',
          scrollPadding: `${headHeight + 4}px 8px 8px ${isCard ? 8 : (columns[0]?.width ?? 0) + 8}px`,
          color: props.isStale ? 'text.secondary' : 'text.primary',
          ...tableStyle,
        }}
      >
        <TableHead
          columns={columns}
          tracks={tracks}
          minWidth={minWidth}
          height={headHeight}
          isHidden={isCard}
          sort={props.sort}
          onSort={props.onSort}
          activeColumn={grid.place.row === 0 ? grid.place.column : undefined}
        />
        <Box
          role="rowgroup"
          style={{
            position: 'relative',
            height: virtualizer.getTotalSize(),
            minWidth: isCard ? 0 : minWidth,
            marginBottom: -1, // the last row's hairline is the table's
          }}
        >
          {virtualizer.getVirtualItems().map((item) => {
            const row = rows[item.index];
            return row === undefined ? null : (
              <TableRow
                key={row.id}
                row={row}
                index={item.index}
                top={item.start}
                height={heightOf(row)}
                columns={columns}
                tracks={tracks}
                isCard={isCard}
                isTree={props.childrenOf !== undefined}
                isOpen={props.openRowId === row.id}
                activeColumn={grid.place.row === item.index + 1 ? grid.place.column : undefined}
                onOpen={props.onOpen}
              />
            );
          })}
        </Box>
      </Box>
    </Box>
  );
}

const frame = {
  border: '1px solid',
  borderColor: 'divider',
  backgroundColor: 'background.paper',
  '--ow-cut': 'var(--mui-palette-background-paper)',
  minWidth: 0,
} as const;

const toolbarStyle = {
  display: 'flex',
  flexWrap: 'wrap',
  alignItems: 'center',
  gap: '8px 16px',
  px: '12px',
  py: '8px',
  borderBottom: '1px solid',
  borderColor: 'divider',
  fontSize: '0.8125rem',
} as const;
