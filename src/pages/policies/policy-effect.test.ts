import { describe, expect, test } from 'vitest';
import type { IpsecPolicyRecord } from '../../contract/ipsec-policies.ts';
import type { LabHost, LabStream } from '../../contract/lab-port.ts';
import type { SecurityAssociationRecord } from '../../contract/security-associations.ts';
import { aPolicy } from '../../contract/testing/a-policy.ts';
import { aStream } from '../../contract/testing/a-stream.ts';
import { lossSentences, nameSome } from './loss-sentences.ts';
import { associationsOf, lossOf, reachOf, streamsWithin, unreadyHosts } from './policy-effect.ts';
import { shadowedPolicies } from './policy-order.ts';
import { policiesAnswer, policyRows } from './policy-row.ts';
import { identitiesText, localText, remoteText, serviceText } from './policy-text.ts';

const aHost = (change: Partial<LabHost> = {}): LabHost => ({
  id: 'web-17',
  name: 'web-17',
  addresses: ['10.1.4.17'],
  ...change,
});

const configured = { policyName: 'nfs', localSubnet: '', remoteSubnet: '', swanctl: '' };

const anSa = (change: Partial<SecurityAssociationRecord> = {}): SecurityAssociationRecord => ({
  uuid: 'sa',
  type: 'ipsec',
  svm: { uuid: 's', name: 'vs1' },
  policy_name: 'nfs',
  local_address: '10.1.0.20',
  remote_address: '10.1.4.17',
  ...change,
});

describe('whom a policy concerns', () => {
  test.each<[string, Partial<LabStream>, number]>([
    ['its own traffic', {}, 1],
    ['another port', { port: 445 }, 0],
    ['another host', { hostAddress: '10.1.4.18' }, 0],
    ['another LIF', { lifAddress: '10.1.0.21' }, 0],
    ['another SVM', { svmName: 'vs2' }, 0],
    ['the other family', { hostAddress: '2001:db8::17', lifAddress: '2001:db8::20' }, 0],
  ])('%s', (_, change, count) => {
    expect(streamsWithin(reachOf(aPolicy()), [aStream(change)])).toHaveLength(count);
  });

  test('SAs belong to it by SVM and name, since REST gives no pointer', () => {
    const other = anSa({ svm: { uuid: 't', name: 'vs2' } });
    expect(associationsOf(aPolicy(), [anSa(), other, anSa({ policy_name: 'smb' })])).toEqual([anSa()]);
  });

  test('a host that sends and is not configured is cut off by enabling it', () => {
    expect(unreadyHosts(aPolicy(), [aHost()], [aStream()])).toEqual(['web-17']);
    expect(unreadyHosts(aPolicy(), [aHost({ configuration: configured })], [aStream()])).toEqual([]);
    expect(unreadyHosts(aPolicy(), [aHost()], [aStream({ isRunning: false })])).toEqual([]);
    expect(unreadyHosts(aPolicy({ action: 'bypass' }), [aHost()], [aStream()])).toEqual([]);
  });
});

describe('what is said before it is cut', () => {
  const told = (change: Partial<IpsecPolicyRecord>, hosts: readonly LabHost[], isIpsecOn = true) => {
    const policy = aPolicy(change);
    const loss = lossOf(policy, [policy], [anSa()], { hosts });
    return lossSentences({ policy, act: 'delete', loss, isIpsecOn, isLab: true });
  };

  test('the SAs and hosts, that a configured host stops, and that the key is lost', () => {
    expect(told({}, [aHost({ configuration: configured })])).toEqual([
      'Cuts 1 IPsec SA of web-17.',
      'web-17 stays configured to protect: that traffic stops until the configuration is removed there too.',
      'Traffic of other hosts then flows in clear: no other policy covers it.',
      'Its pre-shared key is lost: nobody can read it back from the cluster.',
    ]);
  });

  test('a policy that is not in force cuts nothing', () => {
    expect(told({}, [aHost()], false)[0]).toBe('It is not in force now: no traffic changes.');
    expect(told({ enabled: false }, [aHost()])[0]).toBe('It is not in force now: no traffic changes.');
  });

  test('many hosts are named by the first two and a count', () => {
    expect(nameSome(['a', 'b', 'c', 'd'])).toBe('a, b and 2 others');
  });
});

describe('rows of the table', () => {
  test('no SA and no traffic is idle, a disabled policy is no state of traffic', () => {
    const rows = policyRows([aPolicy(), aPolicy({ uuid: 'p2', enabled: false })], [], undefined, new Map());
    expect(rows.map(({ state }) => state)).toEqual(['idle', 'disabled']);
    expect(policiesAnswer(rows, true)).toBe('2 policies; 1 idle, 1 disabled.');
  });

  test('a shadowed policy is no state of traffic either, and the row names who shadows it', () => {
    const policies = [aPolicy(), aPolicy({ uuid: 'p2', name: 'nfs-2' })];
    const rows = policyRows(policies, [], undefined, shadowedPolicies(policies));
    expect(rows).toMatchObject([{ state: 'idle' }, { state: 'shadowed', shadowedBy: 'nfs' }]);
    expect(policiesAnswer(rows, true)).toBe('2 policies; 1 shadowed, 1 idle.');
  });

  test('in the lab the worst of its streams speaks', () => {
    const lab = {
      sequence: 1,
      clock: { nowMs: 0, rate: 1, isPaused: false },
      seed: '',
      faults: { loss: 0, duplicate: 0, reorder: 0, delayMs: 0 },
      hosts: [aHost()],
      streams: [
        aStream({ state: 'encrypted', policyName: 'nfs' }),
        aStream({ id: 'st2', state: 'failed', policyName: 'nfs' }),
        aStream({ id: 'st3', state: 'blocked', policyName: 'other' }),
      ],
      ikeSas: [],
      failures: [],
    };
    expect(policyRows([aPolicy()], [anSa()], lab, new Map())).toMatchObject([{ state: 'failed', ipsecSaCount: 1 }]);
  });

  test('with IPsec off the answer says that policies do nothing', () => {
    expect(policiesAnswer(policyRows([aPolicy()], [], undefined, new Map()), false)).toBe(
      'IPsec is off: 1 policy stands ready and does nothing.',
    );
  });

  test('cells say both ends, the service and the identities', () => {
    const policy = aPolicy({
      remote_endpoint: { address: '0.0.0.0', netmask: '0', port: '700-700' },
      remote_identity: 'web@corp',
    });
    expect([
      localText({ policy }),
      remoteText({ policy }),
      serviceText({ policy }),
      identitiesText({ policy }),
    ]).toEqual(['10.1.0.20/32', 'all (0.0.0.0/0)', 'tcp 2049, client 700', '— ↔ web@corp']);
  });
});
