/** A row of a table, laid at its place among the virtual ones; as a card, its cells stand beneath each other with their labels. */
import ChevronRightOutlined from '@mui/icons-material/ChevronRightOutlined';
import Box from '@mui/material/Box';
import IconButton from '@mui/material/IconButton';
import type { MouseEvent } from 'react';
import type { ShownRow } from './row-model.ts';
import { TableCell } from './TableCell.tsx';
import type { TableColumn } from './table-column.ts';
import { rowClass } from './table-style.ts';

export interface TableRowProps<Row extends object> {
  readonly row: ShownRow<Row>;
  /** From 0, among all rows that are shown or scrolled away. */
  readonly index: number;
  readonly top: number;
  readonly height: number;
  readonly columns: readonly TableColumn<Row>[];
  readonly tracks: string;
  readonly isCard: boolean;
  readonly isTree: boolean;
  readonly isOpen: boolean;
  readonly activeColumn: number | undefined;
  readonly onOpen: ((row: Row) => void) | undefined;
}

export function TableRow<Row extends object>(props: TableRowProps<Row>) {
  const { row, index, columns, isCard, isTree, isOpen, onOpen } = props;
  // A click on a control inside of the row is that control's.
  const openByClick = (event: MouseEvent<HTMLElement>) => {
    if (event.target instanceof Element && event.target.closest('a, button, input, label') === null) {
      onOpen?.(row.record);
    }
  };
  return (
    <Box
      role="row"
      className={rowClass}
      aria-rowindex={index + 2}
      {...(isTree ? { 'aria-level': row.level } : {})}
      {...(row.isUnfolded === undefined ? {} : { 'aria-expanded': row.isUnfolded })}
      {...(onOpen === undefined ? {} : { onClick: openByClick, 'aria-selected': isOpen })}
      style={{
        height: props.height,
        transform: `translateY(${props.top}px)`,
        ...(isCard ? {} : { gridTemplateColumns: props.tracks }),
      }}
    >
      {columns.map((column, place) =>
        isCard && column.isBlank?.(row.record) === true ? null : (
          <TableCell
            key={column.id}
            column={column}
            record={row.record}
            place={`${index + 1}:${place}`}
            columnIndex={place + 1}
            isCard={isCard}
            isActive={props.activeColumn === place}
            lead={place === 0 && isTree ? <Fold row={row} /> : null}
          />
        ),
      )}
    </Box>
  );
}

function Fold<Row extends object>({ row }: { readonly row: ShownRow<Row> }) {
  if (row.isUnfolded === undefined) {
    return <Box component="span" sx={{ width: row.level > 1 ? 32 : 24, flex: 'none' }} />;
  }
  return (
    <IconButton
      size="small"
      onClick={row.toggle}
      aria-label={row.isUnfolded ? 'Fold' : 'Unfold'}
      sx={{ ml: '-8px', transform: row.isUnfolded ? 'rotate(90deg)' : 'none' }}
    >
      <ChevronRightOutlined fontSize="inherit" />
    </IconButton>
  );
}
