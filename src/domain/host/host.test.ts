import { expect, test } from 'vitest';
import { utf8 } from '../bytes/octets.ts';
import { Secret } from '../bytes/secret.ts';
import { hostSecurityOf } from './connections.ts';
import type { HostConnection } from './host.ts';
import { hostConnectionFor, type PolicyToMatch } from './match.ts';
import { keyPlaceholder, printSwanctl } from './swanctl.ts';

const key = new Secret(utf8('an eighteen-character key or longer'));
const web17 = { name: 'web-17', addresses: ['10.1.4.17', '2001:db8:4::17'] };

const aPolicy = (given: Partial<PolicyToMatch> = {}): PolicyToMatch => ({
  name: 'nfs-web',
  svmName: 'vs1',
  action: 'esp_transport',
  authenticationMethod: 'psk',
  local: { address: '10.1.0.20', prefixBits: 32, port: 2049 },
  remote: { address: '10.1.4.0', prefixBits: 24, port: 0 },
  protocol: 6,
  cipherSuite: 'suiteb_gcm256',
  ikeLifetimeSeconds: 86_400,
  ipsecLifetimeSeconds: 28_800,
  ...given,
});

function matching(given: Partial<PolicyToMatch> = {}): HostConnection {
  const connection = hostConnectionFor(aPolicy(given), web17, key);
  if (!connection.ok) throw new Error(connection.error.code);
  return connection.value;
}

test('a host matches a policy by mirrored selectors, identities and the suite in its own keywords', () => {
  expect(matching()).toEqual({
    name: 'nfs-web',
    policy: { name: 'nfs-web', svmName: 'vs1' },
    localAddresses: ['10.1.4.17'],
    remoteAddresses: ['10.1.0.20/32'],
    localIdentity: '10.1.4.0/24',
    remoteIdentity: '10.1.0.20/32',
    key,
    ikeProposals: ['aes256-sha384-ecp384'],
    espProposals: ['aes256gcm16'],
    local: { subnet: '10.1.4.17/32', port: 0 },
    remote: { subnet: '10.1.0.20/32', port: 2049 },
    protocol: 6,
    ikeLifetimeSeconds: 86_400,
    espLifetimeSeconds: 28_800,
  });
});

test('identities of the policy change sides; ANYTHING lets the host be its address', () => {
  expect(matching({ localIdentity: 'nfs1.corp', remoteIdentity: 'web.corp' })).toMatchObject({
    localIdentity: 'web.corp',
    remoteIdentity: 'nfs1.corp',
  });
  expect(matching({ remoteIdentity: 'ANYTHING' }).localIdentity).toBe('10.1.4.17');
});

test('an IPv6 policy takes the host by its IPv6 address', () => {
  const local = { address: '2001:db8:1::20', prefixBits: 128, port: 0 };
  const remote = { address: '2001:db8:4::', prefixBits: 64, port: 0 };

  expect(matching({ local, remote }).localAddresses).toEqual(['2001:db8:4::17']);
});

test.each([
  ['a policy that bypasses', { action: 'bypass' }, { code: 'nothingToProtect', action: 'bypass' }],
  ['a policy with certificates', { authenticationMethod: 'pki' }, { code: 'needsCertificates' }],
  [
    'a policy for other clients',
    { remote: { address: '10.9.0.0', prefixBits: 16, port: 0 } },
    { code: 'noAddress', subnet: '10.9.0.0/16', addresses: web17.addresses },
  ],
] as const)('%s has no matching configuration, and the refusal says why', (_what, given, refusal) => {
  expect(hostConnectionFor(aPolicy(given), web17, key)).toEqual({ ok: false, error: refusal });
});

test('swanctl.conf holds all that strongSwan needs, and a placeholder where the key goes', () => {
  const text = printSwanctl({ name: 'web-17', connections: [matching()] });

  for (const line of [
    'version = 2',
    'proposals = aes256-sha384-ecp384',
    'local_addrs = 10.1.4.17',
    'remote_addrs = 10.1.0.20/32',
    'id = 10.1.4.0/24',
    'id = 10.1.0.20/32',
    'mode = transport',
    'start_action = trap',
    'esp_proposals = aes256gcm16',
    'local_ts = 10.1.4.17/32[tcp/any]',
    'remote_ts = 10.1.0.20/32[tcp/2049]',
    'replay_window = 0',
    `secret = "${keyPlaceholder}"`,
  ]) {
    expect(text.split('\n').map((each) => each.trim())).toContain(line);
  }
  expect(text).not.toContain('eighteen');
  expect(text.split('{')).toHaveLength(text.split('}').length);
});

test.each(['suiteb_gcm256', 'suiteb_gmac256', 'suite_aescbc'] as const)(
  'what a host is configured with for %s, its IPsec service can load',
  (cipherSuite) => {
    const security = hostSecurityOf([matching({ cipherSuite })]);

    expect(security).toMatchObject({
      ok: true,
      value: { connections: [{ name: 'nfs-web' }], spd: { policies: [{ action: 'protect', connection: 'nfs-web' }] } },
    });
  },
);

test('a configuration that cannot be loaded names the line', () => {
  const broken = { ...matching(), espProposals: ['aes256gcm17'] };

  expect(hostSecurityOf([broken])).toEqual({
    ok: false,
    error: { connection: 'nfs-web', field: 'esp_proposals', text: 'aes256gcm17' },
  });
});
