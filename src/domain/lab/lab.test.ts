import { expect, test } from 'vitest';
import { makeEncryptedLab, makeLab, otherKey } from './testing/make-lab.ts';

const ipv6Stream = 'web-18-nfs-nfs_lif2';

test('at first start traffic flows in clear on both LIFs, both ways, and the wire shows it', async () => {
  const lab = await makeLab();

  await lab.pass(10);

  for (const id of [undefined, ipv6Stream]) {
    const stream = lab.stream(id);
    expect(lab.state(id)).toEqual({ state: 'clear' });
    expect(stream.in.packets).toBeGreaterThan(30);
    expect(stream.out.packets).toBeGreaterThan(30);
    expect(stream.out.rate.perSecond(lab.lab.nowMs)).toBeGreaterThan(1_000);
    expect(stream.proof).toHaveLength(3);
    expect(new Set(stream.proof.map(({ isFromHost }) => isFromHost))).toEqual(new Set([true, false]));
    expect(stream.proof[0]).toMatchObject({ form: 'clear', summary: expect.stringMatching(/^TCP 5\d+ > 2049/) });
  }
  expect(lab.lab.ikeSas()).toEqual([]);
});

test('clear, then policy and host, then the first packet negotiates and traffic goes on as ESP', async () => {
  const lab = await makeLab();
  await lab.pass(5);

  await lab.enable();
  await lab.createPolicy();
  await lab.pass(5);
  expect(lab.state()).toMatchObject({ state: 'blocked', policyName: 'nfs-web' });
  expect(lab.state().reason).toBe('The host has no matching configuration yet: configure web-17 for nfs-web.');

  const before = lab.sent.length;
  await lab.configure();
  await lab.pass(5);
  expect(lab.state()).toEqual({ state: 'encrypted', policyName: 'nfs-web' });
  const [ikeSa] = lab.lab.ikeSas();
  expect(ikeSa).toMatchObject({
    policyName: 'nfs-web',
    hostId: 'web-17',
    localAddress: '10.1.0.20',
    remoteAddress: '10.1.4.17',
    state: 'established',
    suite: 'AES-256-CBC, HMAC-SHA-384, P-384',
    proofs: { cluster: 'pre-shared key', host: 'pre-shared key' },
    children: [{ suite: 'AES-256-GCM', localSelector: '10.1.0.20/32[tcp/2049]', remoteSelector: '10.1.4.17/32[tcp]' }],
  });
  expect(ikeSa?.caution).toBeUndefined();
  const counted = ikeSa?.children[0]?.inOctets ?? 0;
  expect(counted).toBeGreaterThan(0);
  expect(lab.stream().proof.map(({ form }) => form)).toEqual(['clear', 'clear', 'clear', 'esp', 'esp', 'esp']);
  const leaked = lab.sent.slice(before).filter(({ line }) => / web-17 TCP /.test(line));
  expect(leaked).toEqual([]);

  await lab.pass(10);
  expect(lab.lab.ikeSas()[0]?.children[0]?.inOctets).toBeGreaterThan(counted);
  expect(lab.lab.associations().map(({ type, nodeName }) => `${type} ${nodeName}`)).toEqual([
    'ike lab-01',
    'ipsec lab-01',
  ]);
});

test('other traffic of the same host and of the other LIF stays as it was', async () => {
  const lab = await makeLab();
  await lab.enable();
  await lab.createPolicy();
  await lab.configure();

  await lab.pass(10);

  expect(lab.state(ipv6Stream)).toEqual({ state: 'clear' });
});

test('deleting the policy ends the SAs; the host still protects, so traffic stops, and the reason says what to do', async () => {
  const lab = await makeEncryptedLab();

  const before = lab.sent.length;
  await lab.deletePolicy();
  await lab.pass(5);

  expect(lab.lab.ikeSas()).toEqual([]);
  expect(lab.lab.associations()).toEqual([]);
  expect(['failed', 'blocked']).toContain(lab.state().state);
  expect(lab.state().reason).toContain('remove it on the host too');
  expect(lab.sent.slice(before).filter(({ line }) => / web-17 TCP /.test(line))).toEqual([]);
  expect(lab.lab.failures[0]).toMatchObject({ end: 'cluster', notify: 'NO_PROPOSAL_CHOSEN', hostId: 'web-17' });

  await lab.clear();
  await lab.pass(5);
  expect(lab.state()).toEqual({ state: 'clear' });
});

