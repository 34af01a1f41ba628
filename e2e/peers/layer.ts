/**
 * A daemon's Debian package, unpacked aside, so that a guest can have it laid over its root. Fetched once, with apt-get; kept
 * where `npm ci` clears it away.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { missingFor } from '../../scripts/debian.ts';

const kit = join(import.meta.dirname, 'kit');
const kept = join(import.meta.dirname, '../../node_modules/.cache/peer-layers');

type LayerName = 'libreswan' | 'openiked';

/** Its directory, or why it cannot be had. */
export function layerOf(
  name: LayerName,
):
  | { readonly directory: string; readonly missing?: undefined }
  | { readonly directory?: undefined; readonly missing: string } {
  const missing = missingFor(name);
  if (missing !== undefined) return { missing };
  const directory = join(kept, name);
  const isUnpacked = () => spawnSync(join(kit, 'get-layer'), [directory, name]).status === 0;
  if (isUnpacked()) return { directory };
  if (process.getuid?.() === 0) spawnSync('apt-get', ['update', '-q']); // the lists may be gone, as in an image
  return isUnpacked() ? { directory } : { missing: `apt-get download ${name} failed` };
}
