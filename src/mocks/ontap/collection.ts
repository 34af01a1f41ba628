/**
 * One query engine for every collection: filters, cross-field search, order, batches with a next link, selection of fields
 * (ONTAP REST: getting started). Lists are small, so each request walks all rows.
 */
import type { Context } from 'hono';
import { err, ok, type Result } from '../../domain/bytes/result.ts';
import { type OntapRefusal, refusal, valueInvalid } from '../../domain/cluster/ontap-errors.ts';
import { answer, refuse, wantsLinks } from './answer.ts';
import { fieldAt } from './field-tree.ts';
import { everything, parseFields, project, type Selection, selectionOf } from './fields.ts';
import { comparePlaces, type Order, placeOf, readOrder } from './order.ts';
import { parseQuery } from './query.ts';
import { type Resource, type Row, valuesAt } from './resource.ts';
import { parseSearch } from './search.ts';

/** Parameters that belong to every request; all others are names of fields. */
const generalParameters: ReadonlySet<string> = new Set([
  'fields',
  'ignore_unknown_fields',
  'max_records',
  'offset',
  'order_by',
  '$orderBy',
  'return_records',
  'return_timeout',
  'continue_on_failure',
  'serial_records',
  'pretty',
  'privilege_level',
  'query',
  'query_fields',
]);

/** ONTAP's own limit of a batch. */
const defaultMaxRecords = 10_000;

type Test = (row: Row) => boolean;

interface Filter {
  readonly path: string;
  readonly test: Test;
}

/** `GET` of a collection. */
export function list(c: Context, resource: Resource, rows: readonly Row[]): Response {
  const parameters = [...new URL(c.req.url).searchParams];
  const asked = readListQuery(resource, parameters);
  if (!asked.ok) return refuse(c, asked.error);
  const { filters, search, order, selects, maxRecords, offset, start, returnsRecords } = asked.value;

  const keys: readonly Order[] = [...order, ...resource.keys.map((path) => ({ path, isDescending: false }))];
  const startPlace = keys.map(({ path }) => start.get(path));
  const found = rows
    .filter((row) => filters.every(({ test }) => test(row)) && search(row))
    .map((row) => ({ row, place: placeOf(keys, row) }))
    .sort((a, b) => comparePlaces(keys, a.place, b.place))
    .filter(({ place }) => start.size === 0 || comparePlaces(keys, place, startPlace) > 0)
    .slice(offset);
  const batch = found.slice(0, maxRecords).map(({ row }) => row);
  const hasLinks = wantsLinks(c);
  const nextHref = batch.length === maxRecords ? nextLink(resource, keys, parameters, batch.at(-1)) : undefined;

  const links = {
    ...(hasLinks ? { self: { href: selfHref(resource, parameters) } } : {}),
    ...(nextHref === undefined ? {} : { next: { href: nextHref } }),
  };
  const body = {
    ...(returnsRecords ? { records: batch.map((row) => project(resource, row, selects, hasLinks)) } : {}),
    num_records: batch.length,
    ...(Object.keys(links).length === 0 ? {} : { _links: links }),
  };
  return answer(c, body, nextHref === undefined ? {} : { headers: { Link: `<${nextHref}>; rel="next"` } });
}

/** `GET` of one record, or of a resource that is one object. */
export function show(c: Context, resource: Resource, row: Row | undefined): Response {
  const asked = readShowQuery(resource, [...new URL(c.req.url).searchParams]);
  if (!asked.ok) return refuse(c, asked.error);
  if (row === undefined) return refuse(c, refusal('noSuchEntry'));
  return answer(c, project(resource, row, asked.value, wantsLinks(c)));
}

/** The rows that a request's filters name, for a change of many; a request without any filter names none by oversight. */
export function matching(
  resource: Resource,
  rows: readonly Row[],
  parameters: readonly (readonly [string, string])[],
): Result<readonly Row[], OntapRefusal> {
  const filters = readFilters(resource, parameters);
  if (!filters.ok) return filters;
  if (filters.value.length === 0) return err(refusal('requiredMissing', { target: 'uuid' }));
  return ok(rows.filter((row) => filters.value.every(({ test }) => test(row))));
}

/** What a POST, or a change of one record, may not have in its URL: filters, secrets, unknown words. */
export function checkParameters(c: Context, resource: Resource): OntapRefusal | undefined {
  for (const [name] of new URL(c.req.url).searchParams) {
    if (resource.secrets.includes(name)) return refusal('secretInUrl', { target: name });
    if (generalParameters.has(name)) continue;
    const isFilter = c.req.method === 'POST' && fieldAt(resource.tree, name) !== undefined;
    return isFilter
      ? refusal('filterOnPost', { target: name })
      : refusal('unexpectedArgument', { argument: name, target: name });
  }
  return undefined;
}

