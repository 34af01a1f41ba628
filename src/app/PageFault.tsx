/** A page that could not be shown, inside of the shell and under its own name: what failed, and Retry, which reads all of it again. */
import Button from '@mui/material/Button';
import { useQueryErrorResetBoundary } from '@tanstack/react-query';
import { useMatches, useRevalidator, useRouteError } from 'react-router';
import { isWorthRetrying } from '../api/errors.ts';
import { isMissingCode } from '../components/feedback/describe-error.ts';
import { ErrorState } from '../components/feedback/ErrorState.tsx';
import { PageHeader } from '../components/PageHeader.tsx';
import { handleOf } from './route-handle.ts';
import { useBackOff } from './use-back-off.ts';

export function PageFault() {
  const error = useRouteError();
  const revalidator = useRevalidator();
  const { reset } = useQueryErrorResetBoundary();
  const title = handleOf(useMatches())?.title ?? 'This page';
  const retry = () => {
    reset();
    void revalidator.revalidate();
  };
  const isTrying = revalidator.state === 'loading';
  const nextInS = useBackOff(isWorthRetrying(error) && !isTrying, retry);
  return (
    <>
      <PageHeader title={title} />
      {isMissingCode(error) ? (
        <ErrorState title={`${title} could not be shown`} error={error}>
          <Button variant="outlined" onClick={() => location.reload()}>
            Reload
          </Button>
        </ErrorState>
      ) : (
        <ErrorState
          title={`${title} could not be shown`}
          error={error}
          onRetry={retry}
          retryNote={isTrying ? 'Trying…' : nextInS === undefined ? undefined : `Next try in ${nextInS} s`}
        />
      )}
    </>
  );
}
