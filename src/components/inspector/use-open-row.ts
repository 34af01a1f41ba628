/** The row that the inspector shows, kept in the URL (`?sel=`), so that a link shows it and Back closes it. */
import { useSearchParams } from 'react-router';

export interface OpenRow {
  readonly openId: string | undefined;
  /** A link that opens this row and keeps the rest of the view. */
  readonly hrefOf: (id: string) => string;
  readonly open: (id: string) => void;
  /** Shows another row in the open drawer; Back still closes it. */
  readonly follow: (id: string) => void;
  readonly close: () => void;
}

export function useOpenRow(): OpenRow {
  const [search, setSearch] = useSearchParams();
  const selecting = (id: string | undefined): URLSearchParams => {
    const next = new URLSearchParams(search);
    if (id === undefined) next.delete('sel');
    else next.set('sel', id);
    return next;
  };
  return {
    openId: search.get('sel') ?? undefined,
    hrefOf: (id) => `?${selecting(id)}`,
    open: (id) => setSearch(selecting(id), { preventScrollReset: true }),
    follow: (id) => setSearch(selecting(id), { preventScrollReset: true, replace: true }),
    close: () => setSearch(selecting(undefined), { preventScrollReset: true }),
  };
}
