/**
 * A stranger reads what we write: two boundaries of ours negotiate, carry packets, rekey and part; tshark decrypts the capture with
 * the key tables beside it, finds every ICV right and no packet malformed. tshark 4.0 has no ChaCha20-Poly1305 and no GMAC: those
 * suites are read for their framing alone.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inOnePiece } from '../../src/domain/bytes/gathered.ts';
import { type Octets, utf8 } from '../../src/domain/bytes/octets.ts';
import { exactly } from '../../src/domain/ike/auth/identity.ts';
import type { Connection } from '../../src/domain/ike/connection.ts';
import type { KeyLogEntry } from '../../src/domain/ike/keys/key-log.ts';
import { meansOf } from '../../src/domain/ike/means.ts';
import { Transcript, type TranscriptEntry, type TranscriptSink } from '../../src/domain/ike/transcript.ts';
import { Boundary } from '../../src/domain/ipsec/boundary.ts';
import { espTable, ikeTable } from '../../src/domain/ipsec/key-tables.ts';
import { type ExportedFile, exportOf } from '../../src/domain/ipsec/transcript-export.ts';
import { address } from '../../src/domain/net/address.ts';
import { type CapturedPacket, writePcapng } from '../../src/domain/net/pcapng.ts';
import { hostPrefix } from '../../src/domain/net/prefix.ts';
import { writeUdp } from '../../src/domain/net/udp.ts';
import { makeSpd } from '../../src/domain/spd/lookup.ts';
import { hostSelector } from '../../src/domain/spd/selector.ts';
import { nodeProvider } from '../../src/server/node-provider.ts';
import { connectionOf, identity } from './own-end.ts';

const families = {
  IPv4: { cluster: '10.1.0.20', host: '10.1.0.44' },
  IPv6: { cluster: '2001:db8::20', host: '2001:db8::44' },
} as const;

const decryptable = [
  ['aes256-sha384-ecp384', 'aes256gcm16', 'IPv4'],
  ['aes256-sha384-ecp384', 'aes256gcm16', 'IPv6'],
  ['aes128-sha256-x25519', 'aes128-sha256', 'IPv4'],
  ['aes256-sha512-ecp521', 'aes256-sha512', 'IPv4'],
  ['aes256gcm16-prfsha384-ecp256', 'aes256-sha384', 'IPv6'],
  ['aes256gcm8-prfsha384-ecp256', 'aes256gcm8', 'IPv4'],
  ['aes128gcm12-prfsha256-x25519', 'aes128gcm12', 'IPv6'],
] as const;

test.each(decryptable)('%s with %s over %s: tshark decrypts all, every ICV is right', async (ike, esp, family) => {
  const capture = await converse(ike, esp, families[family]);

  const read = tshark(capture);

  expect(read).not.toMatch(/Malformed|incorrect/i);
  const ikeDatagrams = read.match(/^Internet Security Association/gm)?.length ?? 0;
  const unprotected = 2; // IKE_SA_INIT
  expect(read.match(/Integrity Checksum Data: [0-9a-f]+.*\[correct\]/g) ?? []).toHaveLength(ikeDatagrams - unprotected);
  expect(read.match(/ESP ICV: [0-9a-f]+.*\[correct\]/g) ?? []).toHaveLength(capture.espPackets);
  expect(read).toContain('Dst Port: 2049');
  expect(capture.ikeTable).toHaveLength(2); // the IKE SA and its successor
  expect(capture.espTable).toHaveLength(6); // three CHILD SAs, two directions each
});

test.each([
  ['chacha20poly1305-prfsha256-x25519', 'chacha20poly1305'],
  ['aes256-sha384-ecp384', 'aes256gmac'],
])('%s with %s: tshark finds nothing malformed (it has no such cipher, so this is framing alone)', async (ike, esp) => {
  const capture = await converse(ike, esp, families.IPv4);

  const read = tshark(capture);

  expect(read).not.toMatch(/Malformed/i);
  expect(read.match(/^Encapsulating Security Payload/gm) ?? []).toHaveLength(capture.espPackets);
});

test('a transcript is exported as a capture that tshark decrypts with the key tables beside it', async () => {
  const { transcript, keys, file } = await converse('aes256-sha384-ecp384', 'aes256gcm16', families.IPv4);
  const files = exportOf(transcript, keys, 'lab');

  const read = wireshark(files);

  expect(read).not.toMatch(/Malformed|incorrect/i);
  expect(read.match(/^Internet Security Association/gm)).toHaveLength(transcript.length);
  expect(read.match(/Integrity Checksum Data: [0-9a-f]+.*\[correct\]/g)).toHaveLength(transcript.length - 2);
  const [, ...tables] = files;
  const everything = wireshark([{ name: 'transcript.pcapng', octets: file }, ...tables]); // what else went over the wire
  expect(everything).not.toMatch(/Malformed|incorrect/i);
  expect(everything.match(/ESP ICV: [0-9a-f]+.*\[correct\]/g)).toHaveLength(20);
});

test('additional key exchanges change the keys under one pair of SPIs: the table reads all but the rounds that made them, the first entry reads those', async () => {
  const capture = await converse('aes256-sha384-ecp384-ke1_mlkem768', 'aes256gcm16', families.IPv4);
  const intermediate = 'Unknown (43)'; // IKE_INTERMEDIATE, after tshark 4.0's time

  const byTable = wrongIcvs(tshark(capture));
  const byFirst = wrongIcvs(tshark({ ...capture, ikeTable: ikeTable(capture.keys.slice(0, 1)) }));

  expect(capture.keys.filter(({ type }) => type === 'ike')).toHaveLength(3);
  expect(capture.ikeTable).toHaveLength(2);
  expect(byTable).toEqual([intermediate, intermediate, intermediate]); // the request in two fragments, the answer in one
  expect(byFirst).not.toContain(intermediate);
  expect(byFirst).toContain('IKE_AUTH (35)');
});

/** The exchanges of the messages whose integrity tshark does not find right. */
function wrongIcvs(read: string): readonly string[] {
  return read.split(/^(?=Frame \d+: )/m).flatMap((frame) => {
    const [, exchange] = /Exchange type: (.+)/.exec(frame) ?? [];
    return exchange && /Integrity Checksum Data: .*incorrect/.test(frame) ? [exchange] : [];
  });
}

