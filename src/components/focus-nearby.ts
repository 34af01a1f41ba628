/**
 * Where the focus goes when what had it is gone: the table's tab stop, which stands at the next row then, or the page's name. Not when
 * something else has it already.
 */
export function focusNearby(): void {
  if (document.activeElement !== null && document.activeElement !== document.body) return;
  const stop =
    document.querySelector<HTMLElement>('main :is([role="grid"], [role="treegrid"]) [tabindex="0"]') ??
    document.querySelector<HTMLElement>('[data-page-heading]');
  stop?.focus();
}
