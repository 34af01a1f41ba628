/** What asks for a negotiation, and between which two ends it is to be (RFC 4301 4.4.1, RFC 7296 2.9). */
import type { IpAddress } from '../../net/address.ts';
import type { Flow } from '../../spd/flow.ts';
import type { Connection } from '../connection.ts';
import { ikePort } from '../datagram.ts';
import type { Path } from '../nat/nat.ts';
import type { Refusal } from '../refusal.ts';

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
