/**
 * Secrets of SAs that take more exchanges than one become zeros as soon as a session has no use for them, whatever made it drop them: a
 * refusal, another SA in their place, an heir, time, its end.
 */
import type { Secret } from '../../bytes/secret.ts';
import type { Making } from '../sa/pending.ts';
import type { Session } from '../sa/state.ts';

export function wipeSpent(before: Session, after: Session): void {
  if (before === after) return;
  const kept = new Set(secretsOf(after));
  for (const secret of secretsOf(before)) if (!kept.has(secret)) secret.wipe();
}

function secretsOf(session: Session): readonly Secret[] {
  return makingsOf(session).flatMap((making) => {
    const { sharedSecret } = making.type === 'ike' ? making.input : making.keying;
    return sharedSecret ? [sharedSecret, ...making.secrets] : making.secrets;
  });
}

function makingsOf(session: Session): readonly Making[] {
  const tasks = 'tasks' in session ? session.tasks : [];
  const asked = [session.window.outstanding?.pending, ...tasks].flatMap((each) =>
    each?.type === 'followUp' ? [each.making] : [],
  );
  return 'making' in session && session.making ? [session.making, ...asked] : asked;
}
