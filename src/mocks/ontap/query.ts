/**
 * ONTAP's filter language (getting started: record filtering): one text, and whether a field's values match it.
 *
 *     vs1   abc*xyz   >10   3..10   !joe   a|b   null   !null   "joe*"   {a|b}   10GB
 *
 * A field without a value matches `null` and negations alone; in an array any element may match.
 */
import { err, ok, type Result } from '../../domain/bytes/result.ts';

export type Leaf = string | number | boolean;

/** Whether the values of one field, none if it is not set, match. */
export type Matches = (values: readonly Leaf[]) => boolean;

export type QueryFault = { readonly code: 'operandMissing' | 'unmatchedQuote'; readonly text: string };

export function parseQuery(text: string): Result<Matches, QueryFault> {
  const alternatives = split(text);
  if (!alternatives.ok) return alternatives;
  const matchers: Matches[] = [];
  for (const alternative of alternatives.value) {
    const matcher = parseAlternative(alternative);
    if (!matcher.ok) return matcher;
    matchers.push(matcher.value);
  }
  return ok((values) => matchers.some((matches) => matches(values)));
}

/** Parts between `|`, quotes and braces kept whole. */
function split(text: string): Result<readonly string[], QueryFault> {
  const parts: string[] = [''];
  let closing: string | undefined;
  for (const char of text) {
    const isWithin = closing !== undefined;
    if (char === closing) closing = undefined;
    else if (!isWithin && (char === '"' || char === '{') && /^!?$/.test(parts.at(-1) ?? ''))
      closing = char === '{' ? '}' : '"';
    if (char === '|' && !isWithin) parts.push('');
    else parts.push((parts.pop() ?? '') + char);
  }
  return closing === undefined ? ok(parts) : err({ code: 'unmatchedQuote', text });
}

function parseAlternative(text: string): Result<Matches, QueryFault> {
  if (text.startsWith('!') && text.length > 1) {
    const inner = parseAlternative(text.slice(1));
    return inner.ok ? ok((values) => !inner.value(values)) : inner;
  }
  if (text === 'null') return ok((values) => values.length === 0);

  const literal = /^"(.*)"$/s.exec(text) ?? /^\{(.*)\}$/s.exec(text);
  if (literal !== null) return ok(anyOf((value) => String(value) === literal[1]));

  const [, operator, operand] = /^(<=|>=|<|>)(.*)$/s.exec(text) ?? [];
  if (operator !== undefined && operand !== undefined) {
    if (operand === '') return err({ code: 'operandMissing', text });
    return ok(anyOf((value) => holds(operator, compareLeaves(value, operand))));
  }

  const [, from, to] = /^(.+?)\.\.(.+)$/s.exec(text) ?? [];
  if (from !== undefined && to !== undefined) {
    return ok(anyOf((value) => compareLeaves(value, from) >= 0 && compareLeaves(value, to) <= 0));
  }

  if (text.includes('*')) {
    const pattern = new RegExp(`^${text.split('*').map(escapeRegExp).join('.*')}$`, 's');
    return ok(anyOf((value) => pattern.test(String(value))));
  }
  return ok(anyOf((value) => isEqual(value, text)));
}

const anyOf =
  (matches: (value: Leaf) => boolean): Matches =>
  (values) =>
    values.some(matches);

function holds(operator: string, order: number): boolean {
  switch (operator) {
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    default:
      return order >= 0;
  }
}

const isEqual = (value: Leaf, text: string): boolean =>
  typeof value === 'number' ? value === toNumber(text) : String(value) === text;

/** The order of lists: numbers by value, texts by their characters. `other` is of the same field, or its text from a next link. */
export function orderOf(value: Leaf, other: Leaf): number {
  if (typeof value === 'number') return value - Number(other);
  const [text, otherText] = [String(value), String(other)];
  if (text === otherText) return 0;
  return text < otherText ? -1 : 1;
}

/** By number where both are numbers, else by text: what a filter means by less and more. */
function compareLeaves(value: Leaf, other: Leaf): number {
  const [a, b] = [toNumber(value), toNumber(other)];
  if (a !== undefined && b !== undefined) return a - b;
  return orderOf(String(value), String(other));
}

const sizes: Readonly<Record<string, number>> = { KB: 1, MB: 2, GB: 3, TB: 4, PB: 5 };

/** A number, or a size with its suffix; undefined for anything else. */
function toNumber(value: Leaf): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return undefined;
  const [, digits, suffix] = /^(-?\d+(?:\.\d+)?)(KB|MB|GB|TB|PB)?$/.exec(value) ?? [];
  if (digits === undefined) return undefined;
  return Number(digits) * 1024 ** (suffix === undefined ? 0 : (sizes[suffix] ?? 0));
}

const escapeRegExp = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
