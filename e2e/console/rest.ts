/** ONTAP's REST as the page reaches it: a fetch of the page's own, answered by the lab. */
import { expect, type Page } from '@playwright/test';

export interface Answer {
  readonly status: number;
  readonly body: {
    readonly num_records?: number;
    readonly records?: readonly Readonly<Record<string, unknown>>[];
    readonly error?: { readonly code: string; readonly message: string; readonly target?: string };
  };
}

export const rest = (page: Page, method: string, path: string, body?: unknown): Promise<Answer> =>
  page.evaluate(
    async ([method, path, body]) => {
      const headers = { 'Content-Type': 'application/json' };
      const response = await fetch(`/api${path}`, { method, ...(body === undefined ? {} : { body, headers }) });
      return { status: response.status, body: await response.json() };
    },
    [method, path, body === undefined ? undefined : JSON.stringify(body)] as const,
  );

/** A policy that ONTAP takes: NFS from web-17 to nfs_lif1. */
export const aPolicyBody = {
  name: 'nfs-web-17',
  svm: { name: 'vs1' },
  action: 'esp_transport',
  local_endpoint: { address: '10.1.0.20', netmask: '32', port: '2049' },
  remote_endpoint: { address: '10.1.4.17', netmask: '32', port: '0' },
  protocol: 'tcp',
  authentication_method: 'psk',
  secret_key: 'a key of eighteen characters and more',
};

export async function createPolicy(page: Page, changes: Readonly<Record<string, unknown>> = {}): Promise<void> {
  const answer = await rest(page, 'POST', '/security/ipsec/policies', { ...aPolicyBody, ...changes });
  expect(answer, 'the cluster takes the policy').toMatchObject({ status: 201 });
}

export async function policyNames(page: Page): Promise<readonly unknown[]> {
  const { body } = await rest(page, 'GET', '/security/ipsec/policies?max_records=10000');
  return body.records?.map(({ name }) => name) ?? [];
}

export async function turnIpsecOn(page: Page): Promise<void> {
  expect(await rest(page, 'PATCH', '/security/ipsec', { enabled: true })).toMatchObject({ status: 200 });
}
