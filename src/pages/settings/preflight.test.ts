import { expect, test } from 'vitest';
import type { IpsecPolicyRecord } from '../../contract/ipsec-policies.ts';
import type { LabSnapshot } from '../../contract/lab-port.ts';
import { type Check, type PreflightFacts, preflight } from './preflight.ts';

const nowMs = Date.UTC(2026, 10, 23, 14, 3, 27);

const aLab: LabSnapshot = {
  sequence: 1,
  clock: { nowMs, rate: 1, isPaused: false },
  seed: '7f3a',
  faults: { loss: 0, duplicate: 0, reorder: 0, delayMs: 0 },
  hosts: [{ id: 'web-17', name: 'web-17', addresses: ['10.1.4.17'] }],
  streams: [],
  ikeSas: [],
  failures: [],
};

const aPolicy = (over: Partial<IpsecPolicyRecord> = {}): IpsecPolicyRecord => ({
  uuid: '1',
  name: 'nfs-web',
  local_endpoint: { address: '10.1.0.20', netmask: '32', port: '2049-2049' },
  remote_endpoint: { address: '10.1.4.17', netmask: '32', port: '0-0' },
  protocol: 'tcp',
  action: 'esp_transport',
  enabled: true,
  ...over,
});

const facts = (over: Partial<PreflightFacts> = {}): PreflightFacts => ({
  cluster: { name: 'lab', uuid: '1', version: { full: 'NetApp Release 9.17.1', generation: 9, major: 17, minor: 1 } },
  nodes: [{ uuid: '1', name: 'lab-01', state: 'up' }],
  lifs: [
    {
      uuid: '1',
      name: 'nfs_lif1',
      ip: { address: '10.1.0.20' },
      state: 'up',
      svm: { uuid: '1', name: 'vs1' },
      services: ['data_nfs'],
    },
  ],
  ipsec: { enabled: false, replay_window: 0, offload_enabled: false },
  policies: [],
  lab: aLab,
  nowMs,
  ...over,
});

const verdicts = (checks: readonly Check[]) => Object.fromEntries(checks.map(({ id, verdict }) => [id, verdict]));

test('a fresh cluster passes every check', () => {
  expect(new Set(Object.values(verdicts(preflight(facts()))))).toEqual(new Set(['pass']));
});

test('a release before 9.8 stops', () => {
  const version = { full: 'NetApp Release 9.7', generation: 9, major: 7, minor: 0 };
  expect(verdicts(preflight(facts({ cluster: { name: 'old', uuid: '1', version } })))).toMatchObject({
    release: 'stop',
  });
});

test('an enabled policy whose hosts are not configured wants a tick; once one matches, it does not', () => {
  const before = preflight(facts({ policies: [aPolicy()] }));
  const host = {
    ...aLab.hosts[0],
    id: 'web-17',
    name: 'web-17',
    addresses: ['10.1.4.17'],
    configuration: { policyName: 'nfs-web', localSubnet: '10.1.4.17/32', remoteSubnet: '10.1.0.20/32', swanctl: '' },
  };
  const after = preflight(facts({ policies: [aPolicy()], lab: { ...aLab, hosts: [host] } }));

  expect(verdicts(before)).toMatchObject({ policies: 'warn' });
  expect(verdicts(after)).toMatchObject({ policies: 'pass' });
});

test.each([[{ enabled: false }], [{ action: 'bypass' as const }]])('a policy with %j cuts nobody off', (over) => {
  expect(verdicts(preflight(facts({ policies: [aPolicy(over)] })))).toMatchObject({ policies: 'pass' });
});

test('what could not be read is unknown, not well', () => {
  expect(verdicts(preflight(facts({ lab: undefined, nodes: [] })))).toMatchObject({
    clock: 'unknown',
    nodes: 'unknown',
  });
});

test('a node that is away, a replay window beside offload and a clock that is off want a tick', () => {
  const checks = preflight(
    facts({
      nodes: [{ uuid: '1', name: 'lab-01', state: 'down' }],
      ipsec: { enabled: false, replay_window: 64, offload_enabled: true },
      nowMs: nowMs + 600_000,
    }),
  );
  expect(verdicts(checks)).toMatchObject({ nodes: 'warn', replayWindow: 'warn', clock: 'warn' });
});
