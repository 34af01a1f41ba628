/** How much a frozen view has fallen behind: rows that came, went, or count or stand differently now. */
import type { FailureRow, IkeRow, IpsecRow } from './association-row.ts';

type TopRow = IkeRow | FailureRow;

export function changesSince(frozen: readonly TopRow[], live: readonly TopRow[]): number {
  const before = marksOf(frozen);
  const after = marksOf(live);
  const gone = [...before.keys()].filter((id) => !after.has(id)).length;
  return gone + [...after].filter(([id, mark]) => before.get(id) !== mark).length;
}

function marksOf(rows: readonly TopRow[]): ReadonlyMap<string, string> {
  const marks = new Map<string, string>();
  for (const row of rows) {
    marks.set(row.id, row.state);
    if (row.kind === 'ike') for (const child of row.children) marks.set(child.id, markOf(child));
  }
  return marks;
}

const markOf = ({ state, inPackets, outPackets }: IpsecRow): string => `${state} ${inPackets} ${outPackets}`;
