/**
 * The syntax of swanctl.conf and strongswan.conf (strongswan.conf(5)): sections in braces, `key = value`, comments from `#` to
 * the end of the line. Quotes keep blanks, braces and hash signs, and know backslash escapes; without them a `#` cuts the value.
 * Includes and references to other sections do not occur in pairs and are refused.
 */

export interface Section {
  readonly values: ReadonlyMap<string, string>;
  readonly sections: ReadonlyMap<string, Section>;
}

export const emptySection: Section = { values: new Map(), sections: new Map() };

export function parseSections(text: string): Section {
  return parseBody({ text, at: 0 }, { isRoot: true });
}

/** The section of that name, empty where the file has none. */
export const sectionOf = (parent: Section, name: string): Section => parent.sections.get(name) ?? emptySection;

interface Rest {
  readonly text: string;
  at: number;
}

function parseBody(rest: Rest, { isRoot }: { readonly isRoot: boolean }): Section {
  const values = new Map<string, string>();
  const sections = new Map<string, Section>();
  for (;;) {
    skip(rest, /(?:\s|#[^\n]*)+/y);
    if (rest.at >= rest.text.length) {
      if (isRoot) return { values, sections };
      throw new Error('a section does not end');
    }
    if (take(rest, /\}/y) !== undefined) {
      if (isRoot) throw new Error(`a closing brace too many at ${rest.at}`);
      return { values, sections };
    }
    const name = take(rest, /[^\s{}=#:]+/y);
    if (name === undefined || name === 'include') throw new Error(`no section and no value at ${rest.at}`);
    skip(rest, /\s*/y);
    if (take(rest, /\{/y) !== undefined) sections.set(name, parseBody(rest, { isRoot: false }));
    else if (take(rest, /=/y) !== undefined) values.set(name, parseValue(rest));
    else throw new Error(`${name} is followed by neither a brace nor a value`);
  }
}

/** Quoted and bare parts in turn, as far as the line goes. */
function parseValue(rest: Rest): string {
  let value = '';
  skip(rest, /[ \t]*/y);
  for (;;) {
    const quoted = take(rest, /"(?:[^"\\]|\\[\s\S])*"/y);
    const part = quoted === undefined ? take(rest, /[^\n#{}"]+/y) : unquote(quoted);
    if (part === undefined) return value;
    value += quoted === undefined ? part.trimEnd() : part;
  }
}

const unquote = (quoted: string): string =>
  quoted.slice(1, -1).replace(/\\([\s\S])/g, (_, sign: string) => escapes[sign] ?? sign);

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f', '\n': '' };

function take(rest: Rest, pattern: RegExp): string | undefined {
  pattern.lastIndex = rest.at;
  const [found] = pattern.exec(rest.text) ?? [];
  if (found === undefined) return undefined;
  rest.at += found.length;
  return found;
}

const skip = (rest: Rest, pattern: RegExp): void => void take(rest, pattern);
