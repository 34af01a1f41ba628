/** What a route says of itself beside its page: the skeleton that stands in while its data come. */

export interface RouteHandle {
  readonly skeleton: 'table' | 'form' | 'overview';
}

/** The skeleton of the innermost route that names one. */
export function skeletonOf(matches: readonly { readonly handle: unknown }[]): RouteHandle['skeleton'] {
  const handle = matches.map((match) => match.handle).findLast(isRouteHandle);
  return handle?.skeleton ?? 'table';
}

const isRouteHandle = (handle: unknown): handle is RouteHandle =>
  typeof handle === 'object' && handle !== null && 'skeleton' in handle;
