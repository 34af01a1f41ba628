/** A pair: two configurations and what real daemons did with them. The format is told in pairs/README.md. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const lines = z.array(z.string());

const end = z.object({
  address: z.string(),
  swanctl: lines.optional(),
  strongswan: lines.optional(),
  files: lines.optional(),
  'ipsec.conf': lines.optional(),
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
  retried: z.array(retry).optional(),
  chosen: chosen.nullish(),
  tsLocal: lines.nullish(),
  tsRemote: lines.nullish(),
  mode: z.string().nullish(),
  ports: z.object({ initiator: z.number(), responder: z.number() }).optional(),
  rekeyed: z.boolean().optional(),
  ikeProposal: z.string().nullish(),
  espProposal: z.string().nullish(),
  responderSas: lines.optional(),
  left: standing.optional(),
  right: standing.optional(),
});

const pair = z.object({
  id: z.string(),
  kind: z.string(),
  title: z.string(),
  daemons: lines,
  child: z.string(),
  actions: lines.default(['initiate']),
  left: end,
  right: end,
  left2: end.optional(),
  verdict,
  after: z.array(z.object({ action: z.string(), verdict })).default([]),
});

const pairFile = z.object({ kind: z.string(), pairs: z.array(z.unknown()) });

export type Pair = z.infer<typeof pair>;
export type PairEnd = z.infer<typeof end>;
export type Verdict = z.infer<typeof verdict>;
export type EndName = 'left' | 'right' | 'left2';

/** The pairs of all files of a folder, in the order of the files' names. */
export async function pairsOf(folder: string): Promise<readonly Pair[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
  const files = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  return files.flatMap((text) => pairFile.parse(JSON.parse(text)).pairs.map((each) => pair.parse(each)));
}
