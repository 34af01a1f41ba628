/** What a route says of itself beside its page: its name, and the skeleton that stands in while its data come. */
import type { SkeletonLayout } from '../components/feedback/LoadingSkeleton.tsx';

export interface RouteHandle {
  /** The page's `h1`. */
  readonly title: string;
  readonly skeleton: SkeletonLayout;
}

/** What the innermost route that says anything says. */
export const handleOf = (matches: readonly { readonly handle: unknown }[]): RouteHandle | undefined =>
  matches.map((match) => match.handle).findLast(isRouteHandle);

const isRouteHandle = (handle: unknown): handle is RouteHandle =>
  typeof handle === 'object' && handle !== null && 'skeleton' in handle;
