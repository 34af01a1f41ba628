/**
 * The syntax of swanctl.conf and strongswan.conf (strongswan.conf(5)): sections in braces, `key = value`, comments from `#` to
 * the end of the line. A value is words and quoted strings, with one blank between any two of them whatever stands there. Quotes
 * keep blanks, line breaks, braces and hash signs, and know backslash escapes; in a bare word a `#` or a closing brace ends the
 * value, and a backslash is a backslash. A section named twice is one, a later value replaces an earlier one, an empty one takes
 * it away. `name : connections.base` begins with what the other section has. Includes name files that a pair does not have, and
 * charon goes on without them.
 */

export interface Section {
  readonly values: ReadonlyMap<string, string>;
  readonly sections: ReadonlyMap<string, Section>;
}

export const emptySection: Section = { values: new Map(), sections: new Map() };

/** As a daemon loads it: of a file that is none it has nothing, and goes on. */
export function loadSections(lines: readonly string[] = []): Section {
  try {
    return parseSections(lines.join('\n'));
  } catch (error) {
    if (error instanceof NoFile) return emptySection;
    throw error;
  }
}

class NoFile extends Error {}

export function parseSections(text: string): Section {
  const root = newDraft();
  readBody({ text, at: 0 }, root, { isRoot: true });
  return resolved(root, root, []);
}

/** The section of that name, empty where the file has none. */
export const sectionOf = (parent: Section, name: string): Section => parent.sections.get(name) ?? emptySection;

/** As written: a value that was emptied is undefined, and references are paths from the root. */
interface Draft {
  readonly values: Map<string, string | undefined>;
  readonly sections: Map<string, Draft>;
  readonly references: string[];
}

const newDraft = (): Draft => ({ values: new Map(), sections: new Map(), references: [] });

interface Rest {
  readonly text: string;
  at: number;
}

function readBody(rest: Rest, draft: Draft, { isRoot }: { readonly isRoot: boolean }): void {
  for (;;) {
    skip(rest, /(?:\s|#[^\n]*)+/y);
    if (rest.at >= rest.text.length) {
      if (isRoot) return;
      throw new NoFile('a section does not end');
    }
    if (take(rest, /\}/y) !== undefined) {
      if (isRoot) throw new NoFile(`a closing brace too many at ${rest.at}`);
      return;
    }
    if (take(rest, /include[ \t]+(?!=)[^\n#}]*/y) !== undefined) continue;
    const name = take(rest, /[^{}=#:.,"\r\n\t ]+/y);
    if (name === undefined) throw new NoFile(`no section and no value at ${rest.at}`);
    skip(rest, /\s*/y);
    const references = take(rest, /:[^{}=#\n"]*/y);
    skip(rest, /(?:\s|#[^\n]*)*/y);
    if (take(rest, /\{/y) !== undefined) {
      const section = draft.sections.get(name) ?? newDraft();
      draft.sections.set(name, section);
      section.references.push(...wordsOf(references?.slice(1) ?? ''));
      readBody(rest, section, { isRoot: false });
    } else if (references === undefined && take(rest, /=/y) !== undefined) draft.values.set(name, readValue(rest));
    else throw new NoFile(`${name} is followed by neither a brace nor a value`);
  }
}

/** Quoted strings and bare words in turn, as far as the line goes; undefined: nothing at all. */
function readValue(rest: Rest): string | undefined {
  const parts: string[] = [];
  for (;;) {
    skip(rest, /[ \t\r]*/y);
    const quoted = take(rest, /"(?:[^"\\]|\\[\s\S])*"/y);
    const part = quoted === undefined ? take(rest, /[^#}"\r\n\t ]+/y) : unquote(quoted);
    if (part === undefined) return parts.length === 0 ? undefined : parts.join(' ');
    parts.push(part);
  }
}

/** With what its references have, the last one's first, under what it says itself. `path`: where we come from, so that a ring ends. */
function resolved(draft: Draft, root: Draft, path: readonly Draft[]): Section {
  const bases = path.includes(draft) ? [] : draft.references.map((reference) => draftAt(root, reference));
  const layers = [...bases.filter((base) => base !== undefined), draft];
  const whole = layers.map((layer) =>
    layer === draft ? ownOf(draft, root, path) : resolved(layer, root, [...path, draft]),
  );
  return whole.reduce((under, over) => merged(under, over, draft));
}

function ownOf(draft: Draft, root: Draft, path: readonly Draft[]): Section {
  const values = [...draft.values].flatMap(([key, value]): [string, string][] =>
    value === undefined ? [] : [[key, value]],
  );
  const sections = [...draft.sections].map(([name, each]): [string, Section] => [name, resolved(each, root, path)]);
  return { values: new Map(values), sections: new Map(sections) };
}

function merged(under: Section, over: Section, { values: written }: Draft): Section {
  const kept = [...under.values].filter(([key]) => !(written.has(key) && written.get(key) === undefined));
  const sections = new Map(under.sections);
  for (const [name, section] of over.sections) {
    const base = sections.get(name);
    sections.set(name, base ? merged(base, section, newDraft()) : section);
  }
  return { values: new Map([...kept, ...over.values]), sections };
}

const draftAt = (root: Draft, path: string): Draft | undefined =>
  path.split('.').reduce((draft: Draft | undefined, name) => draft?.sections.get(name), root);

const wordsOf = (list: string): readonly string[] =>
  list
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');

const unquote = (quoted: string): string =>
  quoted
    .slice(1, -1)
    .replaceAll('\r', '')
    .replace(/\\([\s\S])/g, (_, sign: string) => escapes[sign] ?? sign);

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '\n': '' };

function take(rest: Rest, pattern: RegExp): string | undefined {
  pattern.lastIndex = rest.at;
  const [found] = pattern.exec(rest.text) ?? [];
  if (found === undefined) return undefined;
  rest.at += found.length;
  return found;
}

const skip = (rest: Rest, pattern: RegExp): void => void take(rest, pattern);
