/** A policy that protects NFS of one host, for tests: each names only what matters to it. */
import type { IpsecPolicyRecord } from '../ipsec-policies.ts';

export const aPolicy = (over: Partial<IpsecPolicyRecord> = {}): IpsecPolicyRecord => ({
  uuid: 'p1',
  name: 'nfs',
  svm: { uuid: 's', name: 'vs1' },
  local_endpoint: { address: '10.1.0.20', netmask: '32', port: '2049-2049' },
  remote_endpoint: { address: '10.1.4.17', netmask: '32', port: '0-0' },
  protocol: 'tcp',
  action: 'esp_transport',
  authentication_method: 'psk',
  enabled: true,
  ...over,
});
