/**
 * What the lab's applications say: requests and responses that read as NFSv3 over ONC RPC (RFC 5531, RFC 1813), SMB2 ([MS-SMB2]
 * 2.2.1) and iSCSI (RFC 7143 11) up to their headers. Behind the header stand lines of text instead of file contents, so that
 * anybody sees in a captured packet whether it went in clear.
 */
import { type Octets, utf8 } from '../bytes/octets.ts';
import { Writer } from '../bytes/writer.ts';

export type TrafficKind = 'nfs' | 'smb' | 'iscsi';

export const servicePortOf = { nfs: 2049, smb: 445, iscsi: 3260 } as const satisfies Record<TrafficKind, number>;

/** One operation: how much it asks with and how much it is answered with, TCP payload octets. */
export interface Operation {
  readonly name: string;
  /** The number of the operation in its protocol. */
  readonly number: number;
  readonly requestOctets: number;
  readonly responseOctets: number;
  /** How often it comes, against the others of its kind. */
  readonly weight: number;
}

export const operationsOf: Readonly<Record<TrafficKind, readonly Operation[]>> = {
  nfs: [
    { name: 'GETATTR', number: 1, requestOctets: 132, responseOctets: 116, weight: 4 },
    { name: 'LOOKUP', number: 3, requestOctets: 148, responseOctets: 240, weight: 2 },
    { name: 'READ', number: 6, requestOctets: 148, responseOctets: 4_224, weight: 3 },
    { name: 'WRITE', number: 7, requestOctets: 2_208, responseOctets: 164, weight: 1 },
  ],
  smb: [
    { name: 'QUERY_INFO', number: 16, requestOctets: 108, responseOctets: 176, weight: 3 },
    { name: 'READ', number: 8, requestOctets: 117, responseOctets: 4_180, weight: 3 },
    { name: 'WRITE', number: 9, requestOctets: 2_164, responseOctets: 84, weight: 2 },
  ],
  iscsi: [
    { name: 'READ(10)', number: 0x28, requestOctets: 48, responseOctets: 4_144, weight: 3 },
    { name: 'WRITE(10)', number: 0x2a, requestOctets: 4_144, responseOctets: 48, weight: 2 },
    { name: 'TEST UNIT READY', number: 0x00, requestOctets: 48, responseOctets: 48, weight: 1 },
  ],
};

export interface Saying {
  readonly kind: TrafficKind;
  readonly operation: Operation;
  /** RPC's xid, SMB's MessageId, iSCSI's task tag. */
  readonly tag: number;
}

export const writeRequest = (saying: Saying): Octets => written(saying, 'request', saying.operation.requestOctets);

export const writeResponse = (saying: Saying): Octets => written(saying, 'response', saying.operation.responseOctets);

type Direction = 'request' | 'response';

function written(saying: Saying, direction: Direction, octets: number): Octets {
  const writer = new Writer();
  writeHeaderOf[saying.kind](writer, saying, direction, octets);
  return writer.octets(textOf(octets - writer.length)).done();
}

/** Record mark of a last fragment, then a call with empty credentials, or an accepted reply. */
function writeRpc(writer: Writer, { operation, tag }: Saying, direction: Direction, octets: number): void {
  writer.u32(0x80000000 + octets - 4).u32(tag);
  if (direction === 'request') writer.u32(0).u32(2).u32(100_003).u32(3).u32(operation.number).zeros(16);
  else writer.u32(1).u32(0).zeros(8).u32(0).u32(0);
}

/** Direct TCP transport header, then the 64 octets of an SMB2 header. */
function writeSmb(writer: Writer, { operation, tag }: Saying, direction: Direction, octets: number): void {
  writer.u32(octets - 4);
  writer
    .u32(0xfe534d42)
    .u16(0x4000)
    .u16(0x0100)
    .u32(0)
    .u16(operation.number << 8)
    .u16(0x0100);
  writer.u32(direction === 'response' ? 0x01000000 : 0).u32(0);
  writer.u32(littleEndian(tag)).u32(0).u32(0xfffe0000).u32(0x01000000).u32(0x01000000).zeros(4).zeros(16);
}

/** The 48 octets of a basic header segment: SCSI command, or data-in or SCSI response. */
function writeIscsi(writer: Writer, { operation, tag }: Saying, direction: Direction, octets: number): void {
  const dataOctets = octets - 48;
  const opcode = direction === 'request' ? 0x01 : dataOctets > 0 ? 0x25 : 0x21;
  writer.u8(opcode).u8(0x80).u16(0).u32(dataOctets).u64(0n).u32(tag).u32(dataOctets).u32(tag).u32(tag);
  writer.u8(direction === 'request' ? operation.number : 0).zeros(15);
}

const writeHeaderOf = { nfs: writeRpc, smb: writeSmb, iscsi: writeIscsi } as const satisfies Record<
  TrafficKind,
  (writer: Writer, saying: Saying, direction: Direction, octets: number) => void
>;

const littleEndian = (value: number): number =>
  ((value & 0xff) << 24) | ((value & 0xff00) << 8) | ((value >>> 8) & 0xff00) | (value >>> 24);

const text = utf8(
  Array.from(
    { length: 160 },
    (_, line) => `row ${String(line + 1).padStart(4, '0')}; in clear you can read this; `,
  ).join(''),
);

/** The first octets of the text that stands for contents. */
const textOf = (octets: number): Octets => text.subarray(0, Math.max(0, octets));
