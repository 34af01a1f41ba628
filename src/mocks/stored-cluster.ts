/**
 * The lab cluster as it lives: one state, commands one at a time, each durable before it is answered. Who follows the cluster (the
 * lab, which loads policies into its IPsec boundary) hears of a change after it is stored and before the command is answered, so
 * an answered change is in force.
 *
 * Only settings and policies are stored; SAs are not, like a rebooted node's.
 */
import { z } from 'zod';
import { err, ok, type Result } from '../domain/bytes/result.ts';
import { apply, type ClusterMeans, comparePolicies } from '../domain/cluster/apply.ts';
import type { ClusterCommand, ClusterEvent, ClusterState, IpsecPolicy } from '../domain/cluster/cluster.ts';
import { initialCluster } from '../domain/cluster/initial-cluster.ts';
import { replayWindows } from '../domain/cluster/limits.ts';
import { type OntapRefusal, refusal } from '../domain/cluster/ontap-errors.ts';
import {
  type DocumentKind,
  put,
  remove,
  type Store,
  type StoredDocument,
  type StoreFault,
  type StoreWrite,
} from './store.ts';

/** May take its time: the command is answered, and the next one begins, when it is done. */
export type ClusterListener = (events: readonly ClusterEvent[], state: ClusterState) => void | Promise<void>;

export interface Cluster {
  state(): ClusterState;
  /** What the command did, when that is durable. `alongside` is written in the same batch, whatever the command changes. */
  do(
    command: ClusterCommand,
    alongside?: readonly StoreWrite[],
  ): Promise<Result<readonly ClusterEvent[], OntapRefusal>>;
  /** Calls back in the order of the commands. Gives what ends it. */
  subscribe(listener: ClusterListener): () => void;
}

const named = z.object({ uuid: z.string(), name: z.string() });

const endpoint = z.object({
  address: z.string(),
  prefixBits: z.number().int(),
  family: z.enum(['ipv4', 'ipv6']),
  port: z.number().int(),
});

const storedPolicies = {
  name: 'policy',
  version: 1,
  schema: z.object({
    uuid: z.string(),
    name: z.string(),
    svm: named.exactOptional(),
    ipspace: named,
    isEnabled: z.boolean(),
    action: z.enum(['bypass', 'discard', 'esp_transport', 'esp_udp']),
    authenticationMethod: z.enum(['none', 'psk', 'pki']),
    local: endpoint,
    remote: endpoint,
    protocol: z.number().int(),
    localIdentity: z.string().exactOptional(),
    remoteIdentity: z.string().exactOptional(),
    cipherSuite: z.enum(['suiteb_gcm256', 'suiteb_gmac256', 'suite_aescbc']),
    ikeLifetimeSeconds: z.number(),
    ipsecLifetimeSeconds: z.number(),
  }),
} satisfies DocumentKind<Omit<IpsecPolicy, 'preSharedKey'>>;

const storedSettings = {
  name: 'ipsec',
  version: 1,
  schema: z.object({
    isEnabled: z.boolean(),
    replayWindow: z.literal(replayWindows),
    isOffloadEnabled: z.boolean(),
  }),
} satisfies DocumentKind<ClusterState['ipsec']>;

/** The secret of a policy's document. */
const keyField = 'preSharedKey';

/** There is one document of settings. */
const settingsKey = 'config';

/** The cluster as its store holds it, or what is broken there. */
export async function openCluster(store: Store, means: ClusterMeans): Promise<Result<Cluster, StoreFault>> {
  const policies = await store.readAll(storedPolicies);
  if (!policies.ok) return policies;
  const settings = await store.readAll(storedSettings);
  if (!settings.ok) return settings;

  const keyless = policies.value.find(
    ({ value, secrets }) => value.authenticationMethod === 'psk' && !secrets[keyField],
  );
  if (keyless !== undefined) {
    return err({ code: 'misfit', id: `${storedPolicies.name}:${keyless.key}`, detail: 'has no pre-shared key' });
  }

  const state: ClusterState = {
    ...initialCluster,
    ipsec: settings.value[0]?.value ?? initialCluster.ipsec,
    policies: policies.value.map(policyOf).sort(comparePolicies),
  };
  return ok(clusterOf(state, store, means));
}

function clusterOf(opened: ClusterState, store: Store, means: ClusterMeans): Cluster {
  let state = opened;
  let last: Promise<unknown> = Promise.resolve();
  const listeners = new Set<ClusterListener>();

  const run = async (
    command: ClusterCommand,
    alongside: readonly StoreWrite[],
  ): Promise<Result<readonly ClusterEvent[], OntapRefusal>> => {
    const applied = apply(state, command, means);
    if (!applied.ok) return applied;
    const { events } = applied.value;
    const stored = await store.commit([...events.map(writeOf), ...alongside]);
    if (!stored.ok) return err(refusal('notStored'));

    state = applied.value.state;
    if (events.length > 0) for (const listener of listeners) await listener(events, state);
    return ok(events);
  };

  return {
    state: () => state,
    do(command, alongside = []) {
      const answer = last.then(() => run(command, alongside));
      last = answer.catch(() => undefined); // a bug in one command is its caller's to report, the next one still runs
      return answer;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function writeOf(event: ClusterEvent): StoreWrite {
  switch (event.type) {
    case 'ipsecConfigChanged':
      return put(storedSettings, settingsKey, event.after);
    case 'policyCreated':
      return putPolicy(event.policy);
    case 'policyChanged':
      return putPolicy(event.after);
    case 'policyDeleted':
      return remove(storedPolicies, event.policy.uuid);
  }
}

function policyOf({ value, secrets }: StoredDocument<Omit<IpsecPolicy, 'preSharedKey'>>): IpsecPolicy {
  const preSharedKey = secrets[keyField];
  return preSharedKey === undefined ? value : { ...value, preSharedKey };
}

function putPolicy({ preSharedKey, ...value }: IpsecPolicy): StoreWrite {
  return put(storedPolicies, value.uuid, value, preSharedKey === undefined ? {} : { [keyField]: preSharedKey });
}