interface Capture extends CaptureFile {
  readonly espPackets: number;
  /** What the cluster's key log gave, in its order. */
  readonly keys: readonly KeyLogEntry[];
  readonly transcript: readonly TranscriptEntry[];
}

interface CaptureFile {
  readonly file: Octets;
  readonly ikeTable: readonly string[];
  readonly espTable: readonly string[];
}

/** Five packets each way; the CHILD SA rekeyed, five more; the IKE SA rekeyed and its child again, five more; all deleted. */
async function converse(ike: string, esp: string, ends: { cluster: string; host: string }): Promise<Capture> {
  const packets: CapturedPacket[] = [];
  const keys: KeyLogEntry[] = [];
  const transcript = new Transcript();
  let nowMs = 1_790_000_000_000;

  const cluster: Boundary = end(() => host, transcript.sink);
  const host: Boundary = end(() => cluster);
  cluster.ike.setKeyLog((entry) => keys.push(entry));
  const clusterConnection = connectionBetween(ends.cluster, ends.host, ike, esp);
  await cluster.configure(spdOf(ends.cluster, ends.host), [clusterConnection], nowMs);
  const hostConnection = connectionBetween(ends.host, ends.cluster, ike, esp);
  await host.configure(spdOf(ends.host, ends.cluster), [hostConnection], nowMs);

  await exchange(host, ends.host, ends.cluster, 2049);
  await exchange(cluster, ends.cluster, ends.host, 51034);
  const [first] = host.ipsecSas();
  if (first) await host.ike.rekeyChild(first.sa.inSpi, nowMs);
  await settle();
  await exchange(host, ends.host, ends.cluster, 2049);
  const [old] = cluster.ike.ikeSas();
  if (old) await cluster.ike.rekeyIke(old.initiatorSpi, nowMs); // who answered the first begins the second
  await settle();
  const [inherited] = host.ipsecSas();
  if (inherited) await host.ike.rekeyChild(inherited.sa.inSpi, nowMs);
  await settle();
  await exchange(cluster, ends.cluster, ends.host, 51034);
  const [successor] = cluster.ike.ikeSas();
  if (successor) await cluster.ike.deleteIkeSa(successor.initiatorSpi, nowMs);
  await settle();

  return {
    file: writePcapng(packets, 'two ends of ours'),
    transcript: transcript.entries,
    keys,
    ikeTable: ikeTable(keys),
    espTable: espTable(keys),
    espPackets: 20,
  };

  function end(other: () => Boundary, sink?: TranscriptSink): Boundary {
    return new Boundary({
      means: meansOf(nodeProvider),
      transmit: (pieces) => {
        const packet = inOnePiece(pieces);
        packets.push({ atMs: nowMs++, packet });
        other().receiveIp(packet, nowMs);
      },
      deliver: () => undefined,
      ...(sink && { transcript: sink }),
    });
  }

  async function exchange(from: Boundary, source: string, destination: string, port: number): Promise<void> {
    for (let i = 0; i < 5; i++) {
      from.sendIp(udp(source, destination, port, 100 + i), nowMs);
      await settle();
    }
  }

  async function settle(): Promise<void> {
    for (let i = 0; i < 20; i++) {
      await cluster.settle();
      await host.settle();
    }
  }
}

