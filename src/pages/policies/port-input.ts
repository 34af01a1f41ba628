/** Reads a port by number or by the name an administrator knows. A policy of ONTAP holds one port or any. */
import { err, ok, type Result } from '../../domain/bytes/result.ts';

/** Services that storage speaks; mountd and the lock manager stand where ONTAP puts them. */
const portNames: Readonly<Record<string, number>> = {
  nfs: 2049,
  smb: 445,
  cifs: 445,
  'microsoft-ds': 445,
  netbios: 139,
  iscsi: 3260,
  'iscsi-target': 3260,
  portmap: 111,
  sunrpc: 111,
  rpcbind: 111,
  mountd: 635,
  nlm: 4045,
  nsm: 4046,
  https: 443,
  http: 80,
  ndmp: 10000,
};

/** 0 stands for any port, as in ONTAP. */
export function readPort(text: string): Result<number, string> {
  const word = text.trim().toLowerCase();
  if (word === '' || word === 'any') return ok(0);
  const named = portNames[word];
  if (named !== undefined) return ok(named);
  if (/^\d+\s*[-,]\s*\d+$/.test(word)) return err(`A policy holds one port; ${text.trim()} names several.`);
  if (!/^\d+$/.test(word)) return err(`${text.trim()} is not a port: a number from 1 to 65535, or a name such as nfs.`);
  const port = Number(word);
  return port >= 1 && port <= 65535 ? ok(port) : err(`${word} is not a port: ports go from 1 to 65535.`);
}

/** The port of ONTAP's `2049-2049`; 0 for any. */
export function portOf(range: string | undefined): number {
  const port = Number(range?.split('-')[0] ?? 0);
  return Number.isInteger(port) ? port : 0;
}
