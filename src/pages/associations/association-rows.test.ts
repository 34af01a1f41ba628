import { describe, expect, test } from 'vitest';
import type { LabFailure, LabIkeSa, LabSnapshot } from '../../contract/lab-port.ts';
import type { SecurityAssociationRecord } from '../../contract/security-associations.ts';
import { type AssociationSources, associationRows, spiDigits } from './association-rows.ts';
import { associationsAnswer } from './associations-answer.ts';
import { changesSince } from './changes.ts';

const pair = { policy_name: 'nfs', local_address: '10.1.0.20', remote_address: '10.1.0.44' };
const svm = { uuid: 's', name: 'vs1' };

const anIke = (change: Partial<SecurityAssociationRecord> = {}): SecurityAssociationRecord => ({
  uuid: 'ike-1',
  type: 'ike',
  svm,
  ...pair,
  cipher_suite: 'suiteb_gcm256',
  lifetime: 86_400,
  ike: {
    state: 'established',
    initiator_security_parameter_index: '0x1',
    responder_security_parameter_index: '0x2',
  },
  ...change,
});

const anIpsec = (inSpi: string, change: Partial<SecurityAssociationRecord> = {}): SecurityAssociationRecord => ({
  uuid: `ipsec-${inSpi}`,
  type: 'ipsec',
  svm,
  ...pair,
  lifetime: 28_800,
  ipsec: {
    state: 'installed',
    inbound: { security_parameter_index: inSpi, bytes: 100, packets: 1 },
    outbound: { security_parameter_index: '0xff', bytes: 200, packets: 2 },
  },
  ...change,
});

const aLabIke = (change: Partial<LabIkeSa> = {}): LabIkeSa => ({
  initiatorSpi: '0000000000000001',
  responderSpi: '0000000000000002',
  policyName: 'nfs',
  localAddress: '10.1.0.20',
  remoteAddress: '10.1.0.44',
  state: 'established',
  isInitiator: false,
  suite: 'AES-256-GCM-16, P-384',
  bornAtMs: 1_000,
  rekeyAtMs: 50_000,
  expiresAtMs: 60_000,
  children: [
    {
      inSpi: '0000000a',
      outSpi: '000000ff',
      suite: 'AES-256-GCM-16',
      isUdpEncapsulated: false,
      localSelector: '10.1.0.20/32[tcp/2049]',
      remoteSelector: '10.1.0.44/32[tcp]',
      inOctets: 4_000,
      outOctets: 9_000,
      inPackets: 40,
      outPackets: 90,
      replayDrops: 0,
      icvDrops: 0,
      bornAtMs: 1_100,
    },
  ],
  ...change,
});

const aFailure = (change: Partial<LabFailure> = {}): LabFailure => ({
  id: 'f1',
  atMs: 500,
  policyName: 'nfs',
  localAddress: '10.1.0.20',
  remoteAddress: '10.1.0.44',
  end: 'cluster',
  decidedAt: 'IKE_AUTH request',
  notify: 'AUTHENTICATION_FAILED',
  sentence: 'The keys differ.',
  remedy: 'Enter one key at both ends.',
  ...change,
});

const aLab = (change: Partial<LabSnapshot> = {}): LabSnapshot => ({
  sequence: 1,
  clock: { nowMs: 10_000, rate: 1, isPaused: false },
  seed: 's',
  faults: { loss: 0, duplicate: 0, reorder: 0, delayMs: 0 },
  hosts: [{ id: 'h1', name: 'client1', addresses: ['10.1.0.44'] }],
  streams: [],
  ikeSas: [],
  failures: [],
  ...change,
});

const rowsOf = (change: Partial<AssociationSources> = {}) =>
  associationRows({ records: [], lifs: [], lab: undefined, ...change });

describe('REST alone', () => {
  test('an IPsec SA stands under the IKE SA of its policy and addresses', () => {
    const rows = rowsOf({ records: [anIpsec('0xa'), anIke()] });
    expect(rows).toMatchObject([{ kind: 'ike', state: 'encrypted', children: [{ kind: 'ipsec', inOctets: 100 }] }]);
  });

  test('another policy between the same addresses is another parent', () => {
    const rows = rowsOf({ records: [anIke(), anIpsec('0xa', { policy_name: 'smb' })] });
    expect(rows.map((row) => [row.policyName, row.kind === 'ike' && row.children.length])).toEqual([
      ['nfs', 0],
      ['smb', 1],
    ]);
  });

  test('IPsec SAs without an IKE SA stand together by address, and none is lost', () => {
    const rows = rowsOf({ records: [anIpsec('0xa'), anIpsec('0xb')] });
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      initiatorSpi: undefined,
      children: [{ inSpi: '0000000a' }, { inSpi: '0000000b' }],
    });
  });

  test('an IKE SA that connects is negotiating, and one without IPsec SAs is idle, never red', () => {
    const connecting = anIke();
    const rows = rowsOf({
      records: [
        { ...connecting, ike: connecting.ike && { ...connecting.ike, state: 'connecting' } },
        anIke({ uuid: 'ike-2' }),
      ],
    });
    expect(rows.map(({ state }) => state)).toEqual(['negotiating', 'idle']);
  });

  test('no row of a failure and no life that REST cannot know', () => {
    const [row] = rowsOf({ records: [anIke()] });
    expect(row).toMatchObject({ kind: 'ike', life: undefined, lifetimeSeconds: 86_400 });
  });
});