function connectionBetween(own: string, peer: string, ike: string, esp: string): Connection {
  const [local, remote] = [address(own), address(peer)];
  const base = connectionOf({ ports: { charonIke: 500, charonNat: 4500, ownIke: 500, ownNat: 4500 }, ike, esp });
  const [child] = base.children;
  return {
    ...base,
    local: [hostPrefix(local)],
    remote: [hostPrefix(remote)],
    localAddress: local,
    remoteAddress: remote,
    identity: identity(own),
    peerIdentity: exactly(identity(peer)),
    children: child
      ? [{ ...child, localSelectors: [hostSelector(local)], remoteSelectors: [hostSelector(remote)] }]
      : [],
  };
}

function spdOf(own: string, peer: string) {
  const [local, remote] = [[hostSelector(address(own))], [hostSelector(address(peer))]];
  return makeSpd([{ name: 't', action: 'protect', connection: 't', local, remote }], 'bypass');
}

function udp(source: string, destination: string, port: number, octets: number): Octets {
  const payload = new Uint8Array(octets).fill(0x61);
  return writeUdp({
    source: address(source),
    destination: address(destination),
    sourcePort: port === 2049 ? 51034 : 2049,
    destinationPort: port,
    payload,
  });
}

function tshark({ file, ikeTable, espTable }: CaptureFile): string {
  const table = (name: ExportedFile['name'], lines: readonly string[]) => ({
    name,
    octets: utf8(lines.map((line) => `${line}\n`).join('')),
  });
  return wireshark([
    { name: 'transcript.pcapng', octets: file },
    table('ikev2_decryption_table', ikeTable),
    table('esp_sa', espTable),
  ]);
}

/** What tshark reads with these files for its configuration folder. */
function wireshark(files: readonly ExportedFile[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'tshark-'));
  try {
    for (const { name, octets } of files) writeFileSync(join(folder, name), octets);
    const options = ['-o', 'esp.enable_encryption_decode:TRUE', '-o', 'esp.enable_authentication_check:TRUE'];
    const { stdout } = spawnSync('tshark', ['-r', join(folder, 'transcript.pcapng'), '-V', ...options], {
      encoding: 'utf8',
      maxBuffer: 1 << 26,
      env: { ...process.env, WIRESHARK_CONFIG_DIR: folder },
    });
    return stdout;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
