/**
 * One tab stop for a whole grid: the active cell has it, or the first link or button inside of that cell. Arrows, Home, End and
 * PageUp/Down move it; Enter opens the row; `c` copies the cell. The active place follows its row by id, so that live rows which
 * come and go above do not take the focus elsewhere.
 */
import { type FocusEvent, type KeyboardEvent, type RefObject, useLayoutEffect, useRef, useState } from 'react';
import { useAnnounce } from '../feedback/announcer.tsx';
import { areSingleKeysOn } from '../preferences.ts';
import { type GridPlace, moveInGrid, pastBlanks } from './grid-moves.ts';
import { reachable } from './reachable.ts';
import type { ShownRow } from './row-model.ts';
import type { TableColumn } from './table-column.ts';

export interface RovingFocusOptions<Row extends object> {
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly rows: readonly ShownRow<Row>[];
  readonly columns: readonly TableColumn<Row>[];
  readonly rowHeight: number;
  /** Cards leave empty cells out. */
  readonly isCard: boolean;
  readonly onOpen: ((row: Row) => void) | undefined;
  /** Absent: no drawer is open. */
  readonly onFollow: ((row: Row) => void) | undefined;
  readonly rowKeys: Readonly<Record<string, (row: Row) => void>> | undefined;
}

interface Active {
  /** Absent: the head. */
  readonly rowId: string | undefined;
  /** Where the row was when it was last seen. */
  readonly row: number;
  readonly column: number;
}

export function useRovingFocus<Row extends object>(options: RovingFocusOptions<Row>) {
  const { scroller, rows, columns, isCard, rowHeight } = options;
  const hasHead = !isCard;
  const [active, setActive] = useState<Active>({ rowId: undefined, row: hasHead ? 0 : 1, column: 0 });
  const wantsFocus = useRef(false);
  const announce = useAnnounce();
  const isLeftOut = ({ row, column }: GridPlace): boolean => {
    const record = rows[row - 1]?.record;
    return isCard && record !== undefined && columns[column]?.isBlank?.(record) === true;
  };
  const held = placeOf(active, rows, columns.length, hasHead);
  const place = pastBlanks(held, held, columns.length, isLeftOut);

  // After a move has been drawn: the new place takes the focus, and the browser scrolls to it.
  useLayoutEffect(() => {
    if (wantsFocus.current) {
      wantsFocus.current = false;
      cellAt(scroller.current, place)?.focus();
    }
  });

  const goTo = (next: GridPlace, isFocusWanted: boolean) => {
    wantsFocus.current = isFocusWanted;
    setActive({ rowId: rows[next.row - 1]?.id, ...next });
  };

  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    if (event.altKey || event.metaKey || isTyping(event.target)) {
      return;
    }
    const row = rows[place.row - 1];
    const column = columns[place.column];
    if ((row !== undefined && foldByKey(event, row, place.column)) || stepWithinCell(event)) {
      event.preventDefault();
      return;
    }
    if (event.key === 'Enter' && row !== undefined && isCell(event.target) && options.onOpen !== undefined) {
      event.preventDefault();
      options.onOpen(row.record);
      return;
    }
    const rowAct = event.ctrlKey ? undefined : options.rowKeys?.[event.key];
    if (row !== undefined && rowAct !== undefined && areSingleKeysOn()) {
      event.preventDefault();
      rowAct(row.record);
      return;
    }
    const copied = row === undefined ? undefined : column?.copy?.(row.record);
    if (event.key === 'c' && !event.ctrlKey && column !== undefined && copied !== undefined) {
      void navigator.clipboard.writeText(copied).then(() => announce(`Copied ${column.header}: ${copied}`));
      return;
    }
    const pageRows = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 400) / rowHeight) - 2);
    const next = moveInGrid(place, event, { rowCount: rows.length, columnCount: columns.length, pageRows, hasHead });
    if (next !== undefined) {
      event.preventDefault();
      goTo(pastBlanks(place, next, columns.length, isLeftOut), true);
      const followed = next.row === place.row ? undefined : rows[next.row - 1];
      if (followed !== undefined) options.onFollow?.(followed.record);
    }
  };

  // A click, or a screen reader's own cursor, moves the tab stop too.
  const onFocus = (event: FocusEvent<HTMLDivElement>) => {
    const cell = event.target.closest<HTMLElement>('[data-cell]');
    const [row, column] = (cell?.dataset['cell'] ?? '').split(':').map(Number);
    if (row !== undefined && column !== undefined && (row !== place.row || column !== place.column)) {
      goTo({ row, column }, false);
    }
  };

  return { place, onKeyDown, onFocus };
}

function placeOf<Row extends object>(
  active: Active,
  rows: readonly ShownRow<Row>[],
  columnCount: number,
  hasHead: boolean,
): GridPlace {
  const column = Math.min(active.column, columnCount - 1);
  if (active.rowId === undefined) {
    return { row: hasHead || rows.length === 0 ? 0 : 1, column };
  }
  if (rows[active.row - 1]?.id === active.rowId) {
    return { row: active.row, column };
  }
  const index = rows.findIndex((row) => row.id === active.rowId);
  return { row: index >= 0 ? index + 1 : Math.min(active.row, rows.length), column };
}

/** What takes the focus for a cell: the first control inside of it, or the cell. */
function cellAt(scroller: HTMLElement | null, { row, column }: GridPlace): HTMLElement | undefined {
  const cell = scroller?.querySelector<HTMLElement>(`[data-cell="${row}:${column}"]`);
  return cell?.querySelector<HTMLElement>(reachable) ?? cell ?? undefined;
}

/** Several controls in one cell: the arrows pass through them before they leave it. */
function stepWithinCell({ key, target }: KeyboardEvent): boolean {
  if ((key !== 'ArrowLeft' && key !== 'ArrowRight') || !(target instanceof HTMLElement)) {
    return false;
  }
  const controls = [...(target.closest('[data-cell]')?.querySelectorAll<HTMLElement>(reachable) ?? [])];
  const at = controls.indexOf(target);
  const next = at < 0 ? undefined : controls[at + (key === 'ArrowRight' ? 1 : -1)];
  next?.focus();
  return next !== undefined;
}

/** Treegrid: left folds and right unfolds, from the first column. */
function foldByKey<Row extends object>({ key, target }: KeyboardEvent, row: ShownRow<Row>, column: number): boolean {
  // The fold button is the first control; from those after it, the left arrow comes back to it first.
  const isAtFold = target instanceof HTMLElement && target.closest('[data-cell]')?.querySelector(reachable) === target;
  const wantsToggle =
    column === 0 &&
    isAtFold &&
    ((key === 'ArrowLeft' && row.isUnfolded === true) || (key === 'ArrowRight' && row.isUnfolded === false));
  if (wantsToggle) {
    row.toggle();
  }
  return wantsToggle;
}

const isCell = (target: EventTarget): boolean => target instanceof HTMLElement && target.dataset['cell'] !== undefined;

const isTyping = (target: EventTarget): boolean =>
  target instanceof HTMLInputElement
    ? target.type !== 'checkbox' && target.type !== 'radio'
    : target instanceof HTMLSelectElement;
