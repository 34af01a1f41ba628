/**
 * CHILD SAs that are to be made or deleted wait for a rekey of the IKE SA (RFC 7296 2.25.2): for the peer's, while it runs its further key
 * exchanges, and for our own, once the peer was refused its rekey for one of them. Else whoever has many of them to ask for keeps the peer
 * from rekeying for ever.
 */
import type { Live } from '../sa/state.ts';
import { type Task, waitsForRekey } from '../sa/tasks.ts';

/** What may begin as soon as it is due. */
export function inTurn({ tasks, making }: Pick<Live, 'tasks' | 'making'>): readonly Task[] {
  const isRekeying = making?.type === 'ike' || tasks.some((each) => each.type === 'rekeyIke' && each.goesFirst);
  return isRekeying ? tasks.filter((each) => !waitsForRekey(each)) : tasks;
}
