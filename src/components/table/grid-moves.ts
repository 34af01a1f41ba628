/**
 * Where a key takes the focus in a grid (WAI-ARIA grid pattern): row 0 is the head, columns count from 0. Pure, so that every
 * edge is tested without a browser.
 */

export interface GridPlace {
  readonly row: number;
  readonly column: number;
}

export interface GridSize {
  /** Rows beneath the head. */
  readonly rowCount: number;
  readonly columnCount: number;
  /** How far PageUp and PageDown go. */
  readonly pageRows: number;
  /** Cards have no head to go to. */
  readonly hasHead: boolean;
}

export interface GridKey {
  readonly key: string;
  readonly ctrlKey: boolean;
}

/** The place to go to; the same object where the key moves nothing; undefined where it is not the grid's. */
export function moveInGrid(place: GridPlace, { key, ctrlKey }: GridKey, size: GridSize): GridPlace | undefined {
  const move = moves[key];
  if (move === undefined) {
    return undefined;
  }
  const { row, column } = move(place, size, ctrlKey);
  const bounded = {
    row: clamp(row, size.hasHead ? 0 : 1, size.rowCount),
    column: clamp(column, 0, size.columnCount - 1),
  };
  return bounded.row === place.row && bounded.column === place.column ? place : bounded;
}

/**
 * Out of cells that are not there (cards leave empty ones out): on in the way of the move, where that ends in none back, and from
 * one row to another towards the row's name, which is always there.
 */
export function pastBlanks(
  from: GridPlace,
  to: GridPlace,
  columnCount: number,
  isBlank: (place: GridPlace) => boolean,
): GridPlace {
  const isOnward = to.row === from.row && to.column > from.column;
  const before = Array.from({ length: to.column + 1 }, (_, step) => to.column - step);
  const after = Array.from({ length: columnCount - to.column }, (_, step) => to.column + step);
  const column = (isOnward ? [...after, ...before] : before).find((column) => !isBlank({ row: to.row, column }));
  return { row: to.row, column: column ?? 0 };
}

type Move = (place: GridPlace, size: GridSize, ctrlKey: boolean) => GridPlace;

const down: Move = ({ row, column }) => ({ row: row + 1, column });
const up: Move = ({ row, column }) => ({ row: row - 1, column });

const moves: Readonly<Record<string, Move>> = {
  ArrowDown: down,
  j: down,
  ArrowUp: up,
  k: up,
  ArrowRight: ({ row, column }) => ({ row, column: column + 1 }),
  ArrowLeft: ({ row, column }) => ({ row, column: column - 1 }),
  PageDown: ({ row, column }, { pageRows }) => ({ row: row + pageRows, column }),
  PageUp: ({ row, column }, { pageRows }) => ({ row: Math.max(1, row - pageRows), column }),
  Home: ({ row }, _size, ctrlKey) => ({ row: ctrlKey ? 1 : row, column: 0 }),
  End: ({ row }, { rowCount, columnCount }, ctrlKey) => ({ row: ctrlKey ? rowCount : row, column: columnCount - 1 }),
};

const clamp = (value: number, least: number, most: number): number => Math.max(least, Math.min(value, most));
