import { expect, test } from 'vitest';
import type { IpsecPolicyRecord } from '../../contract/ipsec-policies.ts';
import type { LabProofPacket, LabSnapshot } from '../../contract/lab-port.ts';
import { aStream } from '../../contract/testing/a-stream.ts';
import { type SetupFacts, setupSteps } from './setup-steps.ts';
import { aLab, anIkeSa, anIpsecSa } from './testing/a-lab.ts';

const policy: IpsecPolicyRecord = {
  uuid: '1',
  name: 'nfs-web',
  local_endpoint: { address: '10.1.0.20', netmask: '32', port: '2049-2049' },
  remote_endpoint: { address: '10.1.4.17', netmask: '32', port: '0-0' },
  protocol: 'tcp',
  action: 'esp_transport',
  enabled: true,
};

const facts = (over: Partial<SetupFacts> = {}): SetupFacts => ({
  cluster: { name: 'lab', uuid: '1', version: { full: 'NetApp Release 9.17.1', generation: 9, major: 17, minor: 1 } },
  nodes: [{ uuid: '1', name: 'lab-01', state: 'up' }],
  ipsec: { enabled: false, replay_window: 0 },
  policies: [],
  lab: aLab(),
  ...over,
});

const esp = (isFromHost: boolean): LabProofPacket => ({ atMs: 0, isFromHost, form: 'esp', summary: 'ESP', hex: '' });

const done = (over: Partial<SetupFacts>) =>
  setupSteps(facts(over))
    .filter(({ isDone }) => isDone)
    .map(({ id }) => id);

test('on a fresh lab the cluster is checked and nothing else is done', () => {
  expect(done({})).toEqual(['check']);
});

test('a node that is down or a release before 9.8 leaves the check undone', () => {
  expect(done({ nodes: [{ uuid: '1', name: 'lab-01', state: 'down' }] })).toEqual([]);
  const version = { full: 'NetApp Release 9.7', generation: 9, major: 7, minor: 0 };
  expect(done({ cluster: { name: 'old', uuid: '1', version } })).toEqual([]);
});

test('a policy counts once it protects and is enabled', () => {
  expect(done({ policies: [policy] })).toContain('policy');
  expect(done({ policies: [{ ...policy, enabled: false }] })).not.toContain('policy');
  expect(done({ policies: [{ ...policy, action: 'bypass' }] })).not.toContain('policy');
});

test('packets count as encrypted once ESP has crossed both ways', () => {
  const withProof = (proof: LabProofPacket[]) =>
    done({ lab: aLab({ streams: [aStream({ state: 'encrypted', proof })] }) });

  expect(withProof([esp(true)])).not.toContain('packets');
  expect(withProof([esp(true), esp(false)])).toContain('packets');
});

test('a stream that fails is not helped by more traffic: the step says who fails', () => {
  const failing = aLab({ streams: [aStream({ state: 'failed', isRunning: true })] });
  const step = setupSteps(facts({ lab: failing })).find(({ id }) => id === 'packets');

  expect(step).toMatchObject({ isFailing: true, evidence: '10.1.4.17 and nfs_lif1 fail to negotiate.' });
});

test('packets are counted by the IPsec SAs between the two ends, not those that crossed in clear before', () => {
  const stream = aStream({
    state: 'encrypted',
    policyName: 'nfs-web',
    inPackets: 500,
    outPackets: 400,
    proof: [esp(true), esp(false)],
  });
  const evidence = (ikeSas: LabSnapshot['ikeSas']) =>
    setupSteps(facts({ lab: aLab({ streams: [stream], ikeSas }) })).find(({ id }) => id === 'packets')?.evidence;
  const twoSas = anIkeSa({ children: [anIpsecSa({ inPackets: 7, outPackets: 5 }), anIpsecSa({ inPackets: 1 })] });
  const another = anIkeSa({ remoteAddress: '10.1.4.18', children: [anIpsecSa({ inPackets: 90, outPackets: 90 })] });

  expect(evidence([twoSas, another])).toBe(
    '10.1.4.17 and nfs_lif1: ESP both ways, 8 packets in and 5 out by 2 IPsec SAs.',
  );
  expect(evidence([another])).toBe('10.1.4.17 and nfs_lif1: ESP both ways.');
});

test('without a report of the lab nothing of the hosts is claimed', () => {
  expect(done({ lab: undefined, policies: [policy] })).toEqual(['check', 'policy']);
});
