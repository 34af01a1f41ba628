/**
 * The strongSwan dialect, printing: a swanctl.conf(5) of all connections of a host, as a client of ONTAP needs it (transport mode,
 * negotiated by the first packet, no replay window). Never holds a key: a placeholder stands where each goes.
 */
import { printProtocol } from '../net/protocol.ts';
import type { Host, HostConnection, HostSelector } from './host.ts';

/** What stands in the file where the key goes: whoever copies it puts in the key of the policy. */
export const keyPlaceholder = '‹the pre-shared key of the policy›';

type Section = readonly (readonly [name: string, content: string | Section])[];

export function printSwanctl({ name, connections }: Pick<Host, 'name' | 'connections'>): string {
  const file: Section = [
    ['connections', connections.map((connection) => [connection.name, connectionSection(connection)] as const)],
    ['secrets', connections.map((connection) => [`ike-${connection.name}`, secretSection(connection)] as const)],
  ];
  return `# /etc/swanctl/conf.d/ontap.conf on ${name}; load it with: swanctl --load-all\n${print(file, '')}`;
}

function connectionSection(connection: HostConnection): Section {
  return [
    ['version', '2'],
    ['local_addrs', connection.localAddresses.join(',')],
    ['remote_addrs', connection.remoteAddresses.join(',')],
    ['proposals', connection.ikeProposals.join(',')],
    ['rekey_time', `${connection.ikeLifetimeSeconds}s`],
    ['keyingtries', '3'],
    ['local', authenticationSection(connection.localIdentity)],
    ['remote', authenticationSection(connection.remoteIdentity)],
    ['children', [[connection.name, childSection(connection)]]],
  ];
}

const authenticationSection = (identity: string): Section => [
  ['auth', 'psk'],
  ['id', printValue(identity)],
];

function childSection(connection: HostConnection): Section {
  return [
    ['mode', 'transport'],
    ['start_action', 'trap'],
    ['esp_proposals', connection.espProposals.join(',')],
    ['local_ts', selectorText(connection.local, connection.protocol)],
    ['remote_ts', selectorText(connection.remote, connection.protocol)],
    ['rekey_time', `${connection.espLifetimeSeconds}s`],
    ['rekey_bytes', '0'],
    ['replay_window', '0'],
  ];
}

function secretSection(connection: HostConnection): Section {
  return [
    ['id-local', printValue(connection.localIdentity)],
    ['id-remote', printValue(connection.remoteIdentity)],
    ['secret', `"${keyPlaceholder}"`],
  ];
}

/** `10.1.0.20/32[tcp/2049]`, without the brackets where all traffic is meant. */
function selectorText({ subnet, port }: HostSelector, protocol: number): string {
  if (protocol === 0 && port === 0) return subnet;
  return `${subnet}[${printProtocol(protocol)}/${port === 0 ? 'any' : port}]`;
}

/** A value in quotes where the file's own characters stand in it. */
function printValue(text: string): string {
  return /^[\w.:/@*+-]+$/.test(text) ? text : `"${text.replace(/["\\]/g, '\\$&')}"`;
}

function print(section: Section, indent: string): string {
  return section
    .map(([name, content]) =>
      typeof content === 'string'
        ? `${indent}${name} = ${content}\n`
        : `${indent}${name} {\n${print(content, `${indent}  `)}${indent}}\n`,
    )
    .join('');
}
