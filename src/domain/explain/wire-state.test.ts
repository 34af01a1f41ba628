import { expect, test } from 'vitest';
import { type StreamFacts, streamState } from './wire-state.ts';

const protect = { name: 'nfs-web', action: 'protect' } as const;
const hostConnection = { name: 'nfs-web', policyName: 'nfs-web' };

const facts = (given: Partial<StreamFacts> = {}): StreamFacts => ({
  nowMs: 100_000,
  hostName: 'web-17',
  lifName: 'nfs_lif1',
  hasHostConnectionOfPolicy: given.hostConnection !== undefined,
  isNegotiating: false,
  lastSentAtMs: 99_900,
  ...given,
});

test.each([
  ['no policy at either end and traffic: in clear', {}, 'clear'],
  ['a bypass policy and traffic: in clear', { policy: { name: 'dns', action: 'bypass' } }, 'clear'],
  ['no policy and no traffic: idle', { lastSentAtMs: 80_000 }, 'idle'],
  ['a discard policy and traffic: blocked', { policy: { name: 'no-smb', action: 'discard' } }, 'blocked'],
  [
    'a discard policy inside a wider one whose SA stands: blocked',
    { policy: { name: 'no-smb', action: 'discard' }, hostConnection, sa: { installedAtMs: 1_000 } },
    'blocked',
  ],
  ['a policy, and the host has no configuration: blocked', { policy: protect }, 'blocked'],
  ['a policy without traffic: idle, never red', { policy: protect, lastSentAtMs: 1_000 }, 'idle'],
  [
    'both ends protect and negotiate: negotiating',
    { policy: protect, hostConnection, isNegotiating: true },
    'negotiating',
  ],
  [
    'both ends protect and the negotiation failed: failed',
    { policy: protect, hostConnection, failure: { sentence: 'x' } },
    'failed',
  ],
  [
    'an SA installed, nothing sent yet: encrypted',
    { policy: protect, hostConnection, sa: { installedAtMs: 99_999 } },
    'encrypted',
  ],
  [
    'an SA and packets both ways: encrypted',
    { policy: protect, sa: { installedAtMs: 1 }, lastInAtMs: 99_000, lastOutAtMs: 99_000 },
    'encrypted',
  ],
  [
    'an SA and nothing in for 60 s: one way',
    { policy: protect, sa: { installedAtMs: 1 }, lastInAtMs: 40_000, lastOutAtMs: 99_000 },
    'oneWay',
  ],
  [
    'an SA and nothing in for less than 60 s: encrypted',
    { policy: protect, sa: { installedAtMs: 1 }, lastInAtMs: 40_001, lastOutAtMs: 99_000 },
    'encrypted',
  ],
  [
    'an SA outlives an earlier failure: encrypted',
    { policy: protect, sa: { installedAtMs: 99_999 }, failure: { sentence: 'x' } },
    'encrypted',
  ],
  ['only the host protects: blocked, never in clear', { hostConnection }, 'blocked'],
] as const satisfies readonly (readonly [string, Partial<StreamFacts>, string])[])('%s', (_law, given, state) => {
  expect(streamState(facts(given)).state).toBe(state);
});

test('an end that protects alone is refused each time: what is to be done stands, whatever the last attempt said', () => {
  const failure = { sentence: 'web-17 has no IPsec configuration.' };

  expect(streamState(facts({ policy: protect, failure, isNegotiating: true }))).toMatchObject({
    state: 'blocked',
    reason: expect.stringContaining('no matching configuration yet'),
  });
  expect(streamState(facts({ hostConnection, failure, isNegotiating: true }))).toMatchObject({
    state: 'failed',
    reason: expect.stringContaining('remove it on the host too'),
  });
});

test('in clear although a policy was written: the reason says what keeps it from being in force', () => {
  const dormant = (because: 'ipsecOff' | 'disabled') => facts({ dormantPolicy: { name: 'nfs-web', because } });

  expect(streamState(dormant('ipsecOff'))).toEqual({
    state: 'clear',
    reason: 'Policy nfs-web waits for IPsec to be enabled.',
  });
  expect(streamState(dormant('disabled')).reason).toBe('Policy nfs-web is disabled.');
});

test('blocked names the end that lacks something, and the next step', () => {
  expect(streamState(facts({ policy: protect })).reason).toBe(
    'The host has no matching configuration yet: configure web-17 for nfs-web.',
  );
  expect(streamState(facts({ hostConnection })).reason).toContain('remove it on the host too');
  expect(streamState(facts({ policy: protect, hasHostConnectionOfPolicy: true })).reason).toContain(
    'leave this traffic out',
  );
});

test('one way names the silent end', () => {
  const { reason } = streamState(
    facts({ policy: protect, sa: { installedAtMs: 1 }, lastInAtMs: 40_000, lastOutAtMs: 99_000 }),
  );

  expect(reason).toMatch(/^Nothing has arrived from web-17 for 60 s/);
});