describe('joined with the lab', () => {
  test('by SPI: counters, suite and life come from the lab, existence from REST', () => {
    const rows = rowsOf({ records: [anIke(), anIpsec('0xa')], lab: aLab({ ikeSas: [aLabIke()] }) });
    expect(rows).toMatchObject([
      {
        hostName: 'client1',
        suite: 'AES-256-GCM-16, P-384',
        life: { rekeyAtMs: 50_000, nowMs: 10_000 },
        children: [{ inOctets: 4_000, outPackets: 90, suite: 'AES-256-GCM-16' }],
      },
    ]);
  });

  test('an SA that only the lab still knows is no row: REST says what exists', () => {
    expect(rowsOf({ lab: aLab({ ikeSas: [aLabIke()] }) })).toEqual([]);
  });

  test('two IKE SAs of one pair, as during a rekey: each keeps the IPsec SA that the lab says is its own', () => {
    const second = anIke({ uuid: 'ike-2' });
    const records = [
      anIke(),
      { ...second, ike: second.ike && { ...second.ike, initiator_security_parameter_index: '0x9' } },
      anIpsec('0xa'),
    ];
    const holder = aLabIke({ initiatorSpi: '0000000000000009' });
    const rows = rowsOf({ records, lab: aLab({ ikeSas: [holder] }) });
    expect(rows.map((row) => row.kind === 'ike' && row.children.length)).toEqual([0, 1]);
  });
});

describe('failures', () => {
  test('the newest of a pair stands as one row, before the SAs', () => {
    const lab = aLab({ failures: [aFailure({ id: 'f2', atMs: 900 }), aFailure(), aFailure({ id: 'f3', atMs: 700 })] });
    expect(rowsOf({ lab })).toMatchObject([{ kind: 'failure', id: 'f2', hostName: 'client1', state: 'failed' }]);
  });

  test('it goes when an SA of the pair is younger, and stays beside an older one', () => {
    const records = [anIke(), anIpsec('0xa')];
    const mended = aLab({ ikeSas: [aLabIke()], failures: [aFailure({ atMs: 500 })] });
    const broken = aLab({ ikeSas: [aLabIke()], failures: [aFailure({ atMs: 2_000 })] });
    expect(rowsOf({ records, lab: mended }).map(({ kind }) => kind)).toEqual(['ike']);
    expect(rowsOf({ records, lab: broken }).map(({ kind }) => kind)).toEqual(['failure', 'ike']);
  });
});

test('SPIs compare by value: REST leaves leading zeros out', () => {
  expect(spiDigits('0xA', 8)).toBe('0000000a');
  expect(spiDigits('c764f9ee020cec69', 16)).toBe('c764f9ee020cec69');
});

test('the answer counts hosts, names what is wrong, and is calm when nothing is there', () => {
  expect(associationsAnswer([])).toBe('No host is encrypted now.');
  expect(associationsAnswer(rowsOf({ records: [anIke(), anIpsec('0xa'), anIpsec('0xb')] }))).toBe(
    '1 host address encrypted by 2 IPsec SAs.',
  );
  expect(associationsAnswer(rowsOf({ lab: aLab({ failures: [aFailure()] }) }))).toBe(
    'No host is encrypted now; 1 failing.',
  );
});

test('a frozen view counts rows that came, went, or count differently', () => {
  const before = rowsOf({ records: [anIke(), anIpsec('0xa')] });
  const counted = anIpsec('0xa');
  const moved = {
    ...counted,
    ipsec: counted.ipsec && { ...counted.ipsec, inbound: { ...counted.ipsec.inbound, packets: 9 } },
  };
  expect(changesSince(before, before)).toBe(0);
  expect(changesSince(before, rowsOf({ records: [anIke(), moved] }))).toBe(1);
  expect(changesSince(before, rowsOf({ records: [anIke(), anIpsec('0xa'), anIpsec('0xb')] }))).toBe(1);
  expect(changesSince(before, [])).toBe(2);
});
