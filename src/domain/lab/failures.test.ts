import { expect, test } from 'vitest';
import type { Failure } from '../ike/facts.ts';
import type { Refusal } from '../ike/refusal.ts';
import { address } from '../net/address.ts';
import { FailureLog, type Report } from './failures.ts';

const cluster = { kind: 'cluster', name: 'ONTAP' } as const;
const host = { kind: 'host', name: 'web-17' } as const;
const lifAddress = address('10.1.0.20');
const hostAddress = address('10.1.4.17');

const wrongKey: Refusal = { code: 'authFailed', check: 'psk' };
const toldSo: Refusal = { code: 'authFailed', check: 'peer' };

const aFailure = (given: Partial<Failure>): Failure => ({
  local: lifAddress,
  remote: hostAddress,
  isInitiator: false,
  by: 'local',
  decidedAt: { exchange: 35, message: 'request' },
  notify: 24,
  refusal: wrongKey,
  scope: 'ike',
  ...given,
});

/** What the cluster reports when it refuses the host. */
const decided = (atMs: number, refusal: Refusal = wrongKey): Report => ({
  atMs,
  failure: aFailure({ refusal }),
  own: cluster,
  peer: host,
  policyName: 'nfs-web',
});

/** What the host reports of the same. */
const heard = (atMs: number, retryAtMs?: number): Report => ({
  atMs,
  failure: aFailure({ local: hostAddress, remote: lifAddress, isInitiator: true, by: 'remote', refusal: toldSo }),
  own: host,
  peer: cluster,
  ...(retryAtMs !== undefined && { retryAtMs }),
});

const logOf = (...reports: Report[]) => {
  const log = new FailureLog();
  for (const report of reports) log.add(report);
  return log;
};

test('addresses are as the cluster sees them and the end is the one that refused, whoever reports', () => {
  const seen = { localAddress: '10.1.0.20', remoteAddress: '10.1.4.17', end: 'cluster', decidedAt: 'IKE_AUTH request' };

  expect(logOf(decided(1)).records).toEqual([expect.objectContaining(seen)]);
  expect(logOf(heard(1)).records).toEqual([expect.objectContaining(seen)]);
});

test('of one negotiation the end that decided is shown, with the instant at which the other tries again', () => {
  const { records } = logOf(decided(1), heard(2, 5_002));

  expect(records).toHaveLength(1);
  expect(records[0]).toMatchObject({ sentence: expect.stringContaining('keys differ'), retryAtMs: 5_002 });
});

test('what was only heard gives way to what was decided', () => {
  const { records } = logOf(heard(1), decided(2));

  expect(records).toHaveLength(1);
  expect(records[0]?.sentence).toContain('keys differ');
});

test('the same failure again moves to the front under its old id', () => {
  const log = logOf(decided(1), decided(20_000, { code: 'noAdditionalSas' }));
  const [, first] = log.records;

  log.add(decided(40_000));

  expect(log.records.map(({ atMs }) => atMs)).toEqual([40_000, 20_000]);
  expect(log.records[0]?.id).toBe(first?.id);
});

test('what is settled is history: it stands no more, and a late word about it changes nothing', () => {
  const log = logOf(decided(1));
  expect(log.standing('10.1.0.20', '10.1.4.17')).toBeDefined();

  log.settle(100, ({ remoteAddress }) => remoteAddress === '10.1.4.17');
  log.add(heard(3_000, 8_000));

  expect(log.standing('10.1.0.20', '10.1.4.17')).toBeUndefined();
  expect(log.records).toEqual([expect.objectContaining({ settledAtMs: 100 })]);
  expect(log.records[0]).not.toHaveProperty('retryAtMs');
});

test('what somebody asked for is no failure, and the list is bounded', () => {
  const log = logOf(decided(1, { code: 'asked', by: 'local', reason: 'command' }));
  expect(log.records).toEqual([]);

  for (let i = 0; i < 200; i++) log.add(decided(i, { code: 'nonceLength', octets: i }));
  expect(log.records).toHaveLength(50);
});
