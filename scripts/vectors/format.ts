/**
 * What a vector format is: a name, and how a file of it becomes cases. Cases are recognised by their fields, so that a file
 * under another name, or one with more fields than ours, is read as well.
 */
import type { z } from 'zod';
import type { Awaitable, CryptoProvider } from '../../src/domain/crypto/provider.ts';
import { disagree } from './expect.ts';

export interface Means {
  readonly provider: CryptoProvider;
}

export type VectorCase =
  /** Throws where the engine and the vector disagree. */
  | { readonly name: string; readonly check: () => Awaitable<void> }
  /** Not run, and why. */
  | { readonly name: string; readonly skip: string };

/** A file's top level. */
export type VectorFile = Readonly<Record<string, unknown>>;

export interface Format {
  /** As the file is called, without a trailing -2, -b … */
  readonly name: string;
  /** A list beside the main one, whose cases these are as well: `selection`, `subset` … */
  readonly section?: string;
  /** Of an entry of the main list: what tells it from those of other formats. */
  readonly fields: z.ZodType;
  readonly cases: (file: VectorFile, means: Means) => readonly VectorCase[];
}

const unrecognised = 'its fields are not those of this format';

/** The cases that were chosen for a format. */
export const listOf = (file: VectorFile): unknown => file['vectors'];

/**
 * One case for each member of a list, by a schema. What lacks a field is skipped by name, and what has them all with a value that
 * cannot be read fails by name. A list that is absent is empty.
 */
export function casesOf<Schema extends z.ZodType>(
  list: unknown,
  schema: Schema,
  toCase: (fields: z.output<Schema>, name: string) => VectorCase | readonly VectorCase[],
): readonly VectorCase[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((entry: unknown, index) => {
    const name = nameOf(entry, index);
    const parsed = readFields(schema, entry);
    if (parsed.success) return toCase(parsed.data, name);
    const broken = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    const isWhole = parsed.error.issues.every(({ path }) => path.length > 0 && valueAt(entry, path) !== undefined);
    return isWhole ? { name, check: () => disagree(broken.join('; ')) } : { name, skip: unrecognised };
  });
}

/** What is null is as good as absent, unless null is one of a field's values. */
export function readFields<Schema extends z.ZodType>(
  schema: Schema,
  entry: unknown,
): z.ZodSafeParseResult<z.output<Schema>> {
  const asWritten = schema.safeParse(entry);
  return asWritten.success ? asWritten : schema.safeParse(withoutNulls(entry));
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, each]) => (each === null ? [] : [[key, withoutNulls(each)]])),
  );
}

function valueAt(entry: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce((value: unknown, key) => (Object(value) as Record<PropertyKey, unknown>)[key], entry) ?? undefined;
}

/** The id that a case gives itself, else its place and what it is about. */
function nameOf(entry: unknown, index: number): string {
  if (typeof entry !== 'object' || entry === null) return `#${index + 1}`;
  const fields = entry as Readonly<Record<string, unknown>>;
  for (const field of ['id', 'name']) if (typeof fields[field] === 'string') return fields[field];
  const words = Object.values(fields).filter((value) => typeof value === 'string' && value.length <= 60);
  return `#${index + 1} ${words.slice(0, 3).join(' | ')}`.trim();
}
