/**
 * What a user prefers on every page, kept in this browser: density for now; the theme is kept by MUI itself. A page never
 * overrides it.
 */

import { useSyncExternalStore } from 'react';

export type DensityName = 'comfortable' | 'compact';

export interface Density {
  readonly name: DensityName;
  /** Compact changes spacing only, never the size of text. */
  readonly rowHeight: number;
}

const densities: Readonly<Record<DensityName, Density>> = {
  comfortable: { name: 'comfortable', rowHeight: 40 },
  compact: { name: 'compact', rowHeight: 32 },
};

const key = 'overwire.density';
const listeners = new Set<() => void>();

export function useDensity(): Density {
  return densities[useSyncExternalStore(subscribe, readDensity, () => 'comfortable' as const)];
}

export function setDensity(name: DensityName): void {
  localStorage.setItem(key, name);
  for (const listener of listeners) {
    listener();
  }
}

function readDensity(): DensityName {
  return localStorage.getItem(key) === 'compact' ? 'compact' : 'comfortable';
}

/** Another tab's change counts here too. */
function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  addEventListener('storage', listener);
  return () => {
    listeners.delete(listener);
    removeEventListener('storage', listener);
  };
}
