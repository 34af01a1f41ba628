import { describe, expect, test } from 'vitest';
import type { IpsecPolicyRecord } from '../../contract/ipsec-policies.ts';
import { aPolicy } from '../../contract/testing/a-policy.ts';
import { shadowedPolicies, successorOf } from './policy-order.ts';

const subnet = { address: '10.1.4.0', netmask: '24', port: '0-0' };
const wide = aPolicy({ uuid: 'p2', name: 'subnet', remote_endpoint: subnet });

describe('which policy never decides', () => {
  const named = (name: string) => aPolicy({ uuid: `uuid of ${name}`, name });
  const [a, b] = [named('a'), named('b')] as const;
  const told = (...policies: IpsecPolicyRecord[]) => [...shadowedPolicies(policies)];

  test('of equal ones all but the first by name, whichever was created first', () => {
    expect(told(named('c'), a, b)).toEqual([
      ['uuid of c', 'a'],
      ['uuid of b', 'a'],
    ]);
  });

  test('whatever they do: one that bypasses shadows one that protects', () => {
    expect(told(b, { ...a, action: 'bypass', authentication_method: 'none' })).toEqual([['uuid of b', 'a']]);
  });

  test('one that is disabled neither shadows nor is shadowed', () => {
    expect(told({ ...a, enabled: false }, b)).toEqual([]);
    expect(told(a, { ...b, enabled: false })).toEqual([]);
  });

  test('not one of another SVM, nor one that is wider or of another port', () => {
    expect(told(a, { ...b, svm: { uuid: 't', name: 'vs2' } })).toEqual([]);
    expect(told(a, wide)).toEqual([]);
    expect(told(a, { ...b, local_endpoint: { ...b.local_endpoint, port: '445-445' } })).toEqual([]);
  });

  test('a record that cannot be read takes no part', () => {
    const unreadable = { ...a, local_endpoint: { ...a.local_endpoint, address: 'nfs_lif1' } };
    expect(told(unreadable, b)).toEqual([]);
  });
});

describe('who decides once it is gone', () => {
  const widest = aPolicy({
    uuid: 'p3',
    name: 'all',
    remote_endpoint: { address: '0.0.0.0', netmask: '0', port: '0-0' },
    action: 'bypass',
  });

  test('the narrowest enabled policy that holds all of its traffic', () => {
    expect(successorOf(aPolicy(), [widest, wide, aPolicy()])?.name).toBe('subnet');
    expect(successorOf(aPolicy(), [widest, { ...wide, enabled: false }])?.name).toBe('all');
  });

  test('not one that holds only a part of it, nor one of another SVM', () => {
    expect(successorOf(wide, [aPolicy()])).toBeUndefined();
    expect(successorOf(aPolicy(), [{ ...wide, svm: { uuid: 't', name: 'vs2' } }])).toBeUndefined();
  });

  test('of equal ones the first by name, as the cluster sorts names: capitals before the rest', () => {
    const others = ['b', 'a', 'C'].map((name) => aPolicy({ uuid: name, name }));
    expect(successorOf(aPolicy(), others)?.name).toBe('C');
  });
});
