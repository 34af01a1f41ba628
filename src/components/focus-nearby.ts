/**
 * Where the focus goes when what had it is gone: the table's tab stop, which stands at the next row then, or the page's name. Not when
 * something else has it already.
 */
export function focusNearby(): void {
  if (!isFocusLost()) return;
  (tableStop() ?? document.querySelector<HTMLElement>('[data-page-heading]'))?.focus();
}

/** Back to what opened something, unless it has gone or the table has meanwhile moved on to another row. */
export function focusOpener(opener: Element | null): void {
  if (!isFocusLost()) return;
  const cell = opener?.closest('[data-cell]') ?? null;
  const isStill = cell === null || cell.contains(tableStop());
  if (opener instanceof HTMLElement && opener.isConnected && isStill) opener.focus({ preventScroll: true });
  else focusNearby();
}

const isFocusLost = (): boolean => document.activeElement === null || document.activeElement === document.body;

const tableStop = (): HTMLElement | null =>
  document.querySelector<HTMLElement>('main :is([role="grid"], [role="treegrid"]) [tabindex="0"]');
