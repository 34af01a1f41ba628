/** One CHILD SA and where it stands in its life. */
import type { ChildTemplate } from '../connection.ts';
import type { ChildSa } from './child-sa.ts';

export interface Child {
  readonly sa: ChildSa;
  readonly template: ChildTemplate;
  /** `replaced`: a successor stands, one end deletes this one. */
  readonly state: 'installed' | 'replaced' | 'deleting';
  readonly rekeyAtMs?: number;
  readonly expiresAtMs?: number;
}
