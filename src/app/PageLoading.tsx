/** A page whose code or data are on their way, inside of the shell. */
import { useMatches } from 'react-router';
import { DocumentTitle } from '../components/DocumentTitle.tsx';
import { LoadingSkeleton } from '../components/feedback/LoadingSkeleton.tsx';
import { handleOf } from './route-handle.ts';

export function PageLoading() {
  const handle = handleOf(useMatches());
  return (
    <>
      <DocumentTitle page={handle?.title ?? 'Loading'} />
      <LoadingSkeleton title={handle?.title} layout={handle?.skeleton ?? 'facts'} />
    </>
  );
}
