/** Asks before a touched draft is left: by a link, by the browser's Back out of the wizard, by closing the tab. */
import { useEffect } from 'react';
import { useBlocker } from 'react-router';
import { ConfirmDialog } from '../../components/feedback/ConfirmDialog.tsx';

export interface LeaveGuardProps {
  readonly isGuarding: boolean;
  readonly onDiscard: () => void;
}

/** Steps of the wizard are not "leaving". */
const isInside = (pathname: string): boolean => /\/policies\/new(?:\/|$)/.test(pathname);

export function LeaveGuard({ isGuarding, onDiscard }: LeaveGuardProps) {
  const blocker = useBlocker(({ nextLocation }) => isGuarding && !isInside(nextLocation.pathname));
  useEffect(() => {
    if (!isGuarding) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [isGuarding]);
  const discard = () => {
    onDiscard();
    blocker.proceed?.();
  };
  return (
    <ConfirmDialog
      isOpen={blocker.state === 'blocked'}
      title="Discard this policy draft?"
      act="Discard"
      keep="Keep editing"
      acting="Discarding…"
      isPending={false}
      onAct={discard}
      onClose={() => blocker.reset?.()}
    >
      Nothing has been sent to the cluster. What you entered is lost, the key too.
    </ConfirmDialog>
  );
}
