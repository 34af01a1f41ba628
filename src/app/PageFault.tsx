/** A page that could not be shown, inside of the shell: what failed, and Retry, which reads everything of it again. */

import { useQueryErrorResetBoundary } from '@tanstack/react-query';
import { useRevalidator, useRouteError } from 'react-router';
import { ErrorState } from '../components/feedback/ErrorState.tsx';
import { PageHeader } from '../components/PageHeader.tsx';

export function PageFault() {
  const error = useRouteError();
  const revalidator = useRevalidator();
  const { reset } = useQueryErrorResetBoundary();
  const retry = () => {
    reset();
    void revalidator.revalidate();
  };
  return (
    <>
      <PageHeader title="This page could not be shown" />
      <ErrorState title="What it needs could not be read" error={error} onRetry={retry} />
    </>
  );
}
