/**
 * What an IKE SA must have that takes the place of another and inherits nothing: one with a new authentication (RFC 7296 2.8.3), or with the
 * gateway that the peer sent us on to (RFC 5685 5). That each replaces the other in time is endpoint/succession.ts.
 */
import type { Child } from '../child/child.ts';
import { isPairWithin, selectorsOf } from '../child/negotiating.ts';
import type { CreateChildTask } from './create-child-task.ts';
import type { Live } from './state.ts';

/** What it has to ask for: each of the children of this one; the first of the connection, if it has none. */
export function childrenAnew({ children, connection }: Live): readonly CreateChildTask[] {
  const distinct = children.filter((child, i) => !children.slice(0, i).some((other) => covers(other, child)));
  if (distinct.length === 0) return connection.children.slice(0, 1).map(({ name }) => createChild(name));
  return distinct.map((child) => ({ ...createChild(child.template.name), like: selectorsOf(child) }));
}

const createChild = (child: string): CreateChildTask => ({ type: 'createChild', child, tries: 0 });

/** Whether an IKE SA has what another has, so that the other may go. */
export const hasAllOf = (heir: Live, old: Live): boolean =>
  old.children.every((child) => heir.children.some((other) => covers(other, child)));

const covers = (a: Child, b: Child): boolean =>
  a.template.name === b.template.name && isPairWithin(selectorsOf(b), selectorsOf(a));