interface ListQuery {
  readonly filters: readonly Filter[];
  readonly search: Test;
  readonly order: readonly Order[];
  readonly selects: Selection;
  readonly maxRecords: number;
  readonly offset: number;
  /** Where the batch before ended, by field; empty: at the beginning. */
  readonly start: ReadonlyMap<string, string>;
  readonly returnsRecords: boolean;
}

type Parameters = readonly (readonly [string, string])[];

function readListQuery(resource: Resource, parameters: Parameters): Result<ListQuery, OntapRefusal> {
  const start = new Map<string, string>();
  for (const [name, value] of parameters) if (name.startsWith('start.')) start.set(name.slice('start.'.length), value);
  const rest = parameters.filter(([name]) => !name.startsWith('start.'));

  const filters = readFilters(resource, rest);
  if (!filters.ok) return filters;
  const given = Object.fromEntries(rest);
  const search = parseSearch(resource, given['query'], given['query_fields']);
  if (!search.ok) return search;
  const order = readOrder(resource, given['order_by'] ?? given['$orderBy'] ?? '');
  if (!order.ok) return order;
  const always = [...resource.identifying, ...filters.value.map(({ path }) => path)];
  const selects = readSelection(resource, rest, always);
  if (!selects.ok) return selects;
  const maxRecords = readCount('max_records', given['max_records'], { least: 1, default: defaultMaxRecords });
  if (!maxRecords.ok) return maxRecords;
  const offset = readCount('offset', given['offset'], { least: 0, default: 0 });
  if (!offset.ok) return offset;

  return ok({
    filters: filters.value,
    search: search.value,
    order: order.value,
    selects: selects.value,
    maxRecords: maxRecords.value,
    offset: offset.value,
    start,
    returnsRecords: given['return_records'] !== 'false',
  });
}

/** One object shows everything unless fields are named; the parameters of lists mean nothing here and are let pass. */
function readShowQuery(resource: Resource, parameters: Parameters): Result<Selection, OntapRefusal> {
  const filters = readFilters(resource, parameters);
  if (!filters.ok) return filters;
  const hasFields = parameters.some(([name, value]) => name === 'fields' && value !== '');
  return hasFields ? readSelection(resource, parameters, resource.identifying) : ok(everything);
}

function readSelection(
  resource: Resource,
  parameters: Parameters,
  always: readonly string[],
): Result<Selection, OntapRefusal> {
  const text = parameters.filter(([name]) => name === 'fields').map(([, value]) => value);
  const names = parseFields(text.join(','));
  if (!names.ok) return names;
  const ignoresUnknown = parameters.some(([name, value]) => name === 'ignore_unknown_fields' && value === 'true');
  return selectionOf(resource, names.value, always, { ignoresUnknown });
}

function readFilters(resource: Resource, parameters: Parameters): Result<readonly Filter[], OntapRefusal> {
  const filters: Filter[] = [];
  for (const [path, text] of parameters) {
    if (generalParameters.has(path)) continue;
    if (resource.secrets.includes(path)) return err(refusal('notFilterable', { target: path }));
    const field = fieldAt(resource.tree, path);
    if (field === undefined || field.type === 'object') {
      return err(refusal('unexpectedArgument', { argument: path, target: path }));
    }
    const matches = parseQuery(text);
    if (!matches.ok) return err(refusal(matches.error.code, { target: path }));
    const names = path.split('.');
    filters.push({ path, test: (row) => matches.value(valuesAt(row, names)) });
  }
  return ok(filters);
}

function readCount(
  name: string,
  text: string | undefined,
  { least, default: otherwise }: { readonly least: number; readonly default: number },
): Result<number, OntapRefusal> {
  if (text === undefined) return ok(otherwise);
  const count = /^\d{1,9}$/.test(text) ? Number(text) : -1;
  return count >= least ? ok(count) : err(valueInvalid(name, text, '<integer>'));
}

/** Keys with the last values first, then the client's own parameters. A key that is not set is left out, and so comes first. */
function nextLink(
  resource: Resource,
  keys: readonly Order[],
  parameters: Parameters,
  last: Row | undefined,
): string | undefined {
  if (last === undefined) return undefined;
  const place = placeOf(keys, last);
  const start = keys.flatMap(({ path }, i) => {
    const value = place[i];
    return value === undefined ? [] : [`start.${path}=${encodeURIComponent(String(value))}`];
  });
  const own = parameters.filter(([name]) => !name.startsWith('start.') && name !== 'offset');
  return `${`/api${resource.path}`}?${[...new Set(start), ...own.map(printParameter)].join('&')}`;
}

const selfHref = (resource: Resource, parameters: Parameters): string =>
  `/api${resource.path}${parameters.length === 0 ? '' : `?${parameters.map(printParameter).join('&')}`}`;

/** Decoded but for what a URL must not hold, as ONTAP writes its own links: `fields=**`, `%3c`. */
const printParameter = ([name, value]: readonly [string, string]): string =>
  `${name}=${value.replace(/[^\x21-\x7e]|["#%&+<>^`{|}]/gu, (char) => encodeURIComponent(char).toLowerCase())}`;
