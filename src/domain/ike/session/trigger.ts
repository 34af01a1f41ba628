/** What asks for a negotiation, and between which two ends it is to be (RFC 4301 4.4.1, RFC 7296 2.9). */
import type { IpAddress } from '../../net/address.ts';
import type { Flow } from '../../spd/flow.ts';
import type { Child } from '../child/child.ts';
import { isPairWithin, selectorsOf } from '../child/negotiating.ts';
import type { Connection } from '../connection.ts';
import { ikePort } from '../datagram.ts';
import type { Path } from '../nat/nat.ts';
import type { Refusal } from '../refusal.ts';
import type { CreateChildTask } from './create-child-task.ts';
import type { Live, Session } from './state.ts';
import { isServedBy, newChildrenOf } from './wanted-children.ts';

export type Trigger = {
  /** The packet that asked for it: its flow is offered as the first, narrow selector (RFC 7296 2.9). */
  readonly flow?: Flow;
  /** Which child of the connection; absent: the first. */
  readonly child?: string;
  readonly local?: IpAddress;
  readonly remote?: IpAddress;
};

/** From whom to whom; undefined: nobody says (`missedBy`). */
export function pathFor(connection: Connection, trigger: Trigger): Path | undefined {
  const { local, remote } = addressesFor(connection, trigger);
  if (!local || !remote) return undefined;
  return {
    local: { address: local, port: connection.localPort ?? ikePort },
    remote: { address: remote, port: connection.remotePort ?? ikePort },
  };
}

/** Why there is no path. */
export function missedBy(connection: Connection, trigger: Trigger): Refusal {
  const { local, remote } = addressesFor(connection, trigger);
  return {
    code: 'noAddress',
    ...(!local && { local: connection.local }),
    ...(!remote && { remote: connection.remote }),
  };
}

/** What the trigger says, what the connection says, and for a packet its own two ends. */
const addressesFor = ({ localAddress, remoteAddress }: Connection, { local, remote, flow }: Trigger) => ({
  local: local ?? localAddress ?? flow?.local,
  remote: remote ?? remoteAddress ?? flow?.remote,
});

/** A new SA that will do is on its way already. */
export function isWanted(session: Session, task: CreateChildTask): boolean {
  return newChildrenOf(session).some((each) => isServedBy(task, each));
}

/** For the IKE SA that is to take the place of this one: each of its children; the first of the connection, if it has none. */
export function childrenAnew({ children, connection }: Live): readonly CreateChildTask[] {
  const distinct = children.filter((child, i) => !children.slice(0, i).some((other) => carriesAll(other, child)));
  if (distinct.length === 0) return connection.children.slice(0, 1).map(({ name }) => createChild(name));
  return distinct.map((child) => ({ ...createChild(child.template.name), like: selectorsOf(child) }));
}

const createChild = (child: string): CreateChildTask => ({ type: 'createChild', child, tries: 0 });

/** Whether an IKE SA has what another has, so that the other may go. */
export const hasAllOf = (heir: Live, old: Live): boolean =>
  old.children.every((child) => heir.children.some((other) => carriesAll(other, child)));

const carriesAll = (a: Child, b: Child): boolean =>
  a.template.name === b.template.name && isPairWithin(selectorsOf(b), selectorsOf(a));
