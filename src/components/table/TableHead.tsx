/** The head of a table: sticks at the top; a column that sorts is a button, and its head says which way. */
import ArrowDownwardOutlined from '@mui/icons-material/ArrowDownwardOutlined';
import ArrowUpwardOutlined from '@mui/icons-material/ArrowUpwardOutlined';
import Box from '@mui/material/Box';
import ButtonBase from '@mui/material/ButtonBase';
import type { TableColumn, TableSort } from './table-column.ts';
import { nextSort } from './use-table-sort.ts';

export interface TableHeadProps<Row extends object> {
  readonly columns: readonly TableColumn<Row>[];
  readonly tracks: string;
  readonly minWidth: number;
  readonly height: number;
  /** Cards have no head to see. */
  readonly isHidden: boolean;
  readonly sort: TableSort | undefined;
  readonly onSort: ((sort: TableSort | undefined) => void) | undefined;
  readonly activeColumn: number | undefined;
}

export function TableHead<Row extends object>(props: TableHeadProps<Row>) {
  const { columns, tracks, minWidth, height, isHidden, sort, onSort, activeColumn } = props;
  return (
    <Box role="rowgroup" className={isHidden ? 'visually-hidden' : ''} sx={isHidden ? {} : { ...sticky, minWidth }}>
      <Box role="row" aria-rowindex={1} sx={{ display: 'grid', gridTemplateColumns: tracks, height }}>
        {columns.map((column, place) => {
          const canSort = column.sortBy !== undefined && onSort !== undefined && !isHidden;
          const tabIndex = activeColumn === place && !isHidden ? 0 : -1;
          return (
            <Box
              key={column.id}
              role="columnheader"
              aria-colindex={place + 1}
              {...(canSort ? { 'aria-sort': ariaSort(sort, column.id) } : {})}
              {...(isHidden ? {} : { 'data-cell': `0:${place}` })}
              {...(canSort || isHidden ? {} : { tabIndex })}
              sx={[
                headCell,
                column.isRowHeader ? stickyStart : {},
                column.align === 'end' ? { justifyContent: 'end' } : {},
              ]}
            >
              {canSort ? (
                <ButtonBase
                  tabIndex={tabIndex}
                  onClick={() => onSort(nextSort(sort, column.id))}
                  sx={{ font: 'inherit', gap: '4px', minHeight: 24, borderRadius: '4px' }}
                >
                  {column.header}
                  <SortMark sort={sort} id={column.id} />
                </ButtonBase>
              ) : (
                column.header
              )}
            </Box>
          );
        })}
      </Box>
    </Box>
  );
}

const sticky = { position: 'sticky', top: 0, zIndex: 2, backgroundColor: 'background.raised' } as const;

const stickyStart = { position: 'sticky', left: 0, zIndex: 1 } as const;

const headCell = {
  display: 'flex',
  alignItems: 'center',
  px: '12px',
  minWidth: 0,
  fontWeight: 500,
  color: 'text.secondary',
  whiteSpace: 'nowrap',
  backgroundColor: 'background.raised',
  borderBottom: '1px solid',
  borderColor: 'divider',
  '&:focus-visible, & :focus-visible': { outlineOffset: '-2px' },
} as const;

function ariaSort(sort: TableSort | undefined, id: string): 'ascending' | 'descending' | 'none' {
  if (sort?.id !== id) {
    return 'none';
  }
  return sort.isDescending ? 'descending' : 'ascending';
}

function SortMark({ sort, id }: { readonly sort: TableSort | undefined; readonly id: string }) {
  if (sort?.id !== id) {
    return null;
  }
  const Mark = sort.isDescending ? ArrowDownwardOutlined : ArrowUpwardOutlined;
  return <Mark sx={{ fontSize: 14, color: 'primary.main' }} aria-hidden="true" />;
}