test('turning IPsec off ends every SA and keeps the policies; turning it on again negotiates anew', async () => {
  const lab = await makeEncryptedLab();
  const [first] = lab.lab.ikeSas();

  await lab.command({ type: 'changeIpsecConfig', change: { isEnabled: false } });
  await lab.pass(2);
  expect(lab.lab.ikeSas()).toEqual([]);
  expect(lab.state().reason).toContain('remove it on the host too');

  await lab.enable();
  await lab.pass(10);
  expect(lab.state()).toMatchObject({ state: 'encrypted' });
  expect(lab.lab.ikeSas()[0]?.initiatorSpi).not.toBe(first?.initiatorSpi);
});

test('a policy that concerns others leaves the SAs of this one alone', async () => {
  const lab = await makeEncryptedLab();
  const [before] = lab.lab.ikeSas();

  await lab.createPolicy({ name: 'other', remote: { address: '10.9.0.0', netmask: '16' } });
  await lab.deletePolicy('other');
  await lab.pass(5);

  expect(lab.lab.ikeSas()[0]?.initiatorSpi).toBe(before?.initiatorSpi);
  expect(lab.state()).toEqual({ state: 'encrypted', policyName: 'nfs-web' });
});

test('two hosts of one subnet policy hold SAs of their own and leave each other alone', async () => {
  const lab = await makeLab();
  lab.lab.setTraffic('web-18-smb-nfs_lif1', true);
  await lab.enable();
  await lab.createPolicy({ local: { address: '10.1.0.20', netmask: '32' }, protocol: '0' });
  await lab.configure('web-17');
  await lab.pass(5);
  const [first] = lab.lab.ikeSas();
  await lab.configure('web-18');
  await lab.pass(15);

  expect(lab.lab.ikeSas().map(({ hostId }) => hostId)).toEqual(['web-17', 'web-18']);
  expect(lab.lab.ikeSas()[0]?.initiatorSpi).toBe(first?.initiatorSpi);
  expect(lab.state('web-18-smb-nfs_lif1')).toMatchObject({ state: 'encrypted' });
});

test('ESP in UDP carries traffic between ports 4500', async () => {
  const lab = await makeLab();
  await lab.enable();
  await lab.createPolicy({ action: 'esp_udp', remote: { address: '10.1.4.17', netmask: '32' } });
  await lab.configure();

  await lab.pass(5);

  expect(lab.lab.ikeSas()[0]?.children[0]).toMatchObject({ isUdpEncapsulated: true });
  expect(lab.state()).toEqual({ state: 'encrypted', policyName: 'nfs-web' });
  expect(lab.stream().proof.at(-1)?.summary).toMatch(/^UDP-encapsulated ESP spi/);
});

test.each([
  ['names', { localIdentity: 'nfs1.corp', remoteIdentity: 'web.corp' }],
  ['whoever proves the key', { remoteIdentity: 'ANYTHING' }],
  ['addresses', { localIdentity: '10.1.0.20', remoteIdentity: '10.1.4.17' }],
])('identities that are %s are proven by both ends', async (_what, identities) => {
  const lab = await makeLab();
  await lab.enable();
  await lab.createPolicy(identities);
  await lab.configure();

  await lab.pass(5);

  expect(lab.state()).toEqual({ state: 'encrypted', policyName: 'nfs-web' });
});

test('a disabled policy leaves its traffic in clear, and the stream says so', async () => {
  const lab = await makeLab();
  await lab.createPolicy({ isEnabled: false });
  await lab.pass(3);
  expect(lab.state()).toEqual({ state: 'clear', reason: 'Policy nfs-web waits for IPsec to be enabled.' });

  await lab.enable();
  await lab.pass(3);
  expect(lab.state()).toEqual({ state: 'clear', reason: 'Policy nfs-web is disabled.' });
});

test("another key on the host fails at IKE_AUTH, and the failure names the ends' difference; the right key mends it", async () => {
  const lab = await makeEncryptedLab();

  await lab.configure('web-17', 'nfs-web', otherKey);
  await lab.pass(5);
  expect(lab.lab.ikeSas().filter(({ state }) => state === 'established')).toEqual([]);
  expect(lab.state()).toMatchObject({ state: 'failed', policyName: 'nfs-web' });
  expect(lab.state().reason).toMatch(/^The pre-shared keys differ/);
  expect(lab.lab.failures[0]).toMatchObject({
    policyName: 'nfs-web',
    hostId: 'web-17',
    localAddress: '10.1.0.20',
    remoteAddress: '10.1.4.17',
    decidedAt: 'IKE_AUTH request',
    notify: 'AUTHENTICATION_FAILED',
    rfcSection: 'RFC 7296 2.15',
  });

  await lab.configure();
  await lab.pass(5);
  expect(lab.state()).toEqual({ state: 'encrypted', policyName: 'nfs-web' });
});

