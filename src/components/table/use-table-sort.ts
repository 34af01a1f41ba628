/** The sort of a table, kept in the URL (`?sort=-bytes`), so that a link shows what its sender saw. */
import { useSearchParams } from 'react-router';
import type { TableSort } from './table-column.ts';

export function useTableSort(): {
  readonly sort: TableSort | undefined;
  readonly onSort: (sort: TableSort | undefined) => void;
} {
  const [search, setSearch] = useSearchParams();
  const onSort = (sort: TableSort | undefined) =>
    setSearch(
      (before) => {
        const after = new URLSearchParams(before);
        after.delete('sort');
        if (sort !== undefined) {
          after.set('sort', printSort(sort));
        }
        return after;
      },
      { replace: true, preventScrollReset: true },
    );
  return { sort: parseSort(search.get('sort')), onSort };
}

export const printSort = ({ id, isDescending }: TableSort): string => `${isDescending ? '-' : ''}${id}`;

export function parseSort(text: string | null): TableSort | undefined {
  if (text === null || text === '' || text === '-') {
    return undefined;
  }
  return text.startsWith('-') ? { id: text.slice(1), isDescending: true } : { id: text, isDescending: false };
}

/** Ascending, descending, none: what the next click on a column's head asks for. */
export function nextSort(current: TableSort | undefined, id: string): TableSort | undefined {
  if (current?.id !== id) {
    return { id, isDescending: false };
  }
  return current.isDescending ? undefined : { id, isDescending: true };
}
