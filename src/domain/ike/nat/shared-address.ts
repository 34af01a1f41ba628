/**
 * Two clients behind one NAT (RFC 3948 5.2): in transport mode both have the NAT's address, so SAs with overlapping selectors
 * could not be told apart, and what is for one client would go to the other. The first keeps its SA; the second is refused, with
 * a reason. The same identity again is the same client, which has restarted or moved.
 */
import { err, type Result } from '../../bytes/result.ts';
import { equalAddresses } from '../../net/address.ts';
import { narrow } from '../../spd/narrow.ts';
import { equalIdentities } from '../auth/identity.ts';
import type { ChildChoice } from '../child/answering.ts';
import type { Env } from '../exchanges/exchange.ts';
import type { Refusal } from '../refusal.ts';
import type { Live } from '../session/state.ts';

export function refuseShared(
  env: Pick<Env, 'liveSessions'>,
  live: Live,
  choice: Result<ChildChoice, Refusal>,
): Result<ChildChoice, Refusal> {
  if (!choice.ok || choice.value.mode !== 'transport' || !live.hasNat.remote) return choice;
  const { local, remote } = choice.value;
  const holder = env.liveSessions().find((other) => isRival(other, live) && holds(other, choice.value));
  return holder
    ? err({ code: 'sharedAddress', selectors: { local, remote }, holder: holder.verified.identity })
    : choice;
}

const isRival = (other: Live, live: Live): boolean =>
  other.phase !== 'deleting' &&
  equalAddresses(other.path.remote.address, live.path.remote.address) &&
  !equalIdentities(other.verified.identity, live.verified.identity);

const holds = ({ children }: Live, { local, remote }: ChildChoice): boolean =>
  children.some(
    ({ sa }) => sa.mode === 'transport' && narrow(local, sa.localSelectors) && narrow(remote, sa.remoteSelectors),
  );
