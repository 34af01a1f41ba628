import { expect, test } from 'vitest';
import { cluster } from '../../contract/cluster.ts';
import { ipInterface } from '../../contract/ip-interfaces.ts';
import { ipsecConfig } from '../../contract/ipsec.ts';
import { ipsecPolicy } from '../../contract/ipsec-policies.ts';
import { node } from '../../contract/nodes.ts';
import { securityAssociation } from '../../contract/security-associations.ts';
import { svm } from '../../contract/svms.ts';
import type { SecurityAssociationView } from '../../domain/cluster/associations.ts';
import { aPolicyBody, makeOntapLab } from '../testing/ontap-lab.ts';

const common = {
  nodeName: 'lab-01',
  svmName: 'vs1',
  policyName: 'nfs',
  localAddress: '10.1.0.20',
  remoteAddress: '10.1.4.44',
  cipherSuite: 'suiteb_gcm256',
} as const;

const twoAssociations: readonly SecurityAssociationView[] = [
  {
    ...common,
    type: 'ike',
    uuid: 'sa-1',
    lifetimeSeconds: 86_400,
    authentication: 'psk',
    state: 'established',
    isInitiator: false,
    initiatorSpi: 'c764f9ee020cec69',
    responderSpi: '96f1e32c4d5bb14f',
  },
  {
    ...common,
    type: 'ipsec',
    uuid: 'sa-2',
    lifetimeSeconds: 28_800,
    state: 'installed',
    inbound: { espSpi: 'c4c5b3d6', octets: 1400, packets: 1 },
    outbound: { espSpi: 'c2515559', octets: 0, packets: 0 },
  },
];

test.each([
  ['/cluster/nodes', node, 2],
  ['/svm/svms', svm, 1],
  ['/network/ip/interfaces', ipInterface, 2],
  ['/security/ipsec/policies', ipsecPolicy, 1],
  ['/security/ipsec/security-associations', securityAssociation, 2],
])('%s answers what the contract says, as a list and one by one', async (path, schema, count) => {
  const lab = await makeOntapLab(() => twoAssociations);
  await lab.ask('POST', '/security/ipsec/policies', aPolicyBody());

  const listed = (await lab.ask('GET', `${path}?fields=*`)).json;

  expect(listed.num_records).toBe(count);
  for (const record of listed.records) {
    expect(schema.parse(record)).toEqual(record);
    expect((await lab.ask('GET', record._links.self.href.replace('/api', ''))).json).toEqual(record);
  }
});

test('the version probe of clients answers the version and the link to itself, octet for octet', async () => {
  const lab = await makeOntapLab();
  const probe = await lab.ask('GET', '/cluster?fields=version');
  expect(probe.text).toBe(
    [
      '{',
      '  "version": {',
      '    "full": "NetApp Release 9.17.1: Mon Sep 01 10:08:36 UTC 2025",',
      '    "generation": 9,',
      '    "major": 17,',
      '    "minor": 1',
      '  },',
      '  "_links": {',
      '    "self": {',
      '      "href": "/api/cluster"',
      '    }',
      '  }',
      '}',
    ].join('\n'),
  );
  expect(cluster.safeParse((await lab.ask('GET', '/cluster?fields=%2A&return_records=true')).json).success).toBe(true);
  const harvest = '/cluster?fields=harvestTag,linux,abc&ignore_unknown_fields=true';
  expect((await lab.ask('GET', harvest)).status).toBe(200);
});

test('an SA of either kind is one record, its SPIs with 0x', async () => {
  const lab = await makeOntapLab(() => twoAssociations);
  const read = await lab.ask('GET', '/security/ipsec/security-associations?type=ipsec&fields=*');
  expect(read.json.records).toHaveLength(1);
  expect(read.json.records[0]).toMatchObject({
    node: { name: 'lab-01' },
    svm: { name: 'vs1' },
    lifetime: 28_800,
    ipsec: {
      action: 'esp_transport',
      state: 'installed',
      inbound: { security_parameter_index: '0xc4c5b3d6', bytes: 1400, packets: 1 },
    },
  });
  expect((await lab.ask('GET', '/security/ipsec/security-associations?ike.state=established')).json.num_records).toBe(
    1,
  );
});

test('settings change, and rules between offload and anti-replay hold', async () => {
  const lab = await makeOntapLab();
  const path = '/security/ipsec';
  const code = async (body: object): Promise<string> => (await lab.ask('PATCH', path, body)).json.error?.code ?? 'done';

  expect((await lab.ask('GET', path)).json).toMatchObject({ enabled: false, replay_window: 0, offload_enabled: true });
  expect(await code({ replay_window: 64 })).toBe('66256915');
  expect(await code({ replay_window: 65 })).toBe('262197');
  expect(await code({})).toBe('262190');
  expect(await code({ log_level: 3 })).toBe('262179');
  expect(await code({ offload_enabled: false, replay_window: '64' })).toBe('done');
  expect(await code({ offload_enabled: true })).toBe('66256915');
  expect(await code({ enabled: 'true' })).toBe('done');
  expect(await code({ offload_enabled: true, replay_window: 0 })).toBe('66256913');

  const read = await lab.ask('GET', `${path}?fields=enabled,replay_window`);
  expect(ipsecConfig.parse(read.json)).toMatchObject({ enabled: true, replay_window: 64 });
  expect(read.json.replay_window).toBe(64);
  const client = { 'X-Dot-Client-App': 'na_ontap_security_ipsec_config/23.6.0' };
  expect((await lab.ask('GET', path, undefined, client)).json.replay_window).toBe('64');
});

