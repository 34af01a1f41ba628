/**
 * The guided set-up. A tick is a fact of the cluster, not a click: what was done by command line or elsewhere counts as done. Each
 * step says what it saw.
 */
import { formatCount, plural } from '../../components/text/format.ts';
import type { ClusterRecord } from '../../contract/cluster.ts';
import type { IpsecConfigRecord } from '../../contract/ipsec.ts';
import type { IpsecPolicyRecord } from '../../contract/ipsec-policies.ts';
import type { LabSnapshot, LabStream } from '../../contract/lab-port.ts';
import type { NodeRecord } from '../../contract/nodes.ts';

export type SetupStepId = 'check' | 'enable' | 'policy' | 'host' | 'packets';

export interface SetupStep {
  readonly id: SetupStepId;
  readonly title: string;
  readonly isDone: boolean;
  /** What was found, whether done or not. */
  readonly evidence: string;
  /** It was tried and failed: the associations say why. */
  readonly isFailing?: boolean;
}

export interface SetupFacts {
  readonly cluster: ClusterRecord;
  readonly nodes: readonly NodeRecord[];
  readonly ipsec: IpsecConfigRecord;
  readonly policies: readonly IpsecPolicyRecord[];
  /** Absent: not reported yet. */
  readonly lab: LabSnapshot | undefined;
}

export function setupSteps(facts: SetupFacts): readonly SetupStep[] {
  return [checkStep(facts), enableStep(facts), policyStep(facts), hostStep(facts), packetsStep(facts)];
}

function checkStep({ cluster, nodes }: SetupFacts): SetupStep {
  const upCount = nodes.filter(({ state }) => state === 'up').length;
  const { generation, major, minor } = cluster.version;
  return {
    id: 'check',
    title: 'Check the cluster',
    // IPsec came with 9.8 (ONTAP: prepare for IP security).
    isDone: nodes.length > 0 && upCount === nodes.length && (generation > 9 || major >= 8),
    evidence: `ONTAP ${generation}.${major}.${minor}, ${upCount} of ${plural(nodes.length, 'node')} up.`,
  };
}

function enableStep({ ipsec }: SetupFacts): SetupStep {
  return {
    id: 'enable',
    title: 'Enable IPsec',
    isDone: ipsec.enabled,
    evidence: ipsec.enabled ? 'IPsec is on.' : 'IPsec is off: everything passes in clear.',
  };
}

function policyStep({ policies }: SetupFacts): SetupStep {
  const protecting = policies.filter(({ action }) => action === 'esp_transport' || action === 'esp_udp');
  const enabled = protecting.filter((policy) => policy.enabled);
  const [first] = enabled;
  return {
    id: 'policy',
    title: 'Write the first policy',
    isDone: first !== undefined,
    evidence:
      first === undefined
        ? noPolicy(protecting.length)
        : `${first.name} protects ${first.local_endpoint.address} to ${first.remote_endpoint.address}/${first.remote_endpoint.netmask}${enabled.length > 1 ? `, and ${plural(enabled.length - 1, 'more policy', 'more policies')}` : ''}.`,
  };
}

const noPolicy = (disabledCount: number): string =>
  disabledCount === 0
    ? 'No policy protects anything yet.'
    : `${plural(disabledCount, 'policy', 'policies')} ready, none enabled.`;

function hostStep({ lab }: SetupFacts): SetupStep {
  const configured = lab?.hosts.filter(({ configuration }) => configuration !== undefined) ?? [];
  const [first] = configured;
  return {
    id: 'host',
    title: 'Configure the host',
    isDone: first !== undefined,
    evidence:
      first === undefined
        ? 'No host has the other half yet.'
        : `${first.name} matches ${first.configuration?.policyName}${configured.length > 1 ? `, and ${plural(configured.length - 1, 'more host')}` : ''}.`,
  };
}

function packetsStep({ lab }: SetupFacts): SetupStep {
  const encrypted = lab?.streams.find(({ state, proof }) => state === 'encrypted' && hasEspBothWays(proof));
  const failing = lab?.streams.find(({ state, isRunning }) => isRunning && state === 'failed');
  return {
    id: 'packets',
    title: 'See encrypted packets',
    isDone: encrypted !== undefined,
    evidence:
      encrypted === undefined
        ? noPackets(failing)
        : `${encrypted.hostAddress} and ${encrypted.lifName}: ESP both ways${espCount(encrypted, lab)}.`,
    ...(encrypted === undefined && failing !== undefined && { isFailing: true }),
  };
}

const noPackets = (failing: LabStream | undefined): string =>
  failing === undefined
    ? 'No packet has crossed as ESP in both directions yet.'
    : `${failing.hostAddress} and ${failing.lifName} fail to negotiate.`;

/** Of the SAs that are there now: the stream's own packets count those from before too, which crossed in clear. */
function espCount({ policyName, lifAddress, hostAddress }: LabStream, lab: LabSnapshot | undefined): string {
  const sas = (lab?.ikeSas ?? [])
    .filter((ike) => ike.policyName === policyName)
    .filter(({ localAddress, remoteAddress }) => localAddress === lifAddress && remoteAddress === hostAddress)
    .flatMap(({ children }) => children);
  if (sas.length === 0) return '';
  const packetsIn = sas.reduce((sum, { inPackets }) => sum + inPackets, 0);
  const packetsOut = sas.reduce((sum, { outPackets }) => sum + outPackets, 0);
  return `, ${plural(packetsIn, 'packet')} in and ${formatCount(packetsOut)} out by ${plural(sas.length, 'IPsec SA')}`;
}

const hasEspBothWays = (proof: LabStream['proof']): boolean =>
  proof.some(({ form, isFromHost }) => form === 'esp' && isFromHost) &&
  proof.some(({ form, isFromHost }) => form === 'esp' && !isFromHost);
