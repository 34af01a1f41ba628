import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type IpsecPolicyRecord, ipsecPolicyCreate } from '../../contract/ipsec-policies.ts';
import { ontapErrors } from '../../domain/cluster/ontap-errors.ts';
import {
  checkPolicyName,
  checkTogether,
  readCredential,
  readIdentity,
  readSelector,
} from '../../domain/cluster/policy-rules.ts';
import { typedSecret } from '../../domain/cluster/pre-shared-key.ts';
import { faultsOf } from './draft-faults.ts';
import { draftFieldOf, emptyDraft, fromRecord, maskedBody, type PolicyDraft, toBody } from './policy-draft.ts';

const aKey = 'r7Kq2mWv9TzXb4LpJd6NcYs3HfGa8RuEk5QnVw1ZtMx';

/** A draft that the form lets pass: NFS from one host to nfs_lif1. */
const aDraft = (change: Partial<PolicyDraft> = {}): PolicyDraft => ({
  ...emptyDraft,
  name: 'nfs-client1',
  remote: '10.1.0.44',
  lif: 'lif-uuid',
  svm: 'vs1',
  local: '10.1.0.20',
  key: aKey,
  isKeyStored: true,
  ...change,
});

const faultFields = (draft: PolicyDraft) => faultsOf(draft).map(({ field }) => field);

describe('what crosses over to ONTAP', () => {
  test('NFS from one host is tcp 2049 on the LIF, any port on the host, with the key and no identities', () => {
    expect(faultsOf(aDraft())).toEqual([]);
    expect(toBody(aDraft())).toEqual({
      name: 'nfs-client1',
      svm: { name: 'vs1' },
      enabled: false,
      action: 'esp_transport',
      local_endpoint: { address: '10.1.0.20', netmask: '32', port: '2049' },
      remote_endpoint: { address: '10.1.0.44', netmask: '32', port: '0' },
      protocol: 'tcp',
      authentication_method: 'psk',
      secret_key: aKey,
    });
  });

  test('a bypass policy carries neither key nor identities, whatever was typed before', () => {
    const body = toBody(aDraft({ action: 'bypass', identities: 'given', localIdentity: 'a', remoteIdentity: 'b' }));
    expect(Object.keys(body)).not.toEqual(expect.arrayContaining(['secret_key']));
    expect(body).not.toHaveProperty('local_identity');
    expect(body).not.toHaveProperty('authentication_method');
  });

  test('all clients are every address of the LIF’s family', () => {
    expect(toBody(aDraft({ clients: 'all' })).remote_endpoint).toMatchObject({ address: '0.0.0.0', netmask: '0' });
    const overIpv6 = aDraft({ clients: 'all', local: '2001:db8:1::20' });
    expect(toBody(overIpv6).remote_endpoint).toMatchObject({ address: '::', netmask: '0' });
  });

  test('what the page shows of the body never holds the key', () => {
    const shown = JSON.stringify(maskedBody(aDraft()));
    expect(shown).not.toContain(aKey);
    expect(shown).not.toContain(aKey.slice(0, 6));
    expect(shown).toContain('43 characters');
  });
});

describe('what stands in the way', () => {
  test.each<[string, Partial<PolicyDraft>, string]>([
    ['a wildcard without a port', { action: 'bypass', clients: 'all', localPort: '', protocol: 'any' }, 'clients'],
    ['a wildcard without a remote identity', { clients: 'all' }, 'identities'],
    ['IPv4 to IPv6', { local: '2001:db8:1::20' }, 'lif'],
    ['a host inside a subnet', { clients: 'subnet', remote: '10.1.4.7/24' }, 'remote'],
    ['a subnet as one host', { remote: '10.1.4.0/24' }, 'remote'],
    ['a malformed address', { remote: '10.1.4.300' }, 'remote'],
    ['two ports', { localPort: '111, 2049' }, 'localPort'],
    ['two protocols', { protocol: 'tcp,udp' }, 'protocol'],
    ['a name that is not ASCII', { name: 'nfs-für-web' }, 'name'],
    ['a name of 65 characters', { name: 'n'.repeat(65) }, 'name'],
    ['a short key', { keySource: 'typed', key: 'short', keyAgain: 'short' }, 'key'],
    ['two entries that differ', { keySource: 'typed', keyAgain: `${aKey}x` }, 'keyAgain'],
    [
      'a weak key, not ticked',
      { keySource: 'typed', key: 'a'.repeat(18), keyAgain: 'a'.repeat(18) },
      'isWeakKeyAccepted',
    ],
    ['a generated key that nobody stored', { isKeyStored: false }, 'isKeyStored'],
    [
      'ANYTHING beside a pre-shared key',
      { identities: 'given', localIdentity: 'a', remoteIdentity: 'ANYTHING' },
      'remoteIdentity',
    ],
    ['every address as the cluster’s side', { lif: 'subnet', local: '0.0.0.0/0' }, 'local'],
  ])('%s', (_, change, field) => {
    expect(faultFields(aDraft(change))).toEqual([field]);
  });

  test('a weak key that is ticked passes: a warning never blocks', () => {
    const weak = 'passwordpassword12';
    expect(faultsOf(aDraft({ keySource: 'typed', key: weak, keyAgain: weak, isWeakKeyAccepted: true }))).toEqual([]);
  });

  test('an untouched form tells of nothing but what is missing', () => {
    expect(faultsOf(emptyDraft).every(({ isMissing }) => isMissing)).toBe(true);
  });
});

