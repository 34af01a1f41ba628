/** Whether the navigation is folded to icons; kept in this browser, switched by its button or `[`. */
import { useState } from 'react';

const key = 'overwire.navigation';

export function useFoldedNavigation(): { readonly isFolded: boolean; readonly toggle: () => void } {
  const [isFolded, setFolded] = useState(() => localStorage.getItem(key) === 'folded');
  const toggle = () => {
    localStorage.setItem(key, isFolded ? 'open' : 'folded');
    setFolded(!isFolded);
  };
  return { isFolded, toggle };
}
