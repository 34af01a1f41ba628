/**
 * Single-key shortcuts in React: a page offers its own, the shell listens for all. They act outside inputs, menus and dialogs only,
 * never with a modifier, so that no browser or reader command is taken, and can be switched off (WCAG 2.1.4).
 */
import { useEffect, useRef } from 'react';
import { areSingleKeysOn } from '../preferences.ts';
import { type KeyAct, meaningOf, offeredKeys, offerKeys } from './key-registry.ts';

/** Offers these while the component is there. */
export function useKeys(acts: readonly KeyAct[]): void {
  const latest = useRef(acts);
  useEffect(() => {
    latest.current = acts;
  });
  useEffect(() => offerKeys(latest), []);
}

/** How long the first of two keys waits for the second. */
const pairWithinMs = 1500;

/** The window's one listener. */
export function useKeyListener(): void {
  const first = useRef<{ readonly key: string; readonly atMs: number }>(undefined);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!areSingleKeysOn() || isTaken(event)) return;
      const { key: pending, atMs } = first.current ?? { key: undefined, atMs: 0 };
      const isInTime = event.timeStamp - atMs <= pairWithinMs;
      const meaning = meaningOf({ pending: isInTime ? pending : undefined, key: event.key }, offeredKeys());
      first.current = meaning.pending === undefined ? undefined : { key: meaning.pending, atMs: event.timeStamp };
      if (meaning.act === undefined) return;
      event.preventDefault();
      meaning.act();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
}

/** Shift by itself is on its way to `?`. */
const isTaken = (event: KeyboardEvent): boolean =>
  event.defaultPrevented ||
  event.ctrlKey ||
  event.metaKey ||
  event.altKey ||
  event.key === 'Shift' ||
  (event.target instanceof HTMLElement &&
    event.target.closest('input, textarea, select, [contenteditable], [role="dialog"], [role="menu"]') !== null);
