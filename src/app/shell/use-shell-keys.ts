/** The keys that act on every page: to each page, from region to region, the navigation, the list of shortcuts. */
import { useEffect } from 'react';
import { useNavigate } from 'react-router';
import type { ClusterRef } from '../../api/cluster-ref.ts';
import { goToNextRegion } from '../../components/keys/regions.ts';
import { useKeyListener, useKeys } from '../../components/keys/use-keys.ts';
import { destinations } from './destinations.ts';

export interface ShellKeys {
  readonly cluster: ClusterRef;
  readonly onFold: () => void;
  readonly onHelp: () => void;
}

export function useShellKeys({ cluster, onFold, onHelp }: ShellKeys): void {
  const navigate = useNavigate();
  useKeyListener();
  useKeys([
    ...destinations(cluster).map(({ label, path, letter }) => ({
      keys: `g ${letter}`,
      does: `Go to ${label}`,
      act: () => void navigate(path(cluster.id)),
    })),
    { keys: '[', does: 'Fold or unfold the navigation', act: onFold },
    { keys: '?', does: 'Show this list', act: onHelp },
  ]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'F6' || event.ctrlKey || event.altKey || event.metaKey) return;
      event.preventDefault();
      goToNextRegion(event.shiftKey ? -1 : 1);
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
}
