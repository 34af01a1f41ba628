/**
 * What of the lab outlives its worker beside the cluster: each host's configuration with its keys sealed, and one document of
 * settings: which streams run, the faults, the clock. SAs and counters are not stored, like a rebooted machine's.
 */
import { z } from 'zod';
import { err, ok, type Result } from '../../domain/bytes/result.ts';
import { hostSecurityOf } from '../../domain/host/connections.ts';
import type { HostConnection } from '../../domain/host/host.ts';
import type { Faults } from '../../domain/lab/initial-lab.ts';
import { noFaults } from '../../domain/lab/initial-lab.ts';
import { type DocumentKind, put, remove, type Store, type StoreFault, type StoreWrite } from '../store.ts';

export interface LabSettings {
  /** Streams that were switched, by id; the others are as at the first start. */
  readonly traffic: Readonly<Record<string, boolean>>;
  readonly faults: Faults;
  readonly clock: { readonly rate: number; readonly isPaused: boolean };
}

export interface StoredLab {
  readonly settings: LabSettings;
  /** By host id. */
  readonly hosts: ReadonlyMap<string, readonly HostConnection[]>;
}

export const initialSettings: LabSettings = { traffic: {}, faults: noFaults, clock: { rate: 1, isPaused: false } };

/** What a fault may be set to; the page's command is judged by it too. */
export const faultsSchema = z.object({
  loss: z.number().min(0).max(1),
  duplicate: z.number().min(0).max(1),
  reorder: z.number().min(0).max(1),
  delayMs: z.number().min(0).max(10_000),
});

export const clockSchema = z.object({ rate: z.number().min(0.1).max(100), isPaused: z.boolean() });

const selector = z.object({ subnet: z.string(), port: z.number().int() });

const connection = z.object({
  name: z.string(),
  policy: z.object({ name: z.string(), svmName: z.string() }),
  localAddresses: z.array(z.string()),
  remoteAddresses: z.array(z.string()),
  localIdentity: z.string(),
  remoteIdentity: z.string(),
  ikeProposals: z.array(z.string()),
  espProposals: z.array(z.string()),
  local: selector,
  remote: selector,
  protocol: z.number().int(),
  ikeLifetimeSeconds: z.number(),
  espLifetimeSeconds: z.number(),
});

type KeylessConnection = Omit<HostConnection, 'key'>;

const hostDocuments: DocumentKind<{ readonly connections: readonly KeylessConnection[] }> = {
  name: 'host',
  version: 1,
  schema: z.object({ connections: z.array(connection) }),
};

const settingsDocuments: DocumentKind<LabSettings> = {
  name: 'lab',
  version: 1,
  schema: z.object({
    traffic: z.record(z.string(), z.boolean()),
    faults: faultsSchema,
    clock: clockSchema,
  }),
};

const settingsKey = 'settings';

export async function readLab(store: Store): Promise<Result<StoredLab, StoreFault>> {
  const settings = await store.readAll(settingsDocuments);
  if (!settings.ok) return settings;
  const documents = await store.readAll(hostDocuments);
  if (!documents.ok) return documents;

  const hosts = new Map<string, readonly HostConnection[]>();
  for (const { key: hostId, value, secrets } of documents.value) {
    const misfit = (detail: string) => err({ code: 'misfit' as const, id: `${hostDocuments.name}:${hostId}`, detail });
    const connections: HostConnection[] = [];
    for (const each of value.connections) {
      const key = secrets[each.name];
      if (key === undefined) return misfit(`connection ${each.name} has no pre-shared key`);
      connections.push({ ...each, key });
    }
    const security = hostSecurityOf(connections);
    if (!security.ok) return misfit(`connection ${security.error.connection}: ${security.error.field}`);
    hosts.set(hostId, connections);
  }
  return ok({ settings: settings.value[0]?.value ?? initialSettings, hosts });
}

export const putSettings = (settings: LabSettings): StoreWrite => put(settingsDocuments, settingsKey, settings);

export const removeSettings: StoreWrite = remove(settingsDocuments, settingsKey);

export const removeHost = (hostId: string): StoreWrite => remove(hostDocuments, hostId);

export function putHost(hostId: string, connections: readonly HostConnection[]): StoreWrite {
  const secrets = Object.fromEntries(connections.map(({ name, key }) => [name, key]));
  return put(hostDocuments, hostId, { connections: connections.map(({ key: _, ...each }) => each) }, secrets);
}
