import { expect, test } from 'vitest';
import { anyPort, opaquePort, parsePorts, printPorts } from './ports.ts';
import { parseProtocol, printProtocol } from './protocol.ts';

test.each([
  ['2049', { start: 2049, end: 2049 }, '2049'],
  ['nfs', { start: 2049, end: 2049 }, '2049'],
  ['SMB', { start: 445, end: 445 }, '445'],
  ['cifs', { start: 445, end: 445 }, '445'],
  ['iscsi', { start: 3260, end: 3260 }, '3260'],
  ['2049-2051', { start: 2049, end: 2051 }, '2049-2051'],
  ['any', anyPort, 'any'],
  ['0-65535', anyPort, 'any'],
  ['opaque', opaquePort, 'opaque'],
])('%s is a range of ports', (text, ports, printed) => {
  const parsed = parsePorts(text);
  expect(parsed).toEqual({ ok: true, value: ports });
  expect(printPorts(ports)).toBe(printed);
});

test.each([
  ['', 'notAPort'],
  ['65536', 'notAPort'],
  ['-1', 'notAPort'],
  ['20 49', 'notAPort'],
  ['1-2-3', 'notAPort'],
  ['nfsd', 'notAPort'],
  ['2051-2049', 'portsReversed'],
])('"%s" is refused: %s', (text, code) => {
  expect(parsePorts(text)).toEqual({ ok: false, error: { code, text } });
});

test('protocols are read by name or number and printed by name where they have one', () => {
  expect(['tcp', 'UDP', 'ipv6-icmp', '99', 'any'].map((text) => parseProtocol(text))).toEqual(
    [6, 17, 58, 99, 0].map((value) => ({ ok: true, value })),
  );
  expect(parseProtocol('256')).toEqual({ ok: false, error: { code: 'notAProtocol', text: '256' } });
  expect([6, 99].map(printProtocol)).toEqual(['tcp', '99']);
});
