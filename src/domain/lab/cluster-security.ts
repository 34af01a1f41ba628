/**
 * What the cluster's configuration means at one boundary, that of one SVM's LIFs on one node: the SPD by best match, with all else
 * in clear, and a connection for each policy that protects (docs: ONTAP's semantics). With IPsec off both are empty.
 *
 * Fixed by the product: transport mode is required, sequence numbers are of 32 bits, the replay window is the cluster's setting.
 */
import { invariant } from '../bytes/result.ts';
import type { ClusterState, IpsecPolicy, PolicyEndpoint } from '../cluster/cluster.ts';
import { prefixOf, selectorOfEnd, spdPolicyOf } from '../cluster/spd-policy.ts';
import { anyIdentityWord } from '../host/match.ts';
import {
  anyIdentity,
  type Identity,
  parseIdentity,
  parseIdentityPattern,
  subnetIdentity,
} from '../ike/auth/identity.ts';
import type { Connection, Lifetime } from '../ike/connection.ts';
import { ontapSuites } from '../ike/proposal/ontap-suites.ts';
import { makeSpd, orderByBestMatch, type Spd } from '../spd/lookup.ts';

export interface ClusterSecurity {
  readonly spd: Spd;
  readonly connections: readonly Connection[];
}

/** Chance takes up to a tenth off the rekey; the end comes a tenth after it. */
const jitter = 0.1;
const overtime = 1.1;
const livenessAfterMs = 30_000;

export function clusterSecurityOf(state: ClusterState, svmName: string): ClusterSecurity {
  const inForce = state.ipsec.isEnabled
    ? state.policies.filter(({ isEnabled, svm }) => isEnabled && svm?.name === svmName)
    : [];
  return {
    spd: makeSpd(orderByBestMatch(inForce.map(spdPolicyOf)), 'bypass'),
    connections: inForce.filter(isProtecting).map((policy) => connectionOf(policy, state.ipsec.replayWindow)),
  };
}

/** What the policies of an SVM would decide with IPsec on and all of them enabled. */
export const dormantSpdOf = ({ policies }: ClusterState, svmName: string): Spd =>
  makeSpd(orderByBestMatch(policies.filter(({ svm }) => svm?.name === svmName).map(spdPolicyOf)), 'bypass');

const isProtecting = ({ action }: IpsecPolicy): boolean => action === 'esp_transport' || action === 'esp_udp';

function connectionOf(policy: IpsecPolicy, replayWindow: number): Connection {
  const { name, preSharedKey, localIdentity, remoteIdentity } = policy;
  invariant(preSharedKey !== undefined, 'a policy that protects holds a key');
  const suite = ontapSuites[policy.cipherSuite];
  const isAnyone = remoteIdentity === anyIdentityWord;
  const peer = isAnyone ? undefined : identityOf(policy.remote, remoteIdentity);
  return {
    name,
    local: [prefixOf(policy.local)],
    remote: [prefixOf(policy.remote)],
    ikeProposals: suite.ikeProposals,
    identity: identityOf(policy.local, localIdentity) ?? subnetIdentity(prefixOf(policy.local)),
    peerIdentity: isAnyone
      ? anyIdentity
      : (parseIdentityPattern(remoteIdentity ?? subnetText(policy.remote)) ?? anyIdentity),
    ...(peer && { asksForPeer: peer }),
    authentication: { method: 'psk', secrets: [{ secret: preSharedKey, peers: [] }] },
    children: [
      {
        name,
        espProposals: suite.espProposals,
        mode: { want: 'transport', strictness: 'require' },
        localSelectors: [selectorOfEnd(policy.local, policy.protocol)],
        remoteSelectors: [selectorOfEnd(policy.remote, policy.protocol)],
        lifetime: lifetimeOf(policy.ipsecLifetimeSeconds),
        volume: {},
        replayWindow,
      },
    ],
    ikeLifetime: lifetimeOf(policy.ikeLifetimeSeconds),
    livenessAfterMs,
    uniqueness: 'ignore', // LIFs of one subnet policy share an identity too
    ...(policy.action === 'esp_udp' && { forcesUdpEncapsulation: true }),
  };
}

const identityOf = (end: PolicyEndpoint, text: string | undefined): Identity | undefined =>
  parseIdentity(text ?? subnetText(end));

const subnetText = ({ address, prefixBits }: PolicyEndpoint): string => `${address}/${prefixBits}`;

const lifetimeOf = (seconds: number): Lifetime => ({
  rekeyAfterMs: seconds * 1_000,
  expireAfterMs: seconds * 1_000 * overtime,
  jitter,
});
