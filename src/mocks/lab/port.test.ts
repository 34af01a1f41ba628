import { expect, test } from 'vitest';
import type { LabSnapshot } from '../../contract/lab-port.ts';
import { aPolicyBody } from '../testing/ontap-lab.ts';
import { openTestLab, type TestedLab } from '../testing/open-test-lab.ts';

const key = 'correct horse battery staple';
const configure = { type: 'configureHost', hostId: 'web-17', policyName: 'nfs', svmName: 'vs1', key } as const;
const streamId = 'web-17-nfs-nfs_lif1';

const stateOf = ({ streams }: LabSnapshot, id = streamId) => streams.find((each) => each.id === id)?.state;

/** IPsec on, a policy, a host that matches, five seconds of traffic. */
async function encrypted(lab: TestedLab): Promise<TestedLab> {
  expect((await lab.ask('PATCH', '/security/ipsec', { enabled: true })).status).toBe(200);
  expect((await lab.ask('POST', '/security/ipsec/policies', aPolicyBody())).status).toBe(201);
  await lab.do(configure);
  await lab.pass(5);
  expect(stateOf(await lab.snapshot())).toBe('encrypted');
  return lab;
}

test('the story by REST and the port: clear, enabled, encrypted, deleted, clear again', async () => {
  const lab = await openTestLab();
  await lab.pass(3);
  expect(stateOf(await lab.snapshot())).toBe('clear');

  await encrypted(lab);
  const { json } = await lab.ask('GET', '/security/ipsec/security-associations?fields=*');
  expect(json).toMatchObject({
    num_records: 2,
    records: expect.arrayContaining([
      expect.objectContaining({ type: 'ike', policy_name: 'nfs', remote_address: '10.1.4.17' }),
      expect.objectContaining({ type: 'ipsec', policy_name: 'nfs', local_address: '10.1.0.20' }),
    ]),
  });

  const list = (await lab.ask('GET', '/security/ipsec/policies')).json as { records: { uuid: string }[] };
  expect((await lab.ask('DELETE', `/security/ipsec/policies/${list.records[0]?.uuid}`)).status).toBe(200);
  await lab.pass(3);
  const deleted = await lab.snapshot();
  expect(deleted.ikeSas).toEqual([]);
  expect(deleted.streams.find(({ id }) => id === streamId)?.reason).toContain('remove it on the host too');

  await lab.do({ type: 'clearHost', hostId: 'web-17' });
  await lab.pass(3);
  expect(stateOf(await lab.snapshot())).toBe('clear');
});

test('a new worker over the same store knows configuration, keys, switches, faults and clock, and negotiates again', async () => {
  const first = await encrypted(await openTestLab());
  await first.do({ type: 'setTraffic', streamId: 'web-18-smb-nfs_lif1', isRunning: true });
  await first.do({ type: 'setFaults', faults: { loss: 0, duplicate: 0.1, reorder: 0, delayMs: 7 } });
  await first.do({ type: 'setClock', rate: 10, isPaused: false });
  const before = await first.snapshot();

  const second = await first.restart();
  expect((await second.snapshot()).ikeSas).toEqual([]);
  await second.pass(1);

  const after = await second.snapshot();
  expect(stateOf(after)).toBe('encrypted');
  expect(after.ikeSas[0]?.initiatorSpi).not.toBe(before.ikeSas[0]?.initiatorSpi);
  expect(after.hosts).toEqual(before.hosts);
  expect(after.faults).toEqual(before.faults);
  expect(after.clock.rate).toBe(10);
  expect(after.streams.find(({ id }) => id === 'web-18-smb-nfs_lif1')?.isRunning).toBe(true);
});

test('no key is stored in clear, and none stands in a snapshot', async () => {
  const lab = await encrypted(await openTestLab());

  const stored = JSON.stringify([...lab.entries]);
  const shown = JSON.stringify(await lab.snapshot());

  for (const text of [stored, shown]) {
    expect(text).toContain('nfs');
    expect(text).not.toContain(key);
    expect(text).not.toContain(btoa(key));
  }
  expect(shown).toContain('‹the pre-shared key of the policy›');
});

