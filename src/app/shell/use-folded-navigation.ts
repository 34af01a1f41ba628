/** Whether the navigation is folded to icons; kept in this browser, switched by its button or `[`. */

import { useEffect, useState } from 'react';

const key = 'overwire.navigation';

export function useFoldedNavigation(): { readonly isFolded: boolean; readonly toggle: () => void } {
  const [isFolded, setFolded] = useState(() => localStorage.getItem(key) === 'folded');
  const toggle = () => {
    localStorage.setItem(key, isFolded ? 'open' : 'folded');
    setFolded(!isFolded);
  };
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === '[' && !event.ctrlKey && !event.metaKey && !isTyping(event.target)) {
        toggle();
      }
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  });
  return { isFolded, toggle };
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]') !== null;