test('a draft without faults is one that the cluster’s own rules do not refuse', () => {
  const addresses = fc.oneof(
    fc.constantFrom('10.1.0.20', '10.1.4.0/24', '10.1.4.7/24', '2001:db8::/64', '::1', '0.0.0.0/0', '0.0.0.0/8', ''),
    fc.ipV4(),
    fc.ipV6(),
  );
  const words = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom('', 'any') },

    fc.constantFrom('', 'any', 'nfs', '2049', '0', '70000', 'tcp', 'udp', 'icmp', '132', '256'),
    fc.string(),
  );
  const drafts = fc.record<Partial<PolicyDraft>>({
    action: fc.constantFrom('esp_transport', 'bypass', 'discard'),
    name: fc.oneof({ weight: 5, arbitrary: fc.constantFrom('nfs', ' n ') }, fc.string()),
    protocol: words,
    localPort: words,
    remotePort: words,
    clients: fc.constantFrom('host', 'subnet', 'all'),
    remote: addresses,
    local: addresses,
    lif: fc.constantFrom('lif-uuid', 'subnet'),
    identities: fc.constantFrom('omitted', 'given'),
    localIdentity: fc.oneof(fc.constantFrom('10.1.0.20', 'nfs1.corp', ' padded '), fc.string()),
    remoteIdentity: fc.oneof(fc.constantFrom('10.1.0.44', 'web@corp'), fc.string()),
  });
  let passed = 0;

  fc.assert(
    fc.property(drafts, (change) => {
      const draft = aDraft(change);
      if (faultsOf(draft).length > 0) return;
      passed++;
      const body = ipsecPolicyCreate.parse(toBody(draft));
      const asked = {
        local: body.local_endpoint as { address: string; netmask: string; port: string },
        remote: body.remote_endpoint as { address: string; netmask: string; port: string },
        protocol: body.protocol ?? 'any',
      };
      const selector = readSelector(asked);
      expect(selector).toMatchObject({ ok: true });
      expect(checkPolicyName(body.name)).toBeUndefined();
      expect(readIdentity('local', body.local_identity)).toMatchObject({ ok: true });
      expect(readIdentity('remote', body.remote_identity)).toMatchObject({ ok: true });
      expect(
        readCredential({
          action: draft.action,
          ...(body.secret_key !== undefined && {
            authenticationMethod: 'psk',
            secretKey: typedSecret(body.secret_key),
          }),
        }),
      ).toMatchObject({ ok: true });
      if (selector.ok) expect(checkTogether(draft.action, selector.value, body.remote_identity)).toBeUndefined();
    }),
    { numRuns: 2000 },
  );
  expect(passed).toBeGreaterThan(50);
});

describe('a policy made again', () => {
  const record: IpsecPolicyRecord = {
    uuid: 'u',
    name: 'smb-web',
    svm: { uuid: 's', name: 'vs1' },
    local_endpoint: { address: '10.1.0.20', netmask: '32', port: '445-445' },
    remote_endpoint: { address: '10.1.4.0', netmask: '24', port: '0-0' },
    protocol: 'tcp',
    action: 'esp_transport',
    authentication_method: 'psk',
    local_identity: '10.1.0.20',
    remote_identity: 'web.corp',
    enabled: true,
  };

  test('keeps all but its name and its key', () => {
    const draft = fromRecord(record);
    expect(draft).toMatchObject({ intent: 'smb', clients: 'subnet', remote: '10.1.4.0/24', name: '', key: '' });
    const again = toBody({ ...draft, name: record.name, key: aKey, start: 'enabled' });
    expect(again).toMatchObject({
      local_endpoint: { address: '10.1.0.20', netmask: '32', port: '445' },
      remote_endpoint: { address: '10.1.4.0', netmask: '24', port: '0' },
      local_identity: '10.1.0.20',
      remote_identity: 'web.corp',
    });
  });
});

test('every target that the cluster may name leads to a field of the form', () => {
  const targets = Object.values(ontapErrors)
    .filter(({ code }) => code.startsWith('66257'))
    .flatMap((row) => ('target' in row ? [row.target] : []))
    .filter((target) => !target.startsWith('ppk'));
  for (const target of targets) expect({ target, field: draftFieldOf(target) }).not.toMatchObject({ field: undefined });
  expect(draftFieldOf('remote_endpoint.port')).toBe('remotePort');
  expect(draftFieldOf('secret_key')).toBe('key');
  expect(draftFieldOf('nonsense')).toBeUndefined();
});
