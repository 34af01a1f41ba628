/** Whether the production build is older than what it is made of. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const sources = ['src', 'public', 'index.html', 'vite.config.ts', 'package-lock.json'];

export function isBuildStale(built = 'dist/index.html'): boolean {
  const builtAt = modifiedAt(built);
  return sources.some((source) => newestIn(source) > builtAt);
}

function newestIn(path: string): number {
  const own = modifiedAt(path);
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return own;
  const entries = readdirSync(path, { recursive: true, withFileTypes: true });
  return Math.max(own, ...entries.map((entry) => modifiedAt(join(entry.parentPath, entry.name))));
}

/** 0 for what is not there: older than everything. */
function modifiedAt(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