test.each([
  ['GET', '/security/nothing', 404, '3', 'API not found'],
  ['GET', '', 404, '3', 'API not found'],
  ['GET', '/security/ipsec/ca-certificates-of-tomorrow', 404, '3', 'API not found'],
  ['GET', '/security/ipsec/policies/some-uuid/extra/more', 404, '262179', 'Unexpected argument "extra".'],
  ['DELETE', '/security/ipsec', 405, '3', 'not supported'],
  ['POST', '/security/ipsec/security-associations', 405, '3', 'not supported'],
])('%s %s is refused with %i and code %s', async (method, path, status, code, message) => {
  const lab = await makeOntapLab();
  const reply = await lab.ask(method, path);
  expect({ status: reply.status, error: reply.json.error }).toEqual({ status, error: { message, code } });
});

test.each(['{"name":', '[1', 'name=nfs'])('a body that is no JSON is refused where it breaks: %s', async (text) => {
  const lab = await makeOntapLab();
  expect((await lab.ask('POST', '/security/ipsec/policies', text)).json.error.code).toBe('262199');
});

test('a body with a prototype in it does no more than an unknown field', async () => {
  const lab = await makeOntapLab();
  for (const text of ['{"__proto__":{"enabled":true}}', '{"constructor.prototype.x":1}', '{"svm.__proto__.x":1}']) {
    expect((await lab.ask('PATCH', '/security/ipsec', text)).json.error.code).toBe('262179');
  }
});

test('a filter in a POST and a secret in the URL are refused', async () => {
  const lab = await makeOntapLab();
  const post = async (query: string) =>
    (await lab.ask('POST', `/security/ipsec/policies?${query}`, aPolicyBody())).json;
  expect((await post('name=nfs')).error).toMatchObject({ code: '262211', target: 'name' });
  expect((await post('secret_key=correct-horse-battery')).error).toMatchObject({
    code: '262202',
    target: 'secret_key',
  });
  expect((await post('colour=red')).error).toMatchObject({ code: '262179', target: 'colour' });
  expect(lab.cluster.state().policies).toEqual([]);
});

test('HEAD has no body, OPTIONS names the methods in ONTAP’s order', async () => {
  const lab = await makeOntapLab();
  expect(await lab.ask('HEAD', '/cluster')).toMatchObject({ status: 200, text: '' });
  const options = await lab.ask('OPTIONS', '/security/ipsec/policies');
  expect(options.text).toBe('{\n}');
  expect(options.headers.get('Allow')).toBe('GET, HEAD, OPTIONS, POST, DELETE, PATCH');
  const readOnly = await lab.ask('OPTIONS', '/svm/svms');
  expect(readOnly.headers.get('Allow')).toBe('GET, HEAD, OPTIONS');
});

test('doubled slashes, a slash at the end and the version prefix are let pass', async () => {
  const lab = await makeOntapLab();
  for (const path of [
    '//security/ipsec/policies',
    '/security/ipsec/policies/?max_records=1024',
    '/v1/security/ipsec/policies',
  ]) {
    expect((await lab.ask('GET', path)).status).toBe(200);
  }
});

test('an empty list prints as ONTAP prints it; pretty=false is compact', async () => {
  const lab = await makeOntapLab();
  const accept = { Accept: 'application/json' };
  const path = '/security/ipsec/policies';
  expect((await lab.ask('GET', path, undefined, accept)).text).toBe('{\n  "records": [\n  ],\n  "num_records": 0\n}');
  expect((await lab.ask('GET', `${path}?pretty=false`, undefined, accept)).text).toBe('{"records":[],"num_records":0}');
});

test('the reads and writes of the Ansible policy module meet what they expect', async () => {
  const lab = await makeOntapLab();
  const client = { 'X-Dot-Client-App': 'na_ontap_security_ipsec_policy/23.6.0', Accept: '*/*' };
  const wanted =
    'uuid,enabled,local_endpoint,local_identity,remote_identity,protocol,remote_endpoint,action,authentication_method,certificate';
  const read = () =>
    lab.ask('GET', `/security/ipsec/policies?name=p1&fields=${wanted}&svm.name=vs1`, undefined, client);

  expect((await read()).json.num_records).toBe(0);
  const body = {
    name: 'p1',
    action: 'esp_transport',
    authentication_method: 'psk',
    secret_key: 'QDFRTGJUOlFGRTFLTWYxNg==',
    enabled: true,
    local_endpoint: { address: '10.23.43.23', netmask: '24', port: '201-201' },
    remote_endpoint: { address: '10.23.43.30', netmask: '24', port: '205-205' },
    protocol: 'tcp',
    'ipspace.name': 'Default',
    'svm.name': 'vs1',
  };
  expect((await lab.ask('POST', '/security/ipsec/policies?return_timeout=30', body, client)).status).toBe(201);

  const [record] = (await read()).json.records;
  expect(record.local_endpoint).toEqual({ ...body.local_endpoint, family: 'ipv4' });
  expect(record.svm.name).toBe('vs1');
  const change = { local_endpoint: { address: '10.23.43.24', netmask: '24', port: '201-201' } };
  expect(
    (await lab.ask('PATCH', `/security/ipsec/policies/${record.uuid}?return_timeout=30`, change, client)).text,
  ).toBe('{\n}');
  expect(
    (await lab.ask('DELETE', `/security/ipsec/policies/${record.uuid}?return_timeout=30`, undefined, client)).status,
  ).toBe(200);
});
