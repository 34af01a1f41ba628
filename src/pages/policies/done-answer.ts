/** The first sentence after Create: what is left to do, and once nothing is, how the policy's traffic fares. */
import type { IpsecPolicyRecord } from '../../contract/ipsec-policies.ts';
import type { WireState } from '../../contract/lab-port.ts';

/** `state` is that of the traffic which runs, and absent where none does or IPsec is off. */
export function doneAnswer(
  { enabled, action }: Pick<IpsecPolicyRecord, 'enabled' | 'action'>,
  areHostsReady: boolean,
  state: WireState | undefined,
): string {
  if (!enabled) return 'It is disabled until the other end is ready.';
  if (action !== 'esp_transport') return 'It is enabled, and needs nothing at the other end.';
  if (!areHostsReady) return 'It is enabled. Now the other end.';
  return `Both ends are configured. ${fares[state ?? 'idle']}`;
}

const nextPacket = 'The next packet starts a negotiation.';

const fares: Readonly<Record<WireState, string>> = {
  encrypted: 'Its traffic is encrypted.',
  oneWay: 'Its traffic is encrypted, but passes in one direction only.',
  negotiating: 'They negotiate now.',
  failed: 'The negotiation failed: Associations says why.',
  blocked: nextPacket, // what waits is dropped until then
  clear: nextPacket,
  idle: nextPacket,
  unknown: nextPacket,
};
