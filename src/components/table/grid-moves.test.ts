import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type GridPlace, moveInGrid, pastBlanks } from './grid-moves.ts';

const size = { rowCount: 40, columnCount: 5, pageRows: 10, hasHead: true };
const press = (place: GridPlace, key: string, ctrlKey = false, over = {}) =>
  moveInGrid(place, { key, ctrlKey }, { ...size, ...over });

test.each([
  ['ArrowDown', false, { row: 4, column: 2 }],
  ['j', false, { row: 4, column: 2 }],
  ['ArrowUp', false, { row: 2, column: 2 }],
  ['k', false, { row: 2, column: 2 }],
  ['ArrowRight', false, { row: 3, column: 3 }],
  ['ArrowLeft', false, { row: 3, column: 1 }],
  ['Home', false, { row: 3, column: 0 }],
  ['End', false, { row: 3, column: 4 }],
  ['Home', true, { row: 1, column: 0 }],
  ['End', true, { row: 40, column: 4 }],
  ['PageDown', false, { row: 13, column: 2 }],
  ['PageUp', false, { row: 1, column: 2 }],
] as const)('%s (Ctrl: %s) takes the focus from row 3, column 2 to its place', (key, ctrlKey, place) => {
  expect(press({ row: 3, column: 2 }, key, ctrlKey)).toEqual(place);
});

test('an arrow goes up into the head of a table, and stops above the first card', () => {
  expect(press({ row: 1, column: 0 }, 'ArrowUp')).toEqual({ row: 0, column: 0 });
  expect(press({ row: 1, column: 0 }, 'ArrowUp', false, { hasHead: false })).toEqual({ row: 1, column: 0 });
});

test('a key that is not the grid’s is left to the browser', () => {
  expect(press({ row: 3, column: 2 }, 'x')).toBeUndefined();
  expect(press({ row: 3, column: 2 }, 'Tab')).toBeUndefined();
});

test('no key leads out of the grid, and one that cannot move gives the very same place', () =>
  fc.assert(
    fc.property(
      fc.constantFrom('ArrowDown', 'ArrowUp', 'ArrowLeft', 'ArrowRight', 'Home', 'End', 'PageUp', 'PageDown'),
      fc.boolean(),
      fc.integer({ min: 1, max: 50 }),
      fc.integer({ min: 1, max: 9 }),
      fc.nat(),
      fc.nat(),
      (key, ctrlKey, rowCount, columnCount, row, column) => {
        const place = { row: row % (rowCount + 1), column: column % columnCount };
        const next = moveInGrid(place, { key, ctrlKey }, { rowCount, columnCount, pageRows: 7, hasHead: true });
        expect(next?.row).toBeGreaterThanOrEqual(0);
        expect(next?.row).toBeLessThanOrEqual(rowCount);
        expect(next?.column).toBeGreaterThanOrEqual(0);
        expect(next?.column).toBeLessThan(columnCount);
        if (next?.row === place.row && next.column === place.column) {
          expect(next).toBe(place);
        }
      },
    ),
  ));

test.each([
  ['on to the right', { row: 1, column: 0 }, { row: 1, column: 1 }, { row: 1, column: 2 }],
  ['on to the left', { row: 1, column: 2 }, { row: 1, column: 1 }, { row: 1, column: 0 }],
  ['back, where the way ends in none', { row: 1, column: 3 }, { row: 1, column: 4 }, { row: 1, column: 3 }],
  ['to the left, from another row', { row: 2, column: 4 }, { row: 1, column: 4 }, { row: 1, column: 3 }],
  ['to where it was meant, if that is there', { row: 2, column: 2 }, { row: 1, column: 2 }, { row: 1, column: 2 }],
] as const)('out of a cell that is left out the focus goes %s', (_way, from, to, place) => {
  const leftOut = new Set([1, 4]);

  expect(pastBlanks(from, to, 5, ({ column }) => leftOut.has(column))).toEqual(place);
});
