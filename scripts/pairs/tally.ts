/** How many pairs agreed, by kind. */
import { isDecidedByProtocol } from './kinds.ts';

export interface Count {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

const nothing: Count = { passed: 0, failed: 0, skipped: 0 };

export function addTo(counts: Map<string, Count>, kind: string, outcome: keyof Count): void {
  const count = counts.get(kind) ?? nothing;
  counts.set(kind, { ...count, [outcome]: count[outcome] + 1 });
}

export const sumOf = (counts: ReadonlyMap<string, Count>, isCounted: (kind: string) => boolean): Count =>
  [...counts]
    .filter(([kind]) => isCounted(kind))
    .map(([, count]) => count)
    .reduce(
      (a, b) => ({ passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped }),
      nothing,
    );

/** Of those that were played; 1 where none was. */
export const shareOf = ({ passed, failed }: Count): number => (passed + failed === 0 ? 1 : passed / (passed + failed));

/** A line a kind, those that the protocol decides first. */
export function countsOfKinds(counts: ReadonlyMap<string, Count>): readonly string[] {
  return [...counts]
    .toSorted(([a], [b]) => Number(isDecidedByProtocol(b)) - Number(isDecidedByProtocol(a)) || a.localeCompare(b))
    .map(([kind, { passed, failed, skipped }]) => {
      const decider = isDecidedByProtocol(kind) ? 'protocol' : 'habit';
      return `${kind.padEnd(24)} ${decider.padEnd(9)} ${passed} passed, ${failed} failed, ${skipped} skipped`;
    });
}
