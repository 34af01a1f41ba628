/**
 * What is looked at before IPsec is turned on. Each check says what it found and why it matters; `stop` forbids, `warn` wants a
 * tick, `unknown` could not be read and wants one too. Pure: facts in, verdicts out.
 */
import { plural } from '../../components/text/format.ts';
import type { ClusterRecord } from '../../contract/cluster.ts';
import type { IpInterfaceRecord } from '../../contract/ip-interfaces.ts';
import type { IpsecConfigRecord } from '../../contract/ipsec.ts';
import type { IpsecPolicyRecord } from '../../contract/ipsec-policies.ts';
import type { LabSnapshot } from '../../contract/lab-port.ts';
import type { NodeRecord } from '../../contract/nodes.ts';

export interface Check {
  readonly id: string;
  readonly title: string;
  readonly verdict: 'pass' | 'warn' | 'stop' | 'unknown';
  /** The value, as it was read. */
  readonly found: string;
  readonly why: string;
  /** Where it was read. */
  readonly source: string;
}

export interface PreflightFacts {
  readonly cluster: ClusterRecord;
  readonly nodes: readonly NodeRecord[];
  readonly lifs: readonly IpInterfaceRecord[];
  readonly ipsec: IpsecConfigRecord;
  readonly policies: readonly IpsecPolicyRecord[];
  readonly lab: LabSnapshot | undefined;
  /** The browser's clock. */
  readonly nowMs: number;
}

export const preflight = (facts: PreflightFacts): readonly Check[] => [
  releaseCheck(facts),
  nodesCheck(facts),
  lifsCheck(facts),
  policiesCheck(facts),
  windowCheck(facts),
  clockCheck(facts),
];

/** Neither forbidden nor in want of a tick. */
export const wantsTick = ({ verdict }: Check): boolean => verdict === 'warn' || verdict === 'unknown';

function releaseCheck({ cluster: { version } }: PreflightFacts): Check {
  const { generation, major, minor } = version;
  const hasIpsec = generation > 9 || major >= 8;
  return {
    id: 'release',
    title: 'Release',
    verdict: hasIpsec ? 'pass' : 'stop',
    found: `ONTAP ${generation}.${major}.${minor}`,
    why: hasIpsec
      ? `IPsec came with 9.8, certificates with 9.10.1, post-quantum keys with 9.17.1.`
      : 'IPsec came with 9.8: upgrade the cluster first.',
    source: '/api/cluster',
  };
}

function nodesCheck({ nodes }: PreflightFacts): Check {
  const absent = nodes.filter(({ state }) => state !== 'up');
  return {
    id: 'nodes',
    title: 'Nodes',
    verdict: nodes.length === 0 ? 'unknown' : absent.length === 0 ? 'pass' : 'warn',
    found:
      absent.length === 0
        ? `${nodes.length} of ${plural(nodes.length, 'node')} up`
        : absent.map(({ name, state }) => `${name} ${state ?? 'unknown'}`).join(', '),
    why: 'The setting is the cluster’s: a node that is away takes it when it comes back.',
    source: '/api/cluster/nodes',
  };
}

function lifsCheck({ lifs }: PreflightFacts): Check {
  const data = lifs.filter(({ services, svm }) => svm !== undefined && (services?.some(isData) ?? true));
  const up = data.filter(({ state }) => state !== 'down');
  return {
    id: 'lifs',
    title: 'Data LIFs',
    verdict: up.length === 0 ? 'warn' : 'pass',
    found: up.length === 0 ? 'none is up' : up.map(({ name, ip }) => `${name} ${ip?.address ?? ''}`.trim()).join(', '),
    why: 'Policies protect traffic of data LIFs, IPv4 and IPv6 alike.',
    source: '/api/network/ip/interfaces',
  };
}

const isData = (service: string): boolean => service.startsWith('data');

/** Enabled policies act in the same moment, and a host that is not ready is cut off. */
function policiesCheck({ policies, lab }: PreflightFacts): Check {
  const acting = policies.filter(({ enabled, action }) => enabled && action !== 'bypass');
  const ready = new Set(lab?.hosts.map(({ configuration }) => configuration?.policyName));
  const unready = acting.filter(({ name }) => lab === undefined || !ready.has(name));
  return {
    id: 'policies',
    title: 'Policies',
    verdict: unready.length === 0 ? 'pass' : 'warn',
    found: acting.length === 0 ? 'none is enabled' : acting.map(({ name }) => name).join(', '),
    why:
      unready.length === 0
        ? 'Nothing is dropped when IPsec comes on: traffic that no policy matches passes in clear as before.'
        : `${unready.map(({ name }) => name).join(', ')} acts at once: hosts that are not configured to match are cut off until they are.`,
    source: '/api/security/ipsec/policies',
  };
}

function windowCheck({ ipsec }: PreflightFacts): Check {
  const conflicts = ipsec.replay_window > 0 && ipsec.offload_enabled === true;
  return {
    id: 'replayWindow',
    title: 'Replay window',
    verdict: conflicts ? 'warn' : 'pass',
    found: `${replayWords(ipsec.replay_window)}, offload ${ipsec.offload_enabled === true ? 'on' : 'off'}`,
    why: conflicts
      ? 'Offload needs a replay window of 0: traffic is encrypted by the processors instead.'
      : 'A window refuses repeated packets; offload to a network card needs it off.',
    source: '/api/security/ipsec',
  };
}

export const replayWords = (window: number): string => (window === 0 ? '0 packets (off)' : plural(window, 'packet'));

const clockToleranceMs = 60_000;

/** Certificates live by the clock; a pre-shared key does not, so a difference never stops. */
function clockCheck({ lab, nowMs }: PreflightFacts): Check {
  const base = { id: 'clock', title: 'Clock', source: 'lab' } as const;
  if (lab === undefined) {
    return { ...base, verdict: 'unknown', found: 'could not be read', why: 'Certificates are judged by it.' };
  }
  const offMs = Math.abs(lab.clock.nowMs - nowMs);
  const isApart = offMs > clockToleranceMs;
  return {
    ...base,
    verdict: isApart ? 'warn' : 'pass',
    found: isApart
      ? `${Math.round(offMs / 1000)} s from this browser’s`
      : `within ${Math.max(1, Math.ceil(offMs / 1000))} s of this browser’s`,
    why: 'Certificates are judged by it; pre-shared keys are not.',
  };
}
