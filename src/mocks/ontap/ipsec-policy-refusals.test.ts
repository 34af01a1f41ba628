/** ONTAP's rules for a policy, each broken alone. */
import { expect, test } from 'vitest';
import { aPolicyBody, makeOntapLab } from '../testing/ontap-lab.ts';

const policies = '/security/ipsec/policies';
const local = { address: '10.1.0.20', netmask: '32', port: '2049' };
const remote = { address: '10.1.4.0', netmask: '24' };

/** What is wrong, and the code, target and part of the message that ONTAP refuses it with. */
const refused: readonly (readonly [string, object, number, string, string | undefined, string])[] = [
  [
    'a malformed address',
    { remote_endpoint: { ...remote, address: '10.1.4.300' } },
    400,
    '262197',
    'remote_endpoint.address',
    'The value "10.1.4.300" is invalid for field "remote_endpoint.address"',
  ],
  [
    'a short address',
    { local_endpoint: { ...local, address: '10.1' } },
    400,
    '262197',
    'local_endpoint.address',
    '"10.1"',
  ],
  [
    'a malformed IPv6 address',
    { remote_endpoint: { address: '2001:db8::1::2', netmask: '64' } },
    400,
    '262197',
    'remote_endpoint.address',
    '2001:db8::1::2',
  ],
  [
    'a netmask beyond the address',
    { remote_endpoint: { ...remote, netmask: '33' } },
    400,
    '262197',
    'remote_endpoint.netmask',
    '"33"',
  ],
  [
    'a netmask with a hole',
    { remote_endpoint: { ...remote, netmask: '255.0.255.0' } },
    400,
    '262197',
    'remote_endpoint.netmask',
    '255.0.255.0',
  ],
  [
    'no local netmask',
    { local_endpoint: { address: '10.1.0.20' } },
    400,
    '66257125',
    'local_endpoint.netmask',
    'netmask',
  ],
  [
    'no remote netmask',
    { remote_endpoint: { address: '10.1.4.0' } },
    400,
    '66257126',
    'remote_endpoint.netmask',
    'netmask',
  ],
  ['no local endpoint', { local_endpoint: undefined }, 400, '262212', 'local_endpoint.address', 'required'],
  [
    'an empty address',
    { remote_endpoint: { ...remote, address: '' } },
    400,
    '66257143',
    'remote_endpoint.address',
    'empty',
  ],
  [
    'two local subnets',
    { local_endpoint: { ...local, address: '10.1.0.20,10.1.0.21' } },
    400,
    '66257113',
    'local_endpoint.address',
    'Only one local IP subnet can be specified.',
  ],
  [
    'two remote subnets',
    { remote_endpoint: { ...remote, address: '10.1.4.0,10.1.5.0' } },
    400,
    '66257114',
    'remote_endpoint.address',
    'Only one remote IP subnet can be specified.',
  ],
  [
    'a port above 65535',
    { local_endpoint: { ...local, port: '65536' } },
    400,
    '66257132',
    'local_endpoint.port',
    '0-65535',
  ],
  ['a port below 0', { local_endpoint: { ...local, port: '-1' } }, 400, '66257132', 'local_endpoint.port', '0-65535'],
  [
    'a port that is a word',
    { remote_endpoint: { ...remote, port: 'nfs' } },
    400,
    '262197',
    'remote_endpoint.port',
    '"nfs"',
  ],
  [
    'a range of ports',
    { local_endpoint: { ...local, port: '2049-2050' } },
    400,
    '66257115',
    'local_endpoint.port',
    'range',
  ],
  [
    'two ports',
    { local_endpoint: { ...local, port: '111,2049' } },
    400,
    '66257100',
    'local_endpoint.port',
    'Only one local port can be specified.',
  ],
  ['two protocols', { protocol: 'tcp,udp' }, 400, '66257099', 'protocol', 'Only one protocol can be specified.'],
  ['an unknown protocol', { protocol: 'nfs' }, 400, '262197', 'protocol', '"nfs"'],
  ['a short key', { secret_key: 'seventeen letters' }, 400, '66257200', 'secret_key', 'length'],
  ['a long key', { secret_key: 'k'.repeat(129) }, 400, '66257200', 'secret_key', 'length'],
  ['a key beyond ASCII', { secret_key: 'pässwörter sind zu lang' }, 400, '66257200', 'secret_key', 'ASCII'],
  ['a key that is no hex', { secret_key: '0x00112233445566778899zz' }, 400, '66257107', 'secret_key', 'hex'],
  ['a key of half an octet', { secret_key: '0x001122334455667788990' }, 400, '66257107', 'secret_key', 'hex'],
  ['a key that is no Base64', { secret_key: '0sQUJDREVGR0hJSktMTU5P!!' }, 400, '66257109', 'secret_key', 'Base64'],
  ['no key', { secret_key: undefined }, 400, '66257144', 'secret_key', 'key or certificate'],
  ['no key for psk', { secret_key: undefined, authentication_method: 'psk' }, 400, '66257133', 'secret_key', 'psk'],
  ['a key for pki', { authentication_method: 'pki' }, 400, '66257137', 'secret_key', 'pki'],
  [
    'no certificate for pki',
    { secret_key: undefined, authentication_method: 'pki' },
    400,
    '66257134',
    'certificate.uuid',
    'pki',
  ],
  ['a certificate beside a key', { certificate: { name: 'cert1' } }, 400, '66257136', 'certificate', 'psk'],
  [
    'a certificate that is not there',
    { secret_key: undefined, certificate: { name: 'c' }, remote_identity: 'ANYTHING' },
    400,
    '66257135',
    'certificate.name',
    'not found',
  ],
  [
    'a certificate without a remote identity',
    { secret_key: undefined, certificate: { name: 'c' } },
    400,
    '66257138',
    'remote_identity',
    'identity',
  ],
  ['an empty name', { name: '' }, 400, '66257148', 'name', 'name'],
  ['a name of 65 characters', { name: 'n'.repeat(65) }, 400, '66257148', 'name', 'length'],
  ['a name beyond ASCII', { name: 'größe' }, 400, '66257148', 'name', 'ASCII'],
  ['no name', { name: undefined }, 400, '262212', 'name', 'required'],
  ['a name that is taken', { name: 'taken' }, 409, '66257104', 'name', 'exists in the SVM'],
  ['an unknown SVM', { svm: { name: 'vs9' } }, 400, '66257202', 'svm.name', 'SVM'],
  ['an unknown SVM uuid', { svm: { uuid: 'none' } }, 400, '66257203', 'svm.uuid', 'UUID'],
  ['an SVM in another IPspace', { ipspace: { name: 'Cluster' } }, 400, '66257205', 'ipspace.name', 'ipspace'],
  [
    'IPv4 beside IPv6',
    { remote_endpoint: { address: '2001:db8:4::', netmask: '64' } },
    400,
    '262186',
    'remote_endpoint.address',
    'together',
  ],
  [
    'a wildcard without a port',
    {
      local_endpoint: { ...local, port: '0' },
      remote_endpoint: { address: '0.0.0.0', netmask: '0' },
      remote_identity: 'client',
    },
    400,
    '66257129',
    'remote_endpoint.address',
    'port',
  ],
  [
    'a wildcard without a remote identity',
    { remote_endpoint: { address: '0.0.0.0', netmask: '0' } },
    400,
    '262212',
    'remote_identity',
    'required',
  ],
  [
    'an address with a mask of nothing',
    { remote_endpoint: { address: '10.1.4.0', netmask: '0' } },
    400,
    '66257128',
    'remote_endpoint.address',
    'wildcard',
  ],
  [
    'a local subnet of everything',
    { local_endpoint: { ...local, address: '0.0.0.0', netmask: '0' } },
    400,
    '66257127',
    'local_endpoint.address',
    'zero',
  ],
  [
    'ESP in UDP over IPv6',
    {
      action: 'esp_udp',
      local_endpoint: { address: '2001:db8:1::20', netmask: '128' },
      remote_endpoint: { address: '2001:db8:4::7', netmask: '128' },
    },
    400,
    '66257131',
    'action',
    'IPv6',
  ],
  ['ESP in UDP to a subnet', { action: 'esp_udp' }, 400, '66257120', 'remote_endpoint.netmask', 'host'],
  ['an unknown action', { action: 'encrypt' }, 400, '262197', 'action', 'bypass|discard|esp_transport|esp_udp'],
  ['a word for a boolean', { enabled: 'perhaps' }, 400, '262247', 'enabled', '"perhaps"'],
  ['a PPK identity without its key', { ppk: { identity: 'ppk-one' } }, 400, '66257153', 'ppk.shared_key', 'ppk'],
  ['an unknown field', { colour: 'red' }, 400, '262179', 'colour', 'Unexpected argument "colour".'],
  [
    'a field of a later release',
    { certificate_modify_keepsa: true },
    400,
    '262179',
    'certificate_modify_keepsa',
    'Unexpected argument',
  ],
  ['a read-only field', { uuid: 'mine' }, 400, '262196', 'uuid', 'Field "uuid" cannot be set in this operation'],
  [
    'a read-only field within',
    { local_endpoint: { ...local, family: 'ipv4' } },
    400,
    '262196',
    'local_endpoint.family',
    'cannot be set',
  ],
  ['a field named twice', { 'svm.name': 'vs1' }, 400, '262188', 'svm.name', 'twice'],
];

test.each(refused)('%s is refused, and nothing changes', async (_, change, status, code, target, message) => {
  const lab = await makeOntapLab();
  await lab.ask('POST', policies, aPolicyBody({ name: 'taken' }));
  const before = lab.cluster.state();

  const reply = await lab.ask('POST', policies, aPolicyBody(change));

  expect({ status: reply.status, ...reply.json.error }).toMatchObject({ status, code, target });
  expect(reply.json.error.message).toContain(message);
  expect(lab.cluster.state()).toBe(before);
});

test('no refusal repeats a key', async () => {
  const lab = await makeOntapLab();
  for (const secret_key of ['short secret', { inner: 'short secret' }, ['short secret'], '0xshort secret...........']) {
    const reply = await lab.ask('POST', policies, aPolicyBody({ secret_key }));
    expect(reply.status).toBe(400);
    expect(reply.text).not.toContain('short secret');
  }
});