test('another key on the host: failed, with end, message, reason and remedy', async () => {
  const lab = await encrypted(await openTestLab());

  await lab.do({ ...configure, key: 'quite another key than before' });
  await lab.pass(3);

  const { streams, failures } = await lab.snapshot();
  expect(streams.find(({ id }) => id === streamId)).toMatchObject({ state: 'failed', policyName: 'nfs' });
  expect(failures[0]).toMatchObject({
    end: 'cluster',
    decidedAt: 'IKE_AUTH request',
    notify: 'AUTHENTICATION_FAILED',
    sentence: expect.stringContaining('pre-shared keys differ'),
    remedy: expect.stringContaining('web-17'),
  });
});

test('everything back in clear is one step: no policy, no host configuration, IPsec off', async () => {
  const lab = await encrypted(await openTestLab());

  await lab.do({ type: 'allClear' });
  await lab.pass(3);

  const { streams, hosts, ikeSas } = await lab.snapshot();
  expect(new Set(streams.map(({ state }) => state))).toEqual(new Set(['clear', 'idle']));
  expect(hosts.map(({ configuration }) => configuration)).toEqual([undefined, undefined]);
  expect(ikeSas).toEqual([]);
  expect((await lab.ask('GET', '/security/ipsec')).json).toMatchObject({ enabled: false });
  expect((await lab.ask('GET', '/security/ipsec/policies')).json).toMatchObject({ num_records: 0 });
});

test('reset is one step back to the first start, and the sequence of snapshots goes on', async () => {
  const lab = await openTestLab();
  const atStart = await lab.snapshot();
  await encrypted(lab);
  await lab.do({ type: 'setClock', rate: 60, isPaused: false });
  const { sequence } = await lab.snapshot();

  await lab.do({ type: 'reset' });

  const reset = await lab.snapshot();
  expect(reset.sequence).toBeGreaterThan(sequence);
  expect({ ...reset, sequence: 0, seed: '', clock: 0 }).toEqual({ ...atStart, sequence: 0, seed: '', clock: 0 });
  expect(reset.clock).toMatchObject({ rate: 1, isPaused: false });
  expect([...lab.entries.keys()].filter((id) => !id.startsWith('ipsec'))).toEqual([]);
});

test('who listens hears of changes at most twice a second, and not at all while the clock stands still', async () => {
  const lab = await openTestLab();
  const heard: LabSnapshot[] = [];
  const stop = await lab.port.subscribe((snapshot) => void heard.push(snapshot));

  await lab.pass(10);
  expect(heard.length).toBeGreaterThan(10);
  expect(heard.length).toBeLessThanOrEqual(22);
  const sequences = heard.map(({ sequence }) => sequence);
  expect(sequences).toEqual([...new Set(sequences)].toSorted((a, b) => a - b));

  await lab.do({ type: 'setClock', rate: 1, isPaused: true });
  await lab.pass(1);
  const { length } = heard;
  await lab.pass(60);
  expect(heard).toHaveLength(length);

  stop();
  await lab.do({ type: 'setClock', rate: 1, isPaused: false });
  await lab.pass(5);
  expect(heard).toHaveLength(length);
});

test('lab time follows the rate; a machine that slept does not make the lab catch up', async () => {
  const lab = await openTestLab();
  await lab.do({ type: 'setClock', rate: 60, isPaused: false });
  const before = (await lab.snapshot()).clock.nowMs;

  await lab.pass(2);
  expect((await lab.snapshot()).clock.nowMs - before).toBe(120_000);

  const packets = async () => (await lab.snapshot()).streams.reduce((sum, { inPackets }) => sum + inPackets, 0);
  await lab.do({ type: 'setClock', rate: 1, isPaused: false });
  const packetsBefore = await packets();
  lab.timers.sleep(3_600);
  await lab.pass(1);
  expect((await packets()) - packetsBefore).toBeLessThan(100);
});

