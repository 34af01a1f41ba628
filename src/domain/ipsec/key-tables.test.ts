import { expect, test } from 'vitest';
import { utf8 } from '../bytes/octets.ts';
import type { IkeKeyLogEntry, KeyLogEntry, KeyLogSink } from '../ike/keys/key-log.ts';
import { address } from '../net/address.ts';
import { writeUdp } from '../net/udp.ts';
import { espTable, ikeTable } from './key-tables.ts';
import { hostAddress, lifAddress, twoBoundaries } from './testing/two-boundaries.ts';

test('both ends log the same keys, an entry an IKE SA, and the table has one line for each', async () => {
  const [host, cluster]: [IkeKeyLogEntry[], IkeKeyLogEntry[]] = [[], []];
  const world = await twoBoundaries({ host: { keyLog: onlyIke(host) }, cluster: { keyLog: onlyIke(cluster) } });
  await negotiateAndRekey(world);

  expect(host).toHaveLength(2);
  expect(cluster).toEqual(host);
  const table = ikeTable([...host, ...cluster]);
  expect(table).toEqual([
    expect.stringMatching(
      /^[0-9a-f]{16},[0-9a-f]{16},[0-9a-f]{72},[0-9a-f]{72},"AES-GCM-256 with 16 octet ICV \[RFC5282\]",,,"NONE \[RFC4306\]"$/,
    ),
    expect.stringMatching(/^[0-9a-f]{16},[0-9a-f]{16},/),
  ]);
  expect(new Set(table.map((line) => line.slice(0, 33))).size).toBe(2);
});

test('of several sets of keys under one pair of SPIs the last stands in the table', async () => {
  const entries: IkeKeyLogEntry[] = [];
  const world = await twoBoundaries({
    both: { ike: ['aes256gcm16-prfsha384-x25519-ke1_mlkem768'] },
    host: { keyLog: onlyIke(entries) },
  });
  await negotiate(world);

  const [first, last] = entries;
  expect(entries).toHaveLength(2);
  expect(first?.initiatorSpi).toBe(last?.initiatorSpi);
  expect(first?.skEi).not.toBe(last?.skEi);
  expect(ikeTable(entries)).toEqual(ikeTable(entries.slice(1)));
});

test('an SA is two entries and two lines, one a direction; a cipher that Wireshark has not is no line', async () => {
  const entries: KeyLogEntry[] = [];
  const noted = {
    keyLog: (entry: KeyLogEntry) => {
      if (entry.type === 'esp') entries.push(entry);
    },
  };
  await negotiate(await twoBoundaries({ both: { esp: ['aes256-sha384-noesn'] }, host: noted, cluster: noted }));
  expect(entries).toHaveLength(4); // both ends tell the same
  expect([...espTable(entries)].sort()).toEqual([
    expect.stringMatching(
      /^"IPv4","10\.1\.1\.1","10\.2\.2\.2","0x[0-9a-f]{8}","AES-CBC \[RFC3602\]","0x[0-9a-f]{64}","HMAC-SHA-384-192 \[RFC4868\]","0x[0-9a-f]{96}"$/,
    ),
    expect.stringMatching(/^"IPv4","10\.2\.2\.2","10\.1\.1\.1",/),
  ]);

  entries.length = 0;
  await negotiate(await twoBoundaries({ both: { esp: ['chacha20poly1305-noesn'] }, host: noted }));
  expect(entries).toHaveLength(2);
  expect(espTable(entries)).toEqual([]);
});

const onlyIke =
  (entries: IkeKeyLogEntry[]): KeyLogSink =>
  (entry) => {
    if (entry.type === 'ike') entries.push(entry);
  };

type World = Awaited<ReturnType<typeof twoBoundaries>>;

async function negotiate(world: World): Promise<void> {
  const ends = {
    source: address(hostAddress),
    destination: address(lifAddress),
    sourcePort: 700,
    destinationPort: 2049,
  };
  world.host.send(writeUdp({ ...ends, payload: utf8('a message') }));
  await world.run();
}

async function negotiateAndRekey(world: World): Promise<void> {
  await negotiate(world);
  const { ike } = world.cluster.boundary;
  for (const { initiatorSpi } of ike.ikeSas()) await ike.rekeyIke(initiatorSpi, world.nowMs);
  await world.run();
}
