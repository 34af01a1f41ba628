/**
 * What a host's IPsec service makes of its configuration: connections for IKE and an ordered SPD, in the order of the file.
 * Everything else passes in clear, as on any machine with strongSwan.
 */
import { err, ok, type Result } from '../bytes/result.ts';
import { anyIdentity, parseIdentity, parseIdentityPattern } from '../ike/auth/identity.ts';
import type { Connection } from '../ike/connection.ts';
import type { Proposal } from '../ike/message/message.ts';
import { parseAddress } from '../net/address.ts';
import { anyPort } from '../net/ports.ts';
import { hostPrefix, type Prefix, parsePrefix } from '../net/prefix.ts';
import { makeSpd, type Spd } from '../spd/lookup.ts';
import type { ProtectPolicy } from '../spd/policy.ts';
import { selectorOf, type TrafficSelector } from '../spd/selector.ts';
import type { HostConnection, HostSelector } from './host.ts';
import { parseProposalList } from './proposal-keywords.ts';

export interface HostSecurity {
  readonly spd: Spd;
  readonly connections: readonly Connection[];
}

/** A line of the configuration that its dialect does not allow. */
export interface ConfigurationFault {
  readonly connection: string;
  readonly field: string;
  readonly text: string;
}

/** Lifetimes as strongSwan keeps them: chance takes up to a tenth off the rekey, and the end comes a tenth after it. */
const jitter = 0.1;
const overtime = 1.1;
const livenessAfterMs = 30_000;

export function hostSecurityOf(configured: readonly HostConnection[]): Result<HostSecurity, ConfigurationFault> {
  const connections: Connection[] = [];
  const policies: ProtectPolicy[] = [];
  for (const each of configured) {
    const read = readConnection(each);
    if (!read.ok) return read;
    connections.push(read.value.connection);
    policies.push(read.value.policy);
  }
  return ok({ spd: makeSpd(policies, 'bypass'), connections });
}

function readConnection(
  given: HostConnection,
): Result<{ readonly connection: Connection; readonly policy: ProtectPolicy }, ConfigurationFault> {
  const fault = (field: string, text: string) => err({ connection: given.name, field, text });
  const own = parseIdentity(given.localIdentity);
  if (own === undefined) return fault('local.id', given.localIdentity);
  const local = readSelector(given.local, given.protocol);
  if (local === undefined) return fault('local_ts', given.local.subnet);
  const remote = readSelector(given.remote, given.protocol);
  if (remote === undefined) return fault('remote_ts', given.remote.subnet);
  const localAddresses = readPrefixes(given.localAddresses);
  if (localAddresses === undefined) return fault('local_addrs', given.localAddresses.join(','));
  const remoteAddresses = readPrefixes(given.remoteAddresses);
  if (remoteAddresses === undefined) return fault('remote_addrs', given.remoteAddresses.join(','));
  const ikeProposals = readProposals('IKE', given.ikeProposals);
  if (ikeProposals === undefined) return fault('proposals', given.ikeProposals.join(','));
  const espProposals = readProposals('ESP', given.espProposals);
  if (espProposals === undefined) return fault('esp_proposals', given.espProposals.join(','));

  const { name } = given;
  const asked = parseIdentity(given.remoteIdentity);
  const lifetimeOf = (seconds: number) => ({
    rekeyAfterMs: seconds * 1_000,
    expireAfterMs: seconds * 1_000 * overtime,
    jitter,
  });
  return ok({
    connection: {
      name,
      local: localAddresses,
      remote: remoteAddresses,
      ikeProposals,
      identity: own,
      peerIdentity: parseIdentityPattern(given.remoteIdentity) ?? anyIdentity,
      ...(asked && { asksForPeer: asked }),
      authentication: { method: 'psk', secrets: [{ secret: given.key, peers: [] }] },
      children: [
        {
          name,
          espProposals,
          mode: { want: 'transport', strictness: 'prefer' },
          localSelectors: [local],
          remoteSelectors: [remote],
          lifetime: lifetimeOf(given.espLifetimeSeconds),
          volume: {},
          replayWindow: 0,
        },
      ],
      ikeLifetime: lifetimeOf(given.ikeLifetimeSeconds),
      livenessAfterMs,
      uniqueness: 'ignore', // hosts of one subnet policy share an identity, and would end each other's SAs
    },
    policy: { name, action: 'protect', connection: name, child: name, local: [local], remote: [remote] },
  });
}

function readSelector({ subnet, port }: HostSelector, protocol: number): TrafficSelector | undefined {
  const prefix = parsePrefix(subnet);
  return prefix.ok ? selectorOf(prefix.value, protocol, port === 0 ? anyPort : { start: port, end: port }) : undefined;
}

function readPrefixes(texts: readonly string[]): readonly Prefix[] | undefined {
  const prefixes = texts.map((text) => {
    const address = parseAddress(text);
    if (address.ok) return hostPrefix(address.value);
    const prefix = parsePrefix(text);
    return prefix.ok ? prefix.value : undefined;
  });
  const known = prefixes.filter((each) => each !== undefined);
  return known.length === prefixes.length ? known : undefined;
}

function readProposals(protocol: 'IKE' | 'ESP', keywords: readonly string[]): readonly Proposal[] | undefined {
  const proposals = parseProposalList(protocol, keywords.join(','));
  return proposals.ok ? proposals.value : undefined;
}
