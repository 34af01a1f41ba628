/**
 * INVALID_KE_PAYLOAD (RFC 7296 1.2, 1.3, 2.7): the peer agrees to the proposal and wants another group in the KE payload. Each that we offered
 * is tried once; anything else may be a downgrade.
 */
import type { Octets } from '../../bytes/octets.ts';
import { err, ok, type Result } from '../../bytes/result.ts';
import type { GroupNumber } from '../../crypto/provider.ts';
import type { Refusal } from '../refusal.ts';

/** The group that is wanted, two octets (3.10.1). */
export const writeWantedGroup = (group: number): Octets => Uint8Array.of(group >>> 8, group);

/** The one to ask with next. Data of another length name group 0, which nobody offers. */
export function nextGroup(
  data: Octets,
  offered: readonly GroupNumber[],
  tried: readonly GroupNumber[],
): Result<GroupNumber, Refusal> {
  const [high = 0, low = 0] = data.length === 2 ? data : [];
  const wanted = 256 * high + low;
  const group = offered.find((each) => each === wanted && !tried.includes(each));
  return group === undefined ? err({ code: 'groupRefused', wanted, tried, offered }) : ok(group);
}
