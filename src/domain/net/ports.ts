/**
 * Port ranges of selectors. Two are special: every port (0 to 65535, which also matches a packet whose ports cannot be seen) and
 * OPAQUE (65535 to 0: only such a packet; RFC 7296 3.13.1).
 */
import { err, ok, type Result } from '../bytes/result.ts';

export interface PortRange {
  readonly start: number;
  readonly end: number;
}

export const anyPort: PortRange = { start: 0, end: 65535 };
export const opaquePort: PortRange = { start: 65535, end: 0 };

/** Storage services by the names that administrators use. */
const services: ReadonlyMap<string, number> = new Map([
  ['nfs', 2049],
  ['cifs', 445],
  ['smb', 445],
  ['iscsi', 3260],
  ['portmapper', 111],
]);

export type PortRefusal =
  | { readonly code: 'notAPort'; readonly text: string }
  | { readonly code: 'portsReversed'; readonly text: string };

/** `2049`, `2049-2051`, `nfs`, `any`, `opaque`. */
export function parsePorts(text: string): Result<PortRange, PortRefusal> {
  const word = text.toLowerCase();
  if (word === 'any') return ok(anyPort);
  if (word === 'opaque') return ok(opaquePort);
  const [startText = '', endText, ...more] = text.split('-');
  const start = portOf(startText);
  const end = endText === undefined ? start : portOf(endText);
  if (start === undefined || end === undefined || more.length > 0) return err({ code: 'notAPort', text });
  if (start > end) return err({ code: 'portsReversed', text });
  return ok({ start, end });
}

export function printPorts(ports: PortRange): string {
  if (isAnyPort(ports)) return 'any';
  if (isOpaquePort(ports)) return 'opaque';
  return ports.start === ports.end ? String(ports.start) : `${ports.start}-${ports.end}`;
}

export function isAnyPort({ start, end }: PortRange): boolean {
  return start === 0 && end === 65535;
}

export function isOpaquePort({ start, end }: PortRange): boolean {
  return start === 65535 && end === 0;
}

function portOf(text: string): number | undefined {
  const service = services.get(text.toLowerCase());
  if (service !== undefined) return service;
  if (!/^(0|[1-9]\d{0,4})$/.test(text)) return undefined;
  const port = Number(text);
  return port <= 65535 ? port : undefined;
}
