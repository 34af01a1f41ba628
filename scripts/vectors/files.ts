/** The vector files of a folder and of those below it. */
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { VectorFile } from './format.ts';

export interface FoundFile {
  /** Relative to the folder. */
  readonly path: string;
  /** Without folder and .json. */
  readonly name: string;
  /** Absent where it is no JSON. */
  readonly content?: VectorFile;
}

export async function vectorFilesOf(folder: string): Promise<readonly FoundFile[]> {
  const paths = (await readdir(folder, { recursive: true })).filter((path) => path.endsWith('.json')).sort();
  return Promise.all(
    paths.map(async (path) => {
      const content = contentOf(await readFile(join(folder, path), 'utf8'));
      return { path, name: basename(path, '.json'), ...(content && { content }) };
    }),
  );
}

/** A bare list counts as the file's vectors. */
function contentOf(text: string): VectorFile | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  if (Array.isArray(parsed)) return { vectors: parsed, cases: parsed };
  return typeof parsed === 'object' && parsed !== null ? (parsed as VectorFile) : undefined;
}
