/** The vector files of a folder and of those below it. */
import { readdir, readFile } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
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
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = found
    .filter((each) => each.isFile() && each.name.endsWith('.json'))
    .map(({ parentPath, name }) => relative(folder, join(parentPath, name)))
    .sort();
  return Promise.all(
    paths.map(async (path) => {
      const content = contentOf((await readFile(join(folder, path), 'utf8')).replace(/^\ufeff/, ''));
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
  if (Array.isArray(parsed)) return { vectors: parsed };
  return typeof parsed === 'object' && parsed !== null ? (parsed as VectorFile) : undefined;
}
