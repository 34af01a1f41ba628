import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toHex } from '../bytes/hex.ts';
import { apply } from './apply.ts';
import type { ClusterCommand, ClusterState, PolicyDraft } from './cluster.ts';
import { initialCluster } from './initial-cluster.ts';
import { parsePreSharedKey, typedSecret } from './pre-shared-key.ts';

const key = 'correct horse battery staple';

const aDraft = (change: Partial<PolicyDraft> = {}): PolicyDraft => ({
  name: 'nfs',
  svm: { name: 'vs1' },
  local: { address: '10.1.0.20', netmask: '32', port: '2049' },
  remote: { address: '10.1.4.0', netmask: '24' },
  protocol: 'tcp',
  secretKey: typedSecret(key),
  ...change,
});

/** Applies one command after the other; none may be refused. */
function after(...commands: readonly ClusterCommand[]): ClusterState {
  let count = 0;
  return commands.reduce((state, command) => {
    const applied = apply(state, command, { newUuid: () => `uuid-${++count}` });
    if (!applied.ok) throw new Error(applied.error.message);
    return applied.value.state;
  }, initialCluster);
}

const noUuid = { newUuid: () => 'uuid-new' };

test('a policy in force is the draft in values: ports, masks and protocol as numbers, defaults filled in', () => {
  const [policy] = after({ type: 'createPolicy', policy: aDraft() }).policies;
  expect(policy).toMatchObject({
    uuid: 'uuid-1',
    svm: { name: 'vs1' },
    ipspace: { name: 'Default' },
    isEnabled: true,
    action: 'esp_transport',
    authenticationMethod: 'psk',
    local: { address: '10.1.0.20', prefixBits: 32, family: 'ipv4', port: 2049 },
    remote: { address: '10.1.4.0', prefixBits: 24, family: 'ipv4', port: 0 },
    protocol: 6,
    cipherSuite: 'suiteb_gcm256',
    ikeLifetimeSeconds: 86_400,
    ipsecLifetimeSeconds: 28_800,
  });
  expect(policy).not.toHaveProperty('remoteIdentity');
});

test.each([
  [key, toHex(new TextEncoder().encode(key))],
  ['0x00112233445566778899', '00112233445566778899'],
  ['0x0011223344556677889A', '0011223344556677889a'],
  ['0sAAECAwQFBgcICQoLDA0=', '000102030405060708090a0b0c0d'],
])('the key %s is %s in octets', (text, octets) => {
  const parsed = parsePreSharedKey(typedSecret(text));
  expect(parsed.ok && toHex(parsed.value.reveal())).toBe(octets);
});

test('a wildcard with a port and a remote identity is a policy', () => {
  const wildcard = aDraft({ remote: { address: '0.0.0.0', netmask: '0' }, remoteIdentity: 'client' });
  expect(after({ type: 'createPolicy', policy: wildcard }).policies[0]?.remote).toMatchObject({ prefixBits: 0 });
});

test('policies stand by SVM and name, whatever the order of their making', () => {
  const make = (name: string): ClusterCommand => ({ type: 'createPolicy', policy: aDraft({ name }) });
  expect(after(make('b'), make('c'), make('a')).policies.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
});

test('a change of nothing is no event and the very same state', () => {
  const state = after({ type: 'createPolicy', policy: aDraft() });
  const same: readonly ClusterCommand[] = [
    { type: 'changePolicy', uuid: 'uuid-1', change: { isEnabled: true, local: { netmask: '255.255.255.255' } } },
    { type: 'changeIpsecConfig', change: { isEnabled: false } },
  ];
  for (const command of same) {
    const applied = apply(state, command, noUuid);
    expect(applied.ok && applied.value).toEqual({ state, events: [] });
    expect(applied.ok && applied.value.state).toBe(state);
  }
});

test('an emptied identity is none', () => {
  const state = after(
    { type: 'createPolicy', policy: aDraft({ localIdentity: 'ontap' }) },
    { type: 'changePolicy', uuid: 'uuid-1', change: { localIdentity: '' } },
  );
  expect(state.policies[0]).not.toHaveProperty('localIdentity');
});

test('clearing IPsec deletes every policy, then turns it off; a reset also puts the settings back', () => {
  const state = after(
    { type: 'createPolicy', policy: aDraft({ name: 'a' }) },
    { type: 'createPolicy', policy: aDraft({ name: 'b' }) },
    { type: 'changeIpsecConfig', change: { isEnabled: true } },
  );

  const cleared = apply(state, { type: 'clearIpsec' }, noUuid);

  expect(cleared.ok && cleared.value.events.map(({ type }) => type)).toEqual([
    'policyDeleted',
    'policyDeleted',
    'ipsecConfigChanged',
  ]);
  expect(cleared.ok && cleared.value.state).toEqual(initialCluster);
  expect(apply(initialCluster, { type: 'reset' }, noUuid)).toEqual({
    ok: true,
    value: { state: initialCluster, events: [] },
  });
});

test('a wildcard cannot lose what narrows it', () => {
  const state = after({
    type: 'createPolicy',
    policy: aDraft({
      remote: { address: '::', netmask: '0' },
      local: { address: '2001:db8:1::20', netmask: '128', port: '2049' },
      remoteIdentity: 'client',
    }),
  });
  const refusedFor = (change: ClusterCommand & { type: 'changePolicy' }) => {
    const applied = apply(state, change, noUuid);
    return applied.ok ? undefined : applied.error.code;
  };
  expect(refusedFor({ type: 'changePolicy', uuid: 'uuid-1', change: { local: { port: '0' } } })).toBe('66257129');
  expect(refusedFor({ type: 'changePolicy', uuid: 'uuid-1', change: { remoteIdentity: '' } })).toBe('262212');
});

test('no printed form of a policy or an event holds its key', () => {
  const applied = apply(initialCluster, { type: 'createPolicy', policy: aDraft() }, noUuid);
  expect(JSON.stringify(applied)).not.toContain('battery');
  expect(JSON.stringify(applied)).toContain(`secret(${key.length} octets)`);
});

test('whatever is typed, a command ends in a state or a refusal with a code, never in an exception', () => {
  const piece = fc.constantFrom(
    '10.1.4.0',
    '0.0.0.0',
    '::',
    '2001:db8::1',
    '10.1',
    ',',
    '/',
    '-',
    '0x',
    '0s',
    '24',
    '0',
    '128',
    'any',
    'tcp',
    ' ',
    'ä',
    '\u0000',
  );
  const text = fc.oneof(
    piece,
    fc.array(piece, { maxLength: 3 }).map((parts) => parts.join('')),
    fc.string({ maxLength: 20 }),
  );
  const endpoint = fc.record({ address: text, netmask: text, port: text }, { requiredKeys: [] });
  const draft = fc.record(
    {
      name: text,
      local: endpoint,
      remote: endpoint,
      svm: fc.record({ name: fc.constantFrom('vs1', 'lab', 'x') }),
      protocol: text,
      action: fc.constantFrom('bypass', 'discard', 'esp_transport', 'esp_udp' as const),
      remoteIdentity: text,
      secretKey: fc.oneof(fc.constant(key), text).map(typedSecret),
    },
    { requiredKeys: ['name', 'local', 'remote'] },
  );
  fc.assert(
    fc.property(draft, (policy) => {
      const applied = apply(initialCluster, { type: 'createPolicy', policy: policy as PolicyDraft }, noUuid);
      if (applied.ok) expect(applied.value.state.policies).toHaveLength(1);
      else expect(applied.error.code).toMatch(/^\d+$/);
    }),
    { numRuns: 2_000 },
  );
});
