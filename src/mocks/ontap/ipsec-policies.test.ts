import { expect, test } from 'vitest';
import { aPolicyBody, makeOntapLab } from '../testing/ontap-lab.ts';

const policies = '/security/ipsec/policies';

test('a created policy has its Location, an empty body, and reads back in normal form without its key', async () => {
  const lab = await makeOntapLab();
  const endpoint = { address: '2402:0940:0::45', netmask: '128', port: '120' };
  const body = aPolicyBody({ protocol: '17', local_endpoint: endpoint, remote_endpoint: { ...endpoint, port: '0' } });

  const created = await lab.ask('POST', `${policies}?return_timeout=30`, body);
  const location = created.headers.get('Location') ?? '';
  const read = await lab.ask('GET', location.replace('/api', ''));

  expect(created.status).toBe(201);
  expect(created.text).toBe('{\n}');
  expect(read.json).toMatchObject({
    name: 'nfs',
    scope: 'svm',
    svm: { name: 'vs1' },
    ipspace: { name: 'Default' },
    local_endpoint: { address: '2402:940::45', netmask: '128', family: 'ipv6', port: '120-120' },
    remote_endpoint: { port: '0-0' },
    protocol: 'udp',
    action: 'esp_transport',
    authentication_method: 'psk',
    enabled: true,
    _links: { self: { href: location } },
  });
  expect(read.text).not.toMatch(/secret_key|battery|staple/);
});

test('dotted keys, dotted masks and texts for booleans are taken as ONTAP takes them', async () => {
  const lab = await makeOntapLab();
  const { svm: _, ...body } = aPolicyBody({
    enabled: 'false',
    remote_endpoint: { address: '192.168.0.63', netmask: '255.255.255.128' },
  });

  const reply = await lab.ask('POST', `${policies}?return_records=true`, {
    ...body,
    'svm.name': 'vs1',
    'ipspace.name': 'Default',
  });

  expect(reply.json).toMatchObject({
    num_records: 1,
    records: [{ enabled: false, remote_endpoint: { address: '192.168.0.63', netmask: '25', port: '0-0' } }],
  });
});

test('bypass and discard drop the key that was given', async () => {
  const lab = await makeOntapLab();
  await lab.ask('POST', policies, aPolicyBody({ action: 'bypass' }));
  expect(lab.cluster.state().policies[0]).not.toHaveProperty('preSharedKey');
  expect((await lab.ask('GET', `${policies}?fields=*`)).json.records[0].authentication_method).toBe('none');
});

test('a name may recur in another scope', async () => {
  const lab = await makeOntapLab();
  await lab.ask('POST', policies, aPolicyBody());
  const { svm: _, ...clusterScoped } = aPolicyBody();
  expect((await lab.ask('POST', policies, clusterScoped)).status).toBe(201);
  expect((await lab.ask('GET', `${policies}?scope=cluster`)).json.num_records).toBe(1);
});

test.each(['svm', 'name', 'action', 'authentication_method', 'secret_key', 'ipspace'])(
  '%s is fixed once a policy exists',
  async (field) => {
    const lab = await makeOntapLab();
    await lab.ask('POST', policies, aPolicyBody());
    const [policy] = lab.cluster.state().policies;
    const value = field === 'svm' || field === 'ipspace' ? { name: 'Default' } : 'bypass';

    const reply = await lab.ask('PATCH', `${policies}/${policy?.uuid}`, { [field]: value });

    expect(reply.json.error).toEqual({
      message: `Field "${field}" cannot be set in this operation`,
      code: '262196',
      target: field,
    });
    expect(lab.cluster.state().policies[0]).toBe(policy);
  },
);

test('a change merges endpoints key by key and is judged as a new policy would be', async () => {
  const lab = await makeOntapLab();
  await lab.ask('POST', policies, aPolicyBody());
  const path = `${policies}/${lab.cluster.state().policies[0]?.uuid}`;

  expect((await lab.ask('PATCH', path, { remote_endpoint: { port: '111' }, enabled: false })).status).toBe(200);
  expect((await lab.ask('GET', path)).json).toMatchObject({
    enabled: false,
    remote_endpoint: { address: '10.1.4.0', netmask: '24', port: '111-111' },
  });
  const mixed = await lab.ask('PATCH', path, { remote_endpoint: { address: '2001:db8::', netmask: '64' } });
  expect(mixed.json.error).toMatchObject({ code: '262186', target: 'remote_endpoint.address' });
  expect((await lab.ask('PATCH', path, {})).json.error.code).toBe('262190');
});

test.each(['GET', 'PATCH', 'DELETE'])(
  '%s of an unknown policy is refused with the code of a missing entry',
  async (method) => {
    const lab = await makeOntapLab();
    const reply = await lab.ask(method, `${policies}/none`, method === 'PATCH' ? { enabled: false } : undefined);
    expect(reply.status).toBe(404);
    expect(reply.json.error).toEqual({ message: "entry doesn't exist", code: '4', target: 'uuid' });
  },
);

test('a deleted policy is gone', async () => {
  const lab = await makeOntapLab();
  await lab.ask('POST', policies, aPolicyBody());
  const path = `${policies}/${lab.cluster.state().policies[0]?.uuid}`;
  expect((await lab.ask('DELETE', `${path}?return_timeout=30`)).text).toBe('{\n}');
  expect((await lab.ask('GET', policies)).json).toMatchObject({ records: [], num_records: 0 });
});

test('a change by filter reaches every match, and without a filter nothing', async () => {
  const lab = await makeOntapLab();
  for (const name of ['nfs-a', 'nfs-b', 'smb']) await lab.ask('POST', policies, aPolicyBody({ name }));

  expect((await lab.ask('PATCH', `${policies}?name=nfs*`, { enabled: false })).json).toEqual({ num_records: 2 });
  expect((await lab.ask('GET', `${policies}?enabled=false`)).json.num_records).toBe(2);
  expect((await lab.ask('DELETE', policies)).json.error.code).toBe('262212');
  expect((await lab.ask('DELETE', `${policies}?name=nfs*`)).json).toEqual({ num_records: 2 });
  expect(lab.cluster.state().policies.map(({ name }) => name)).toEqual(['smb']);
});
