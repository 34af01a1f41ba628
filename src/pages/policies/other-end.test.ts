import { expect, test } from 'vitest';
import { exampleHost, matchOfDraft, matchOfRecord, swanctlOf } from './other-end.ts';
import { emptyDraft, type PolicyDraft, toBody } from './policy-draft.ts';

const key = 'r7Kq2mWv9TzXb4LpJd6NcYs3HfGa8RuEk5QnVw1ZtMx';
const draft: PolicyDraft = {
  ...emptyDraft,
  name: 'nfs-client1',
  remote: '10.1.0.44',
  lif: 'l',
  svm: 'vs1',
  local: '10.1.0.20',
  key,
};
const client1 = { name: 'client1', addresses: ['10.1.0.44', '2001:db8:1::44'] };

test('the host’s half mirrors the policy: its remote is our local, and the port stands at the LIF', () => {
  const file = swanctlOf(matchOfDraft(draft), client1);
  expect(file).toMatchObject({ ok: true });
  const text = file.ok ? file.value : '';
  expect(text).toContain('local_ts = 10.1.0.44/32[tcp/any]');
  expect(text).toContain('remote_ts = 10.1.0.20/32[tcp/2049]');
  expect(text).toContain('mode = transport');
});

test('no file holds the key', () => {
  const file = swanctlOf(matchOfDraft(draft), client1);
  expect(file.ok ? file.value : key).not.toContain(key);
});

test('a record of the policy gives the same file as the draft that it was made of', () => {
  const body = toBody(draft);
  const record = {
    uuid: 'u',
    name: body.name,
    svm: { uuid: 's', name: 'vs1' },
    local_endpoint: { address: '10.1.0.20', netmask: '32', port: '2049-2049' },
    remote_endpoint: { address: '10.1.0.44', netmask: '32', port: '0-0' },
    protocol: 'tcp',
    action: 'esp_transport' as const,
    authentication_method: 'psk' as const,
    enabled: true,
  };
  expect(swanctlOf(matchOfRecord(record), client1)).toEqual(swanctlOf(matchOfDraft(draft), client1));
});

test('where there is no file, a sentence says why', () => {
  expect(swanctlOf(matchOfDraft({ ...draft, action: 'bypass' }), client1)).toMatchObject({ ok: false });
  expect(swanctlOf(matchOfDraft({ ...draft, remote: '10.9.9.9' }), client1)).toEqual({
    ok: false,
    error: 'client1 has no address in 10.9.9.9/32.',
  });
  expect(swanctlOf(matchOfDraft({ ...draft, remote: '' }), client1)).toMatchObject({ ok: false });
});

test('a policy for a subnet shows the file of an example host inside it', () => {
  expect(exampleHost({ family: 'ipv4', address: '10.1.4.0', length: 24 })?.addresses).toEqual(['10.1.4.1']);
  expect(exampleHost({ family: 'ipv6', address: '2001:db8::', length: 64 })?.addresses).toEqual(['2001:db8::1']);
  expect(exampleHost({ family: 'ipv4', address: '0.0.0.0', length: 0 })).toBeUndefined();
});
