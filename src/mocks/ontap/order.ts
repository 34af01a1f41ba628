/**
 * The order of a list: `order_by=size desc,name`, and after it the resource's keys, so that every row has one place. A next link
 * names a place, not a row: it holds although rows come and go between two batches.
 */
import { err, ok, type Result } from '../../domain/bytes/result.ts';
import { type OntapRefusal, refusal, valueInvalid } from '../../domain/cluster/ontap-errors.ts';
import { fieldAt, isWithinArray } from './field-tree.ts';
import { type Leaf, orderOf } from './query.ts';
import { type Resource, type Row, valuesAt } from './resource.ts';

export interface Order {
  readonly path: string;
  readonly isDescending: boolean;
}

/** A row's value for each field of an order; undefined where it is not set. */
export type Place = readonly (Leaf | undefined)[];

export function readOrder(resource: Resource, text: string): Result<readonly Order[], OntapRefusal> {
  const order: Order[] = [];
  for (const part of text.split(',').filter((part) => part.trim() !== '')) {
    const [path = '', direction = 'asc', ...more] = part.trim().split(/\s+/);
    const field = fieldAt(resource.tree, path);
    if (field === undefined) return err(valueInvalid('order_by', path, '<field,...>'));
    if (field.type === 'object' || isWithinArray(resource.tree, path)) return err(refusal('notSortable'));
    if (more.length > 0 || !/^(asc|desc)$/i.test(direction)) return err(valueInvalid('order_by', part, 'asc|desc'));
    order.push({ path, isDescending: direction.toLowerCase() === 'desc' });
  }
  return ok(order);
}

export const placeOf = (order: readonly Order[], row: Row): Place =>
  order.map(({ path }) => valuesAt(row, path.split('.'))[0]);

/** What is not set comes first. */
export function comparePlaces(order: readonly Order[], a: Place, b: Place): number {
  for (const [i, { isDescending }] of order.entries()) {
    const compared = compareValues(a[i], b[i]);
    if (compared !== 0) return isDescending ? -compared : compared;
  }
  return 0;
}

const compareValues = (a: Leaf | undefined, b: Leaf | undefined): number =>
  a === undefined || b === undefined ? Number(a !== undefined) - Number(b !== undefined) : orderOf(a, b);
