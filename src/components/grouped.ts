/** Members by key, in the order they came. `Map.groupBy` does this too, but Node 20 lacks it, and a group here is never empty. */

export type Group<T> = readonly [T, ...T[]];

export function grouped<T, K>(members: readonly T[], keyOf: (member: T) => K): ReadonlyMap<K, Group<T>> {
  const groups = new Map<K, [T, ...T[]]>();
  for (const member of members) {
    const key = keyOf(member);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [member]);
    else group.push(member);
  }
  return groups;
}