test('IPv6 is protected like IPv4, by a policy of its own', async () => {
  const lab = await makeLab();
  await lab.enable();
  await lab.createPolicy({
    name: 'nfs-v6',
    local: { address: '2001:db8:1::20', netmask: '128', port: '2049' },
    remote: { address: '2001:db8:4::', netmask: '64' },
  });
  await lab.configure('web-18', 'nfs-v6');

  await lab.pass(5);

  expect(lab.state(ipv6Stream)).toEqual({ state: 'encrypted', policyName: 'nfs-v6' });
  expect(lab.lab.associations()[0]).toMatchObject({ nodeName: 'lab-02' });
});

test.each(['suiteb_gcm256', 'suiteb_gmac256', 'suite_aescbc'] as const)(
  'cipher suite %s carries traffic',
  async (cipherSuite) => {
    const lab = await makeLab();
    await lab.enable();
    await lab.createPolicy({ cipherSuite });
    await lab.configure();

    await lab.pass(5);

    expect(lab.state()).toEqual({ state: 'encrypted', policyName: 'nfs-web' });
  },
);

test('a rekey replaces the IPsec SA without a gap, and an IKE SA that is deleted is negotiated again', async () => {
  const lab = await makeEncryptedLab();
  const [before] = lab.lab.ikeSas();
  const droppedBefore = lab.stream().droppedPackets;

  expect(await lab.lab.rekeyChild(before?.children[0]?.inSpi ?? '')).toBe(true);
  await lab.pass(5);
  const [after] = lab.lab.ikeSas();
  expect(after?.initiatorSpi).toBe(before?.initiatorSpi);
  expect(after?.children).toHaveLength(1);
  expect(after?.children[0]?.inSpi).not.toBe(before?.children[0]?.inSpi);
  expect(lab.stream().droppedPackets).toBe(droppedBefore);

  expect(await lab.lab.deleteIkeSa(after?.initiatorSpi ?? '')).toBe(true);
  await lab.pass(5);
  const [again] = lab.lab.ikeSas();
  expect(again?.initiatorSpi).not.toBe(after?.initiatorSpi);
  expect(lab.state()).toMatchObject({ state: 'encrypted' });
});

test.each([1, 2, 3, 4])(
  'a policy is enabled while the host waits: whoever begins, one IKE SA is left, and nothing is lost once it stands (seed %i)',
  async (seed) => {
    const lab = await makeLab(`enabled ${seed}`);
    await lab.enable();
    await lab.createPolicy({ isEnabled: false });
    await lab.configure();
    await lab.pass(5);
    const [policy] = lab.cluster().policies;

    await lab.command({ type: 'changePolicy', uuid: policy?.uuid ?? '', change: { isEnabled: true } });
    while (lab.lab.ikeSas().every(({ state }) => state !== 'established')) await lab.pass(0.1);
    const droppedBefore = lab.stream().droppedPackets;
    await lab.pass(10);

    expect(lab.lab.ikeSas()).toHaveLength(1);
    expect(lab.lab.ikeSas()[0]?.children).toHaveLength(1);
    expect(lab.state()).toMatchObject({ state: 'encrypted' });
    expect(lab.stream().droppedPackets).toBe(droppedBefore);
  },
);

test.each([1, 2, 3, 4, 5])(
  'at a fifth of all packets lost, some doubled, some overtaken, both ends still come to SAs (seed %i)',
  async (seed) => {
    const lab = await makeLab(`faults ${seed}`);
    lab.lab.setFaults({ loss: 0.2, duplicate: 0.1, reorder: 0.1, delayMs: 5 });
    await lab.enable();
    await lab.createPolicy();
    await lab.configure();

    await lab.pass(120);

    expect(lab.state()).toMatchObject({ state: 'encrypted' });
    expect(lab.stream().droppedPackets).toBeGreaterThan(0);
  },
);

test('two runs from one seed send the same packets, octet for octet; another seed sends others', async () => {
  const run = async (seed: string) => {
    const lab = await makeLab(seed);
    lab.lab.setFaults({ loss: 0.1, duplicate: 0.1, reorder: 0.1, delayMs: 3 });
    await lab.pass(5);
    await lab.enable();
    await lab.createPolicy({ local: { address: '10.1.0.20', netmask: '32' }, protocol: '0' });
    lab.lab.setTraffic('web-18-smb-nfs_lif1', true);
    await lab.configure('web-17');
    await lab.configure('web-18');
    await lab.pass(20);
    await lab.configure('web-17', 'nfs-web', otherKey);
    await lab.pass(10);
    await lab.deletePolicy();
    await lab.pass(5);
    return lab.sent;
  };

  const [first, second, other] = [await run('one'), await run('one'), await run('two')];

  expect(first.length).toBeGreaterThan(500);
  expect(second.map(({ line }) => line)).toEqual(first.map(({ line }) => line));
  expect(second).toEqual(first);
  expect(other.slice(0, 100)).not.toEqual(first.slice(0, 100));
});
