/** What a change of the cluster's policies does to the SAs that stand (RFC 4301 4.4.1, docs/decisions/0019). */
import { expect, test } from 'vitest';
import { aPolicyDraft, makeEncryptedLab } from './testing/make-lab.ts';

test('a narrower policy that discards stops its traffic both ways, though the SAs of the wider one stand; without it traffic goes on', async () => {
  const lab = await makeEncryptedLab();
  const [before] = lab.lab.ikeSas();
  const arrived = lab.stream().in.packets;

  const { secretKey: _, ...draft } = aPolicyDraft({ name: 'no-web-17', action: 'discard' });
  const remote = { address: '10.1.4.17', netmask: '32' };
  await lab.command({ type: 'createPolicy', policy: { ...draft, remote } });
  await lab.pass(5);
  expect(lab.state()).toMatchObject({ state: 'blocked', policyName: 'no-web-17' });
  expect(lab.stream().in.packets).toBe(arrived);

  await lab.deletePolicy('no-web-17');
  await lab.pass(5);
  expect(lab.state()).toEqual({ state: 'encrypted', policyName: 'nfs-web' });
  expect(lab.lab.ikeSas()[0]?.initiatorSpi).toBe(before?.initiatorSpi);
});

test.each([
  ['is disabled', { isEnabled: false }],
  ['has another suite', { cipherSuite: 'suite_aescbc' }],
  ['leaves out the host', { remote: { address: '10.9.0.0', netmask: '16' } }],
] as const)('a policy that %s ends its SAs, at both ends', async (_, change) => {
  const lab = await makeEncryptedLab();
  const [before] = lab.lab.ikeSas();
  lab.lab.setTraffic('web-17-nfs-nfs_lif1', false);

  const [policy] = lab.cluster().policies;
  await lab.command({ type: 'changePolicy', uuid: policy?.uuid ?? '', change });
  await lab.pass(1);

  expect(before).toBeDefined();
  expect(lab.lab.ikeSas()).toEqual([]);
  expect(lab.lab.associations()).toEqual([]);
  expect(lab.lab.hosts.flatMap(({ end }) => end.boundary.ipsecSas())).toEqual([]);
});
