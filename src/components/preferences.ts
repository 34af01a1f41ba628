/**
 * What a user prefers on every page, kept in this browser: density and single-key shortcuts; the theme is kept by MUI itself. A page
 * never overrides it.
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

const densityKey = 'overwire.density';
const singleKeysKey = 'overwire.single-keys';
const listeners = new Set<() => void>();

export function useDensity(): Density {
  return densities[useSyncExternalStore(subscribe, readDensity, () => 'comfortable' as const)];
}

export const setDensity = (name: DensityName): void => keep(densityKey, name);

const readDensity = (): DensityName => (localStorage.getItem(densityKey) === 'compact' ? 'compact' : 'comfortable');

export const useSingleKeys = (): boolean => useSyncExternalStore(subscribe, areSingleKeysOn, () => true);

export const setSingleKeys = (isOn: boolean): void => keep(singleKeysKey, isOn ? 'on' : 'off');

export const areSingleKeysOn = (): boolean => localStorage.getItem(singleKeysKey) !== 'off';

function keep(key: string, value: string): void {
  localStorage.setItem(key, value);
  for (const listener of listeners) {
    listener();
  }
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
