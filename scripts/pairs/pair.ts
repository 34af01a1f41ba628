/** A pair: two configurations and what real daemons did with them. The format is told in pairs/README.md. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { parseAddress } from '../../src/domain/net/address.ts';

const lines = z.array(z.string());
/** The lines of a file, or the file. */
const text = z.union([lines, z.string().transform((whole) => whole.split(/\r?\n/))]);

const end = z.object({
  address: z.string().refine((each) => parseAddress(each).ok, 'not an address'),
  swanctl: text.optional(),
  strongswan: text.optional(),
  files: lines.optional(),
  'ipsec.conf': text.optional(),
  'ipsec.secrets': text.optional(),
  setup: text.optional(),
});

const errorNotify = z.object({ name: z.string(), from: z.string() });
const retry = z.object({ notify: z.string(), requested: z.string().optional() });
const chosen = z.object({ ikeProposal: z.string().nullish(), espProposal: z.string().nullish() });
const standing = z.object({ ike: z.string(), child: z.string() });

/** What an initiation, a rekey or a wait is judged by; a field that is absent was not judged. */
const verdict = z.object({
  ike: z.string().optional(),
  child: z.string().optional(),
  failedAt: z.string().nullish(),
  notifyOnWire: errorNotify.nullish(),
  retried: z.array(retry).nullish(),
  chosen: chosen.nullish(),
  tsLocal: lines.nullish(),
  tsRemote: lines.nullish(),
  mode: z.string().nullish(),
  ports: z.object({ initiator: z.number(), responder: z.number() }).nullish(),
  rekeyed: z.boolean().optional(),
  ikeProposal: z.string().nullish(),
  espProposal: z.string().nullish(),
  responderSas: lines.optional(),
  /** Who sent a message in fragments; how many there were hangs on a few octets. */
  fragments: z.record(z.string(), z.unknown()).transform(Object.keys).optional(),
  left: standing.optional(),
  right: standing.optional(),
});

const pair = z.object({
  id: z.string(),
  kind: z.string(),
  title: z.string().default(''),
  daemons: lines.default([]),
  /** Absent where only an IKE SA is asked for. */
  child: z.string().optional(),
  actions: lines.default(['initiate']),
  left: end,
  right: end,
  left2: end.optional(),
  verdict,
  after: z.array(z.object({ action: z.string(), verdict })).default([]),
});

/** A kind that stands once for all pairs of a file. */
const pairFile = z.object({ kind: z.string().optional(), pairs: z.array(z.looseObject({})) });

export type Pair = z.infer<typeof pair>;
export type PairEnd = z.infer<typeof end>;
export type Verdict = z.infer<typeof verdict>;
export type EndName = 'left' | 'right' | 'left2';

/** What a folder holds, and by name what of it is not played. */
export interface FoundPairs {
  readonly pairs: readonly Pair[];
  readonly leftOut: readonly LeftOut[];
}

/** `failed`: a file that nobody can read; `skipped`: no file of pairs, or a pair that lacks what a pair has. */
export interface LeftOut {
  readonly name: string;
  readonly kind: string;
  readonly outcome: 'failed' | 'skipped';
  readonly why: string;
}

/** The pairs of all files of a folder, in the order of the files' names. */
export async function pairsOf(folder: string): Promise<FoundPairs> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
  const found = await Promise.all(
    names.map(async (name) => readPairs(name, await readFile(join(folder, name), 'utf8'))),
  );
  return { pairs: found.flatMap(({ pairs }) => pairs), leftOut: found.flatMap(({ leftOut }) => leftOut) };
}

export function readPairs(name: string, content: string): FoundPairs {
  const json = jsonOf(content);
  if (json === undefined) return noneOf({ name, kind: noKind, outcome: 'failed', why: 'no JSON' });
  const file = pairFile.safeParse(json);
  if (!file.success) return noneOf({ name, kind: noKind, outcome: 'skipped', why: 'no file of pairs' });
  const pairs: Pair[] = [];
  const leftOut: LeftOut[] = [];
  for (const [index, each] of file.data.pairs.entries()) {
    const id = String(each['id'] ?? index + 1);
    const kind = String(each['kind'] ?? file.data.kind ?? id.replace(/-\d+$/, ''));
    const parsed = pair.safeParse({ ...each, kind });
    if (parsed.success) pairs.push(parsed.data);
    else leftOut.push({ name: `${name}: ${id}`, kind, outcome: 'skipped', why: reasonOf(parsed.error) });
  }
  return { pairs, leftOut };
}

const noneOf = (file: LeftOut): FoundPairs => ({ pairs: [], leftOut: [file] });

const noKind = 'no pairs';

const reasonOf = ({ issues }: z.ZodError): string =>
  issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');

function jsonOf(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
