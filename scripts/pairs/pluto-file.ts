/** The syntax of ipsec.conf and ipsec.secrets (ipsec.conf(5), ipsec.secrets(5)), as far as one connection and its secrets go. */

export interface Conn {
  readonly name: string;
  readonly values: ReadonlyMap<string, string>;
}

/** The `key=value` lines of the first conn section, with what it says `also` of; a later line counts. */
export function parseConn(lines: readonly string[]): Conn {
  const sections = new Map<string, Map<string, string>>();
  let current = new Map<string, string>();
  sections.set('', current);
  for (const line of lines) {
    const [, name] = /^conn\s+(\S+)/.exec(line.trim()) ?? [];
    if (name !== undefined) {
      current = new Map();
      sections.set(name, current);
    }
    const [, key, value] = /^([\w-]+)\s*=\s*(.*)$/.exec(withoutComment(line).trim()) ?? [];
    if (key !== undefined && value !== undefined) current.set(key, unquoted(value));
  }
  const [[name, first] = ['', new Map<string, string>()]] = [...sections].filter(
    ([each]) => each !== '' && each !== '%default',
  );
  const also = (first.get('also') ?? '').split(/[\s,]+/).flatMap((other) => [...(sections.get(other) ?? [])]);
  return { name, values: new Map([...(sections.get('%default') ?? []), ...also, ...first]) };
}

export interface PlutoSecret {
  readonly kind: 'PSK' | 'PPKS';
  /** Empty: anybody's. */
  readonly owners: readonly string[];
  /** The name of a PPK. */
  readonly id?: string;
  readonly secret: string;
}

/** `@a @b : PSK "…"`, `: PPKS "name" "…"`. Other kinds are keys of certificates, which stand in NSS. */
export function parseSecrets(lines: readonly string[]): readonly PlutoSecret[] {
  return lines.flatMap((line): readonly PlutoSecret[] => {
    const [, owners = '', kind, tail = ''] = /^(.*?):\s*(PSK|PPKS)\s+(.*)$/.exec(line.trim()) ?? [];
    const words = tail.match(/"[^"]*"|'[^']*'|\S+/g)?.map(unquoted) ?? [];
    const named = owners.split(/\s+/).filter((each) => each !== '' && each !== '%any');
    if (kind === 'PSK') return [{ kind, owners: named, secret: words[0] ?? '' }];
    if (kind === 'PPKS') return [{ kind, owners: named, id: words[0] ?? '', secret: words[1] ?? '' }];
    return [];
  });
}

const withoutComment = (line: string): string => line.replace(/(^|\s)#.*$/, '');
const unquoted = (text: string): string => text.trim().replace(/^(["'])(.*)\1$/, '$2');
