/** A file's cases as one list, whatever it calls the list, and however it groups them. */
import type { VectorFile } from './format.ts';

const listNames = ['vectors', 'cases', 'tests', 'groups', 'testGroups'];

/** Of every list; a group's own fields hold for each of its members that has none of that name. */
export function entriesOf(file: VectorFile): readonly unknown[] {
  return listNames.flatMap((name) => listed(file[name])).flatMap((entry) => ungrouped(entry));
}

/** The file without those lists: what it says of itself, and lists of other kinds. */
export function besideEntries(file: VectorFile): VectorFile {
  return Object.fromEntries(Object.entries(file).filter(([name]) => !listNames.includes(name)));
}

/** Was there a list at all? */
export const hasEntries = (file: VectorFile): boolean => listNames.some((name) => Array.isArray(file[name]));

function ungrouped(entry: unknown): readonly unknown[] {
  if (typeof entry !== 'object' || entry === null) return [entry];
  const group = entry as VectorFile;
  if (!hasEntries(group)) return [entry];
  const shared = besideEntries(group);
  return entriesOf(group).map((each) => (typeof each === 'object' && each !== null ? { ...shared, ...each } : each));
}

const listed = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
