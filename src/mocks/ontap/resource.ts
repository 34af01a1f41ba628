/**
 * What the query engine must know of a resource beside its fields. Rows are whole records as plain JSON; which parts of them an
 * answer shows is the request's question.
 */
import type { Context } from 'hono';
import type { AssociationsSource } from '../../domain/cluster/associations.ts';
import type { Cluster } from '../stored-cluster.ts';
import type { FieldTree } from './field-tree.ts';

export type Row = Readonly<Record<string, unknown>>;

export interface Resource {
  /** Without `/api`. */
  readonly path: string;
  readonly tree: FieldTree;
  /** Fields that order a list and tell its rows apart; a next link names their last values. None: the resource is one object. */
  readonly keys: readonly string[];
  /** What a list shows when no fields are asked for; a record that is asked for by uuid shows all. */
  readonly identifying: readonly string[];
  /** Fields that may be written and never read. */
  readonly secrets: readonly string[];
  /** Members that point at other records, by path, and the collection that those live in. */
  readonly references: Readonly<Record<string, string>>;
}

/** What the app answers from. */
export interface OntapMeans {
  readonly cluster: Cluster;
  readonly associations: AssociationsSource;
}

export type Answerer = (c: Context) => Response | Promise<Response>;

/** A path of the API and what it offers; every other method is refused. */
export interface Route {
  readonly path: string;
  readonly get?: Answerer;
  readonly post?: Answerer;
  readonly patch?: Answerer;
  readonly delete?: Answerer;
}

/** The values at a dotted path: several where it leads through arrays, none where nothing is set. */
export function valuesAt(value: unknown, path: readonly string[]): readonly (string | number | boolean)[] {
  if (Array.isArray(value)) return value.flatMap((element) => valuesAt(element, path));
  const [name, ...rest] = path;
  if (name === undefined) {
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? [value] : [];
  }
  return isRow(value) ? valuesAt(value[name], rest) : [];
}

export const isRow = (value: unknown): value is Row =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
