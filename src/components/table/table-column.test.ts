import { expect, test } from 'vitest';
import { columnsWithin, type TableColumn } from './table-column.ts';

const column = (id: string, width: number, of: Partial<TableColumn<object>> = {}): TableColumn<object> => ({
  id,
  header: id,
  width,
  cell: () => id,
  ...of,
});

const columns = [
  column('name', 160, { isRowHeader: true }),
  column('policy', 100, { isInCard: true }),
  column('spi', 180),
  column('state', 110, { isInCard: true }),
  column('suite', 120),
];

const ids = (width: number | undefined) => columnsWithin(columns, width).map(({ id }) => id);

test('without a drawer, or with room for all, every column stays', () => {
  expect(ids(undefined)).toEqual(['name', 'policy', 'spi', 'state', 'suite']);
  expect(ids(670)).toEqual(['name', 'policy', 'spi', 'state', 'suite']);
});

test('beside a drawer what a card leaves out goes first, from the right, and the name stays', () => {
  expect(ids(669)).toEqual(['name', 'policy', 'spi', 'state']);
  expect(ids(400)).toEqual(['name', 'policy', 'state']);
  expect(ids(260)).toEqual(['name', 'policy']);
  expect(ids(10)).toEqual(['name']);
});
