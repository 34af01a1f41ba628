/**
 * Single-key shortcuts of one page (`n` new, `f` freeze). They act outside inputs, menus and dialogs only, and never with a
 * modifier, so that no browser or reader command is taken (WCAG 2.1.4).
 */

import { useEffect, useRef } from 'react';

export type PageKeys = Readonly<Record<string, () => void>>;

export function usePageKeys(keys: PageKeys): void {
  const latest = useRef(keys);
  useEffect(() => {
    latest.current = keys;
  });
  useEffect(() => {
    const act = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const key = latest.current[event.key];
      if (key === undefined) return;
      event.preventDefault();
      key();
    };
    window.addEventListener('keydown', act);
    return () => window.removeEventListener('keydown', act);
  }, []);
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  target.closest('input, textarea, select, [contenteditable], [role="dialog"], [role="menu"]') !== null;
