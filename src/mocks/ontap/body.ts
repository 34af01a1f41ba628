/**
 * The body of a POST or PATCH, judged by the contract's schema. Lenient as ONTAP is: any content type, dotted keys beside nested
 * ones, booleans and numbers as text and the reverse, `_links` ignored. What a refusal says never repeats a secret.
 */
import type { Context } from 'hono';
import type { z } from 'zod';
import { err, ok, type Result } from '../../domain/bytes/result.ts';
import { type OntapRefusal, refusal, valueInvalid } from '../../domain/cluster/ontap-errors.ts';
import { type FieldTree, fieldAt, fieldTreeOf } from './field-tree.ts';
import { isRow } from './resource.ts';

export interface BodyForm<T> {
  readonly schema: z.ZodType<T>;
  readonly tree: FieldTree;
  /** Fields that the resource has and this operation does not take. */
  readonly known: readonly FieldTree[];
}

/** The form of one operation; `known` are the schemas of the record and of the resource's other operations. */
export const bodyForm = <T>(schema: z.ZodType<T>, ...known: z.ZodType[]): BodyForm<T> => ({
  schema,
  tree: fieldTreeOf(schema),
  known: known.map(fieldTreeOf),
});

export async function readBody<T>(c: Context, form: BodyForm<T>): Promise<Result<T, OntapRefusal>> {
  const json = parseJson(await c.req.text());
  if (!json.ok) return json;
  if (Array.isArray(json.value)) return err(refusal('arrayNotExpected'));
  if (!isRow(json.value)) return err(refusal('jsonInvalid', { location: '0' }));
  const body: Body = Object.create(null);
  const misfit = gather(form, '', json.value, body);
  if (misfit !== undefined) return err(misfit);

  const parsed = form.schema.safeParse(body);
  return parsed.success ? ok(parsed.data) : err(refusalOf(parsed.error, body));
}

/** Without a prototype, so that no key of a client's means more than itself. */
type Body = Record<string, unknown>;

function parseJson(text: string): Result<unknown, OntapRefusal> {
  if (text.trim() === '') return ok({});
  try {
    return ok(JSON.parse(text));
  } catch (error) {
    const location = error instanceof Error ? /position (\d+)/.exec(error.message)?.[1] : undefined;
    return err(refusal('jsonInvalid', { location: location ?? String(text.length) }));
  }
}

/** Adds the members of `given` to `body`, dotted keys as nested ones. `prefix` is where `given` stands. */
function gather<T>(form: BodyForm<T>, prefix: string, given: Body, body: Body): OntapRefusal | undefined {
  for (const [key, value] of Object.entries(given)) {
    if (key === '_links') continue;
    const dot = key.indexOf('.');
    const name = dot < 0 ? key : key.slice(0, dot);
    const path = prefix === '' ? name : `${prefix}.${name}`;
    const field = fieldAt(form.tree, path);
    if (field === undefined) return refuseName(form, path);

    const misfit =
      dot < 0
        ? place(form, field, path, name, value, body)
        : place(form, field, path, name, { [key.slice(dot + 1)]: value }, body);
    if (misfit !== undefined) return misfit;
  }
  return undefined;
}

function place<T>(
  form: BodyForm<T>,
  field: FieldTree,
  path: string,
  name: string,
  value: unknown,
  body: Body,
): OntapRefusal | undefined {
  if (field.type === 'object') {
    if (Array.isArray(value)) return refusal('arrayNotExpected', { target: path });
    if (!isRow(value)) return refusal('wrongType', { value: shownOf(value), field: path, target: path });
    const inner = body[name] ?? Object.create(null);
    if (!isRow(inner)) return refusal('fieldTwice', { target: path });
    body[name] = inner;
    return gather(form, path, value, inner);
  }
  if (name in body) return refusal('fieldTwice', { target: path });
  if (field.type === 'array') {
    if (!Array.isArray(value)) return refusal('arrayExpected', { target: path });
    body[name] = value;
    return undefined;
  }
  if (Array.isArray(value)) return refusal('arrayNotExpected', { target: path });
  const lenient = toLeaf(field.type, value);
  if (lenient === undefined) return refusal('wrongType', { value: shownOf(value), field: path, target: path });
  body[name] = lenient;
  return undefined;
}

/** The value as the field's type; undefined where it is none. */
function toLeaf(type: 'string' | 'number' | 'boolean', value: unknown): string | number | boolean | undefined {
  if (type === 'string') return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
  if (typeof value === type && (typeof value === 'number' || typeof value === 'boolean')) return value;
  if (typeof value !== 'string') return undefined;
  if (type === 'boolean') return value === 'true' ? true : value === 'false' ? false : undefined;
  return /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : undefined;
}

/** What a refusal may repeat of a value that has the wrong type. */
const shownOf = (value: unknown): string =>
  typeof value === 'object' && value !== null ? '{}' : String(value).slice(0, 64);

function refuseName<T>({ known }: BodyForm<T>, path: string): OntapRefusal {
  const isKnown = known.some((tree) => fieldAt(tree, path) !== undefined);
  return isKnown
    ? refusal('fieldNotSettable', { field: path, target: path })
    : refusal('unexpectedArgument', { argument: path, target: path });
}

/** The first issue of the schema in ONTAP's words. `gather` has judged names and types, so words and gaps are what is left. */
function refusalOf(error: z.ZodError, body: Body): OntapRefusal {
  const [issue] = error.issues;
  const path = issue?.path.join('.') ?? '';
  const value = issue?.path.reduce<unknown>((at, name) => (isRow(at) ? at[String(name)] : undefined), body);
  if (value === undefined) return refusal('requiredMissing', { target: path });
  const hint = issue?.code === 'invalid_value' ? issue.values.join('|') : (issue?.message ?? '');
  return valueInvalid(path, shownOf(value), hint);
}
