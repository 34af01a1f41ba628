/** A lab from a seed, with every packet that was sent, and a cluster that tests change by ONTAP's own commands. */
import { unheard } from '../../bytes/exceptions.ts';
import { toHex } from '../../bytes/hex.ts';
import { utf8 } from '../../bytes/octets.ts';
import { Secret } from '../../bytes/secret.ts';
import { apply } from '../../cluster/apply.ts';
import type { ClusterCommand, ClusterState, PolicyDraft } from '../../cluster/cluster.ts';
import { initialCluster } from '../../cluster/initial-cluster.ts';
import { webProvider } from '../../crypto/web-provider.ts';
import { hostConnectionFor } from '../../host/match.ts';
import { initialHosts, initialStreams } from '../initial-lab.ts';
import { Lab, type LabSetup } from '../lab.ts';
import { summarize } from '../proof.ts';
import type { WatchedStream } from '../stream.ts';

const aKey = 'correct horse battery staple';
export const otherKey = 'wrong horse battery staple!';

/** NFS from every client of 10.1.4.0/24 to nfs_lif1. */
export const aPolicyDraft = (change: Partial<PolicyDraft> = {}): PolicyDraft => ({
  name: 'nfs-web',
  svm: { name: 'vs1' },
  local: { address: '10.1.0.20', netmask: '32', port: '2049' },
  remote: { address: '10.1.4.0', netmask: '24' },
  protocol: 'tcp',
  secretKey: new Secret(utf8(aKey)),
  ...change,
});

export interface TestLab {
  readonly lab: Lab;
  /** `1000 web-17 TCP 51034 > 2049, …`, and the packet's octets. */
  readonly sent: { readonly line: string; readonly hex: string }[];
  cluster(): ClusterState;
  /** A command of the cluster, loaded into the lab. */
  command(command: ClusterCommand): Promise<void>;
  enable(): Promise<void>;
  createPolicy(change?: Partial<PolicyDraft>): Promise<void>;
  deletePolicy(name?: string): Promise<void>;
  /** Configures a host for a policy of the cluster. */
  configure(hostId?: string, policyName?: string, key?: string): Promise<void>;
  clear(hostId?: string): Promise<void>;
  /** Lets so many seconds of lab time pass. */
  pass(seconds: number): Promise<void>;
  stream(id?: string): WatchedStream;
  state(id?: string): ReturnType<Lab['stateOf']>;
}

export async function makeLab(seed = 'lab', other: Partial<LabSetup> = {}): Promise<TestLab> {
  const sent: { line: string; hex: string }[] = [];
  let state: ClusterState = initialCluster;
  let uuids = 0;
  const lab = new Lab({
    provider: webProvider,
    startAtMs: 1_000_000,
    seed,
    randomness: 'seed',
    cluster: state,
    hosts: initialHosts,
    streams: initialStreams,
    onFlight: ({ from, sentAtMs, packet }) => {
      sent.push({ line: `${sentAtMs - 1_000_000} ${from} ${summarize(packet)?.text}`, hex: toHex(packet) });
    },
    onError: unheard, // fails the test
    ...other,
  });
  await lab.loadCluster(state);
  const policyOf = (name: string) => {
    const policy = state.policies.find((each) => each.name === name);
    if (policy === undefined) throw new Error(`no policy ${name}`);
    return policy;
  };
  const made: TestLab = {
    lab,
    sent,
    cluster: () => state,
    async command(command) {
      const applied = apply(state, command, { newUuid: () => `uuid-${++uuids}` });
      if (!applied.ok) throw new Error(applied.error.message);
      state = applied.value.state;
      await lab.loadCluster(state);
    },
    enable: () => made.command({ type: 'changeIpsecConfig', change: { isEnabled: true } }),
    createPolicy: (change) => made.command({ type: 'createPolicy', policy: aPolicyDraft(change) }),
    deletePolicy: (name = 'nfs-web') => made.command({ type: 'deletePolicy', uuid: policyOf(name).uuid }),
    async configure(hostId = 'web-17', policyName = 'nfs-web', key = aKey) {
      const host = lab.hosts.find(({ id }) => id === hostId);
      if (host === undefined) throw new Error(`no host ${hostId}`);
      const connection = hostConnectionFor({ ...policyOf(policyName), svmName: 'vs1' }, host, new Secret(utf8(key)));
      if (!connection.ok) throw new Error(connection.error.code);
      const configured = await lab.configureHost(hostId, [connection.value]);
      if (!configured.ok) throw new Error(configured.error.field);
    },
    async clear(hostId = 'web-17') {
      await lab.configureHost(hostId, []);
    },
    pass: (seconds) => lab.runUntil(lab.nowMs + seconds * 1_000),
    stream(id = 'web-17-nfs-nfs_lif1') {
      const stream = lab.streams.find(({ place }) => place.id === id);
      if (stream === undefined) throw new Error(`no stream ${id}`);
      return stream;
    },
    state: (id) => lab.stateOf(made.stream(id)),
  };
  return made;
}

/** IPsec is on, one policy stands, one host is configured for it, and after five seconds its traffic is encrypted. */
export async function makeEncryptedLab(): Promise<TestLab> {
  const made = await makeLab();
  await made.enable();
  await made.createPolicy();
  await made.configure();
  await made.pass(5);
  return made;
}