test.each([
  [{ ...configure, hostId: 'web-99' }, 'The lab has no host web-99.'],
  [{ ...configure, policyName: 'smb' }, 'vs1 has no policy smb.'],
  [{ ...configure, key: 'short' }, /^A pre-shared key has 18 to 128/],
  [{ type: 'clearHost', hostId: 'web-99' }, 'The lab has no host web-99.'],
  [{ type: 'setTraffic', streamId: 'x', isRunning: true }, 'The lab has no stream x.'],
  [{ type: 'setFaults', faults: { loss: 2, duplicate: 0, reorder: 0, delayMs: 0 } }, /from 0 to 100 %/],
  [{ type: 'setClock', rate: 0, isPaused: false }, /0\.1 to 100/],
  [{ type: 'rekey', inSpi: '00000000' }, 'No IPsec SA receives on SPI 00000000 now.'],
  [{ type: 'deleteIkeSa', initiatorSpi: '0' }, /^No IKE SA/],
] as const)('%j is refused with a sentence, and nothing changes', async (command, message) => {
  const lab = await openTestLab();
  await lab.ask('POST', '/security/ipsec/policies', aPolicyBody());
  const before = [...lab.entries];

  const answer = await lab.port.do(command);

  expect(answer).toEqual({ ok: false, message: expect.stringMatching(message) });
  expect([...lab.entries]).toEqual(before);
});

test('a host outside of the policy is refused, and the sentence names both', async () => {
  const lab = await openTestLab();
  await lab.ask(
    'POST',
    '/security/ipsec/policies',
    aPolicyBody({ remote_endpoint: { address: '10.9.0.0', netmask: '16' } }),
  );

  expect(await lab.port.do(configure)).toMatchObject({
    ok: false,
    message: expect.stringMatching(/10\.9\.0\.0\/16.*web-17 has 10\.1\.4\.17/),
  });
});

test('rekey and delete act on the SA that is named', async () => {
  const lab = await encrypted(await openTestLab());
  const [before] = (await lab.snapshot()).ikeSas;

  await lab.do({ type: 'rekey', inSpi: before?.children[0]?.inSpi ?? '' });
  await lab.pass(2);
  const [rekeyed] = (await lab.snapshot()).ikeSas;
  expect(rekeyed?.children[0]?.inSpi).not.toBe(before?.children[0]?.inSpi);

  await lab.do({ type: 'deleteIkeSa', initiatorSpi: before?.initiatorSpi ?? '' });
  await lab.pass(2);
  expect((await lab.snapshot()).ikeSas[0]?.initiatorSpi).not.toBe(before?.initiatorSpi);
});

test('a broken store is named, exported and not touched; reset starts afresh', async () => {
  const entries = new Map([['host:web-17', '{"version":1,"value":{"connections":7},"sealed":{}}']]);
  const lab = await openTestLab(entries);

  expect(await lab.port.health()).toMatchObject({
    ok: false,
    what: expect.stringContaining('host:web-17'),
    exported: expect.stringContaining('connections'),
  });
  expect((await lab.ask('GET', '/cluster')).status).toBe(500);
  expect(await lab.port.do({ type: 'allClear' })).toMatchObject({ ok: false });
  await expect(lab.port.snapshot()).rejects.toThrow('health');
  expect(entries.size).toBe(1);

  await lab.do({ type: 'reset' });
  expect(await lab.port.health()).toEqual({ ok: true });
  await lab.pass(3);
  expect(stateOf(await lab.snapshot())).toBe('clear');
});

test('a seed makes the lab and its SPIs repeat; without one every lab is its own', async () => {
  const spisOf = async (seed?: string) => {
    const lab = await encrypted(await openTestLab(new Map(), undefined, seed));
    return (await lab.snapshot()).ikeSas.map(({ initiatorSpi, children }) => [initiatorSpi, children[0]?.inSpi]);
  };

  expect(await spisOf('one')).toEqual(await spisOf('one'));
  expect(await spisOf()).not.toEqual(await spisOf());
});

test('a closed lab leaves no timer', async () => {
  const lab = await openTestLab();
  await lab.pass(2);

  await lab.close();

  expect(lab.timers.pendingCount).toBe(0);
});
