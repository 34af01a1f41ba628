/**
 * `fields=`: which parts of a record an answer shows. Names are dotted, an object's name means all of it, braces share a prefix, an
 * exclamation mark takes away: `name,svm.{name,uuid},local_endpoint,!local_endpoint.port`.
 */
import { err, ok, type Result } from '../../domain/bytes/result.ts';
import { type OntapRefusal, refusal, valueInvalid } from '../../domain/cluster/ontap-errors.ts';
import { fieldAt } from './field-tree.ts';
import { isRow, type Resource, type Row } from './resource.ts';

/** Whether a leaf is shown, by its dotted path. */
export type Selection = (path: string) => boolean;

export const everything: Selection = () => true;

/** The names in `fields=`, braces written out; none if nothing was asked for. */
export function parseFields(text: string): Result<readonly string[], OntapRefusal> {
  const names: string[] = [];
  for (const part of splitAtTop(text) ?? []) {
    const [, prefix = '', inner] = /^([^{}]*)\{(.*)\}$/s.exec(part) ?? [];
    if (inner === undefined) {
      if (/[{}]/.test(part)) return err(refusal('bracesMismatched'));
      if (part.trim() !== '') names.push(part.trim());
      continue;
    }
    const within = parseFields(inner);
    if (!within.ok) return within;
    names.push(...within.value.map((name) => joinNames(prefix.trim(), name)));
  }
  return splitAtTop(text) === undefined ? err(refusal('bracesMismatched')) : ok(names);
}

/** `always` is shown whatever is asked for: keys, and fields that a filter names. */
export function selectionOf(
  resource: Resource,
  names: readonly string[],
  always: readonly string[],
  { ignoresUnknown }: { readonly ignoresUnknown: boolean },
): Result<Selection, OntapRefusal> {
  const wanted: string[] = [...always];
  const unwanted: string[] = [];
  for (const name of names) {
    const isUnwanted = name.startsWith('!');
    const path = isUnwanted ? name.slice(1) : name;
    if (resource.secrets.includes(path)) return err(refusal('notReadable', { target: path }));
    const isKnown = path === '*' || path === '**' || path === '_links' || fieldAt(resource.tree, path) !== undefined;
    if (!isKnown && !ignoresUnknown) return err(valueInvalid('fields', path, '<field,...>'));
    if (isKnown) (isUnwanted ? unwanted : wanted).push(path);
  }
  const isAll = wanted.includes('*') || wanted.includes('**');
  return ok((path) => (isAll || isUnder(wanted, path)) && !isUnder(unwanted, path));
}

/** The selected parts of a record in its own order, with the record's own link and those of its references where wanted. */
export function project(resource: Resource, row: Row, selects: Selection, wantsLinks: boolean): Row {
  const shown = projected(resource, row, '', selects, wantsLinks) ?? {};
  const isOne = resource.keys.length === 0;
  const address = isOne ? resource.path : `${resource.path}/${encodeURIComponent(String(row['uuid']))}`;
  return wantsLinks ? { ...shown, _links: { self: { href: `/api${address}` } } } : shown;
}

function projected(
  resource: Resource,
  row: Row,
  path: string,
  selects: Selection,
  wantsLinks: boolean,
): Row | undefined {
  const shown: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(row)) {
    const at = joinNames(path, name);
    if (isRow(value)) {
      const inner = projected(resource, value, at, selects, wantsLinks);
      if (inner !== undefined) shown[name] = inner;
    } else if (Array.isArray(value) && value.some(isRow)) {
      const inner = value.filter(isRow).map((element) => projected(resource, element, at, selects, wantsLinks));
      if (inner.some((element) => element !== undefined)) shown[name] = inner.map((element) => element ?? {});
    } else if (value !== undefined && selects(at)) {
      shown[name] = value;
    }
  }
  if (Object.keys(shown).length === 0) return undefined;
  const collection = resource.references[path];
  if (!wantsLinks || collection === undefined || typeof row['uuid'] !== 'string') return shown;
  return { ...shown, _links: { self: { href: `/api${collection}/${encodeURIComponent(row['uuid'])}` } } };
}

const isUnder = (names: readonly string[], path: string): boolean =>
  names.some((name) => path === name || path.startsWith(`${name}.`));

/** `svm.` and `name`, `svm` and `name`, nothing and `name`; an exclamation mark comes first. */
function joinNames(prefix: string, name: string): string {
  if (name.startsWith('!')) return `!${joinNames(prefix, name.slice(1))}`;
  if (prefix === '' || prefix === '!') return prefix + name;
  return prefix.endsWith('.') ? prefix + name : `${prefix}.${name}`;
}

/** Parts between commas that stand outside braces; undefined where braces do not match. */
function splitAtTop(text: string): readonly string[] | undefined {
  const parts: string[] = [];
  let depth = 0;
  let part = '';
  for (const char of text) {
    if (char === '{') depth++;
    if (char === '}') depth--;
    if (depth < 0) return undefined;
    if (char === ',' && depth === 0) {
      parts.push(part);
      part = '';
    } else part += char;
  }
  return depth === 0 ? [...parts, part] : undefined;
}
