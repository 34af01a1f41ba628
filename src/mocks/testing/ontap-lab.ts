/** An ONTAP app over a fresh cluster, with a store in memory, and requests in one line. */
import type { AssociationsSource } from '../../domain/cluster/associations.ts';
import { ontapApp } from '../ontap/app.ts';
import { aesGcmSealer, newSealingKey } from '../sealer.ts';
import { type KeyValues, Store } from '../store.ts';
import { type Cluster, openCluster } from '../stored-cluster.ts';

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever came
  readonly json: any;
}

export interface OntapLab {
  readonly cluster: Cluster;
  readonly app: { fetch(request: Request): Response | Promise<Response> };
  ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Reply>;
}

/** Uuids count up, so a failure reads well. */
export const countingUuids = () => {
  let count = 0;
  return { newUuid: () => `00000000-0000-4000-8000-${String(++count).padStart(12, '0')}` };
};

export async function makeOntapLab(associations: AssociationsSource = () => []): Promise<OntapLab> {
  const store = new Store(inMemory(), aesGcmSealer(await newSealingKey()));
  const opened = await openCluster(store, countingUuids());
  if (!opened.ok) throw new Error(opened.error.detail);
  const app = ontapApp({ cluster: opened.value, associations });
  return {
    cluster: opened.value,
    app,
    async ask(method, path, body, headers = {}) {
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      const init = { method, headers, ...(body === undefined ? {} : { body: text }) };
      const response = await app.request(`/api${path}`, init);
      const reply = await response.text();
      return { status: response.status, headers: response.headers, text: reply, json: reply && JSON.parse(reply) };
    },
  };
}

/** What POST takes for a policy that is right; a test changes what it is about. */
export const aPolicyBody = (change: object = {}): Record<string, unknown> => ({
  name: 'nfs',
  svm: { name: 'vs1' },
  local_endpoint: { address: '10.1.0.20', netmask: '32', port: '2049' },
  remote_endpoint: { address: '10.1.4.0', netmask: '24' },
  protocol: 'tcp',
  secret_key: 'correct horse battery staple',
  ...change,
});

export function inMemory(entries = new Map<string, string>()): KeyValues {
  return {
    async batch(writes) {
      for (const write of writes)
        write.type === 'put' ? entries.set(write.key, write.value) : entries.delete(write.key);
    },
    async *iterator({ gte = '', lt = '\uffff' }) {
      for (const entry of [...entries].sort(([a], [b]) => (a < b ? -1 : 1))) {
        if (entry[0] >= gte && entry[0] < lt) yield entry;
      }
    },
    clear: async () => entries.clear(),
    close: async () => undefined,
  };
}
