/** F6 goes round the regions of the window in the order in which they stand: header, health, navigation, page, drawer. */

const regionMark = 'data-region';
/** To be spread on an element that F6 stops at. */
export const region = { [regionMark]: '' } as const;

const reachable = 'a[href], button:not(:disabled), input:not(:disabled), [tabindex="0"]';

export function goToNextRegion(step: 1 | -1): void {
  const regions = [...document.querySelectorAll<HTMLElement>(`[${regionMark}]`)].filter(isThere);
  const here = regions.findLastIndex((each) => each.contains(document.activeElement));
  const next = regions.at(here < 0 ? 0 : (here + step + regions.length) % regions.length);
  const target = next?.hasAttribute('tabindex') ? next : next?.querySelector<HTMLElement>(reachable);
  (target ?? next)?.focus();
}

const isThere = (element: HTMLElement): boolean => element.getClientRects().length > 0;
