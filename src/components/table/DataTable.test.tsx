/** The table as it is first written, without a browser: what assistive technology is told. Keys are tested in grid-moves.test.ts. */
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { DataTable, type DataTableProps } from './DataTable.tsx';
import type { TableColumn } from './table-column.ts';

interface Sa {
  readonly id: string;
  readonly octets: number | undefined;
  readonly children?: readonly Sa[];
}

const columns: readonly TableColumn<Sa>[] = [
  { id: 'name', header: 'Name', cell: (sa) => sa.id, sortBy: (sa) => sa.id, width: 160, grow: 1, isRowHeader: true },
  {
    id: 'octets',
    header: 'Octets',
    cell: (sa) => sa.octets ?? '—',
    sortBy: (sa) => sa.octets,
    width: 96,
    align: 'end',
  },
];

const manySas = Array.from({ length: 20_000 }, (_, place): Sa => ({ id: `sa-${place}`, octets: place % 7 }));

const written = (props: Partial<DataTableProps<Sa>>) =>
  renderToStaticMarkup(
    <DataTable label="Associations of lab" rows={manySas} columns={columns} rowId={(sa) => sa.id} {...props} />,
  );

const all = (html: string, attribute: string) =>
  [...html.matchAll(new RegExp(`${attribute}="([^"]*)"`, 'g'))].map((match) => match[1]);

const names = (html: string) => [...html.matchAll(/role="rowheader".*?(sa-[a-z0-9.]+)</g)].map((match) => match[1]);

test('the count of rows is true though few of them are in the document', () => {
  const html = written({});

  expect(all(html, 'aria-rowcount')).toEqual(['20001']);
  expect(all(html, 'aria-rowindex').length).toBeLessThan(60);
  expect(all(html, 'aria-rowindex').slice(0, 3)).toEqual(['1', '2', '3']);
});

test('a column that sorts says which way, one that does not says nothing', () => {
  const html = written({ sort: { id: 'octets', isDescending: true }, onSort: () => undefined });

  expect(all(html, 'aria-sort')).toEqual(['none', 'descending']);
});

test('unreported figures come last, whichever way the table is sorted', () => {
  const rows: Sa[] = [
    { id: 'sa-a', octets: undefined },
    { id: 'sa-b', octets: 5 },
    { id: 'sa-c', octets: 9 },
  ];

  expect(names(written({ rows, sort: { id: 'octets', isDescending: false } }))).toEqual(['sa-b', 'sa-c', 'sa-a']);
  expect(names(written({ rows, sort: { id: 'octets', isDescending: true } }))).toEqual(['sa-c', 'sa-b', 'sa-a']);
});

test('a tree of two levels is a treegrid whose rows know their level, all unfolded', () => {
  const rows: Sa[] = [{ id: 'sa-ike', octets: 1, children: [{ id: 'sa-esp', octets: 1 }] }];
  const html = written({ rows, childrenOf: (sa) => sa.children });

  expect(html).toContain('role="treegrid"');
  expect(all(html, 'aria-level')).toEqual(['1', '2']);
  expect(all(html, 'aria-expanded')).toEqual(['true']);
  expect(all(html, 'aria-rowcount')).toEqual(['3']);
});
