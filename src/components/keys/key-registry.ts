/**
 * Single-key shortcuts (`n` new, `g p` go to Policies): who offers which just now, and which act a key means. Kept outside of React, so
 * that one listener serves the window and the list of shortcuts reads what is there.
 */

export interface KeyAct {
  /** One key, or two after each other: `n`, `g p`. */
  readonly keys: string;
  /** What it does, in the words of its button. */
  readonly does: string;
  readonly act: () => void;
}

/** A holder, since the acts of a page are other functions at each render. */
export interface KeyHolder {
  readonly current: readonly KeyAct[];
}

const holders = new Set<KeyHolder>();

export function offerKeys(holder: KeyHolder): () => void {
  holders.add(holder);
  return () => void holders.delete(holder);
}

/** All that is offered now; what came last, the page's, first. */
export const offeredKeys = (): readonly KeyAct[] => [...holders].reverse().flatMap(({ current }) => current);

export interface KeyStroke {
  /** What was pressed before and still waits for its second key. */
  readonly pending: string | undefined;
  readonly key: string;
}

/** The act that a stroke means; `pending` where it is the first of two. */
export function meaningOf(
  { pending, key }: KeyStroke,
  acts: readonly KeyAct[],
): { readonly act?: () => void; readonly pending?: string } {
  const keys = pending === undefined ? key : `${pending} ${key}`;
  const act = acts.find((offered) => offered.keys === keys)?.act;
  if (act !== undefined) return { act };
  return pending === undefined && acts.some((offered) => offered.keys.startsWith(`${key} `)) ? { pending: key } : {};
}
