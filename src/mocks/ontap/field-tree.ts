/**
 * The fields of a resource, read off its schema in the contract, so that a name is known in one place. A dotted path leads through
 * objects and, without an index, through arrays.
 */
import { z } from 'zod';

export type FieldTree =
  | { readonly type: 'object'; readonly fields: ReadonlyMap<string, FieldTree> }
  | { readonly type: 'array'; readonly element: FieldTree }
  | { readonly type: 'string' | 'number' | 'boolean' };

export function fieldTreeOf(schema: z.core.$ZodType): FieldTree {
  if (schema instanceof z.ZodObject) {
    const fields = Object.entries<z.core.$ZodType>(schema.shape).map(
      ([name, field]) => [name, fieldTreeOf(field)] as const,
    );
    return { type: 'object', fields: new Map(fields) };
  }
  if (schema instanceof z.ZodArray) return { type: 'array', element: fieldTreeOf(schema.element) };
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodExactOptional || schema instanceof z.ZodDefault) {
    return fieldTreeOf(schema.unwrap());
  }
  if (schema instanceof z.ZodNumber) return { type: 'number' };
  if (schema instanceof z.ZodBoolean) return { type: 'boolean' };
  return { type: 'string' };
}

/** The tree at a dotted path; undefined where the resource has no such field. */
export function fieldAt(tree: FieldTree, path: string): FieldTree | undefined {
  let at: FieldTree | undefined = tree;
  for (const name of path.split('.')) {
    while (at?.type === 'array') at = at.element;
    at = at?.type === 'object' ? at.fields.get(name) : undefined;
  }
  return at;
}

/** Whether a path leads through an array: such fields cannot be sorted by. */
export function isWithinArray(tree: FieldTree, path: string): boolean {
  const names = path.split('.');
  return names.some((_, i) => fieldAt(tree, names.slice(0, i + 1).join('.'))?.type === 'array');
}
