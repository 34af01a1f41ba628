/**
 * The state of one stream between a LIF and a host, from what is known of it. Pure: the same facts give the same
 * word. The order of the questions is the meaning: a policy that protects never shows as clear, a failure outranks a wait, and
 * silence without a policy is idle, not broken.
 */
import { invariant } from '../bytes/result.ts';

export type StreamState = 'encrypted' | 'oneWay' | 'negotiating' | 'clear' | 'blocked' | 'failed' | 'idle';

export interface StreamFacts {
  readonly nowMs: number;
  readonly hostName: string;
  readonly lifName: string;
  /** What the cluster's SPD says of this traffic; absent: no policy, bypass. */
  readonly policy?: { readonly name: string; readonly action: 'protect' | 'bypass' | 'discard' };
  /** The stored policy that would meet this traffic and is not in force: absent where one is, or where none would. */
  readonly dormantPolicy?: { readonly name: string; readonly because: 'ipsecOff' | 'disabled' };
  /** The host's connection that protects this traffic. */
  readonly hostConnection?: { readonly name: string; readonly policyName: string };
  /** A connection of the host that was made for this policy, whether or not it covers this traffic. */
  readonly hasHostConnectionOfPolicy: boolean;
  /** The IPsec SA that carries it, with when it came to be. */
  readonly sa?: { readonly installedAtMs: number };
  readonly isNegotiating: boolean;
  /** The last negotiation between these two ended so, and no SA has come since. */
  readonly failure?: { readonly sentence: string };
  /** When a packet last arrived, each way; absent: never. */
  readonly lastInAtMs?: number;
  readonly lastOutAtMs?: number;
  /** When a packet was last sent by either application, arrived or not. */
  readonly lastSentAtMs?: number;
}

export interface StreamVerdict {
  readonly state: StreamState;
  readonly reason?: string;
}

/** One direction counts and the other none for so long: one way. */
const oneWayAfterMs = 60_000;
/** No packet for so long: idle. */
const idleAfterMs = 10_000;

export function streamState(facts: StreamFacts): StreamVerdict {
  if (facts.policy?.action === 'discard') return discarded(facts, facts.policy.name);
  if (facts.sa !== undefined) return carriedBy(facts, facts.sa);
  const clusterProtects = facts.policy?.action === 'protect';
  const hostProtects = facts.hostConnection !== undefined;
  const hasTraffic = isRecent(facts.lastSentAtMs, facts.nowMs);
  if (!clusterProtects && !hostProtects) return unprotected(facts, hasTraffic);
  if (clusterProtects && hostProtects) {
    if (facts.failure !== undefined) return { state: 'failed', reason: facts.failure.sentence };
    if (facts.isNegotiating) return { state: 'negotiating' };
  }
  if (!hasTraffic) return { state: 'idle', reason: 'No traffic yet: an SA comes with the first packet.' };
  // The cluster's own attempts fail as long as the host has nothing to answer with: that is no news.
  const isRefused = !clusterProtects && facts.failure !== undefined;
  return { state: isRefused ? 'failed' : 'blocked', reason: blockedReason(facts) };
}

/** In clear is plain, unless somebody wrote a policy and may think that it holds. */
function unprotected({ dormantPolicy }: StreamFacts, hasTraffic: boolean): StreamVerdict {
  if (!hasTraffic) return { state: 'idle' };
  if (dormantPolicy === undefined) return { state: 'clear' };
  const { name, because } = dormantPolicy;
  return {
    state: 'clear',
    reason: because === 'ipsecOff' ? `Policy ${name} waits for IPsec to be enabled.` : `Policy ${name} is disabled.`,
  };
}

/** What stops traffic that at least one end protects while there is no SA, naming the end and the next step. */
function blockedReason({ policy, hostConnection, hasHostConnectionOfPolicy, hostName, lifName }: StreamFacts): string {
  if (policy?.action === 'protect') {
    if (hostConnection !== undefined)
      return `${hostName} and ${policy.name} protect this traffic; packets wait for their IPsec SA.`;
    if (hasHostConnectionOfPolicy)
      return `${hostName} is configured for ${policy.name}, but its selectors leave this traffic out.`;
    return `The host has no matching configuration yet: configure ${hostName} for ${policy.name}.`;
  }
  invariant(hostConnection !== undefined, 'traffic is blocked because an end protects it');
  return `${hostName} still protects this traffic by ${hostConnection.policyName}, and ${lifName} has no such policy in force: remove it on the host too.`;
}

function carriedBy(facts: StreamFacts, sa: { readonly installedAtMs: number }): StreamVerdict {
  const silentIn = facts.nowMs - Math.max(facts.lastInAtMs ?? 0, sa.installedAtMs) >= oneWayAfterMs;
  const silentOut = facts.nowMs - Math.max(facts.lastOutAtMs ?? 0, sa.installedAtMs) >= oneWayAfterMs;
  if (silentIn === silentOut) return { state: 'encrypted' };
  const [from, to] = silentIn ? [facts.hostName, facts.lifName] : [facts.lifName, facts.hostName];
  return {
    state: 'oneWay',
    reason: `Nothing has arrived from ${from} for 60 s, while ${to} sends: see what ${from} does with its packets.`,
  };
}

function discarded(facts: StreamFacts, policyName: string): StreamVerdict {
  if (!isRecent(facts.lastSentAtMs, facts.nowMs)) return { state: 'idle' };
  return { state: 'blocked', reason: `Policy ${policyName} discards this traffic.` };
}

const isRecent = (atMs: number | undefined, nowMs: number): boolean => atMs !== undefined && nowMs - atMs < idleAfterMs;
