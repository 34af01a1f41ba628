/**
 * A broken store as the page shows it: one sentence that says what is broken, and what can still be read, to keep. Nothing secret is in
 * either.
 */
import type { LabHealth } from '../contract/lab-port.ts';
import type { Store, StoreFault } from './store.ts';

/** `store` is absent where it could not even be opened: there is nothing to export then. */
export async function healthOf(fault: StoreFault, store?: Store): Promise<LabHealth> {
  return { ok: false, what: sentenceOf(fault), exported: (await store?.exportText()) ?? '{}' };
}

function sentenceOf({ code, id, detail }: StoreFault): string {
  if (id !== undefined) return `The lab's stored document ${id} ${verbOf[code]}: ${detail}.`;
  return `The lab's storage ${verbOf[code]}: ${detail}.`;
}

const verbOf = {
  unopenable: 'cannot be opened',
  undecodable: 'cannot be read',
  unknownVersion: 'was written by another version of Overwire',
  misfit: 'does not hold what it must',
  unsealable: 'holds a secret that cannot be unsealed',
  unwritable: 'cannot be written',
} as const satisfies Record<StoreFault['code'], string>;
