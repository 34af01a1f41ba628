/**
 * Cross-field search: `query_fields=name,remote_endpoint.address&query=nfs*`. A star stands for any run of characters, a bar is or, a
 * space is and; `*` among the fields means every one, `!name` all but that.
 */
import { err, ok, type Result } from '../../domain/bytes/result.ts';
import { type OntapRefusal, refusal } from '../../domain/cluster/ontap-errors.ts';
import { fieldAt } from './field-tree.ts';
import { type Leaf, type Matches, parseQuery } from './query.ts';
import { isRow, type Resource, type Row, valuesAt } from './resource.ts';

type Test = (row: Row) => boolean;

export function parseSearch(
  resource: Resource,
  text: string | undefined,
  fieldsText: string | undefined,
): Result<Test, OntapRefusal> {
  if (text === undefined && fieldsText === undefined) return ok(() => true);
  if (text === undefined || fieldsText === undefined) {
    return err(refusal('queryIncomplete', { target: text === undefined ? 'query' : 'query_fields' }));
  }
  if (text.trim() === '') return err(refusal('queryEmpty'));

  const alternatives: (readonly Matches[])[] = [];
  for (const alternative of text.split('|')) {
    const terms: Matches[] = [];
    for (const term of alternative.split(/\s+/).filter((term) => term !== '')) {
      const matches = parseQuery(term);
      if (!matches.ok) return err(refusal('unmatchedQuote'));
      terms.push(matches.value);
    }
    alternatives.push(terms);
  }

  const names = fieldsText.split(',').map((name) => name.trim());
  const unknown = names.find((name) => name !== '*' && fieldAt(resource.tree, name.replace(/^!/, '')) === undefined);
  if (unknown !== undefined) return err(refusal('unexpectedArgument', { argument: unknown, target: 'query_fields' }));
  return ok((row) => {
    const values = searchedValues(row, names);
    return alternatives.some((terms) => terms.every((matches) => values.some((value) => matches([value]))));
  });
}

function searchedValues(row: Row, names: readonly string[]): readonly Leaf[] {
  const left = new Set(names.filter((name) => name.startsWith('!')).map((name) => name.slice(1)));
  if (left.size > 0 || names.includes('*')) return leavesOf(row, '', left);
  return names.flatMap((name) => valuesAt(row, name.split('.')));
}

function leavesOf(value: unknown, path: string, left: ReadonlySet<string>): readonly Leaf[] {
  if (left.has(path)) return [];
  if (Array.isArray(value)) return value.flatMap((element) => leavesOf(element, path, left));
  if (!isRow(value)) return valuesAt(value, []);
  return Object.entries(value).flatMap(([name, member]) =>
    leavesOf(member, path === '' ? name : `${path}.${name}`, left),
  );
}
