/**
 * The store under Node: LevelDB in a folder, every batch synced, and the sealing key in a file beside it that its owner alone may
 * read.
 */
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Level } from 'level';
import { err, ok, type Result } from '../domain/bytes/result.ts';
import { aesGcmSealer, importSealingKey } from './sealer.ts';
import { Store, type StoreFault } from './store.ts';

const keyOctets = 32;

/** Opens or makes a store in `folder`. LevelDB lets one process hold it. */
export async function openNodeStore(folder: string): Promise<Result<Store, StoreFault>> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const key = await importSealingKey(await sealingKeyOctets(join(folder, 'sealing.key')));
    const db = new Level<string, string>(join(folder, 'level'));
    await db.open();
    return ok(new Store(db, aesGcmSealer(key)));
  } catch (error) {
    return err({ code: 'unopenable', detail: error instanceof Error ? error.message : String(error) });
  }
}

async function sealingKeyOctets(path: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    await writeFile(path, crypto.getRandomValues(new Uint8Array(keyOctets)), { flag: 'wx', mode: 0o600, flush: true });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    await chmod(path, 0o600);
  }
  return new Uint8Array(await readFile(path));
}
