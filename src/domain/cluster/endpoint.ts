/**
 * One end of a policy's selector, from the texts an administrator typed to values: exactly one subnet, one port or any. Host bits
 * are kept as typed (`192.168.0.63/25`), the netmask becomes its length, IPv6 is compressed.
 */
import { err, ok, type Result } from '../bytes/result.ts';
import { type IpAddress, parseAddress, printAddress } from '../net/address.ts';
import { bitsOf } from '../net/prefix.ts';
import type { EndpointDraft, PolicyEndpoint } from './cluster.ts';
import { portRange, prefixBits } from './limits.ts';
import { type OntapRefusal, refusal, valueInvalid } from './ontap-errors.ts';

export type Side = 'local' | 'remote';

/** What the checks of each side say, in ONTAP's names. */
const refusalsOf = {
  local: { manySubnets: 'manyLocalSubnets', netmaskMissing: 'localNetmaskMissing', manyPorts: 'manyLocalPorts' },
  remote: { manySubnets: 'manyRemoteSubnets', netmaskMissing: 'remoteNetmaskMissing', manyPorts: 'manyRemotePorts' },
} as const;

export function parseEndpoint(side: Side, draft: EndpointDraft): Result<PolicyEndpoint, OntapRefusal> {
  const address = parseSubnetAddress(side, draft.address);
  if (!address.ok) return address;
  const length = parseNetmask(side, draft.netmask, address.value);
  if (!length.ok) return length;
  const port = parsePort(side, draft.port);
  if (!port.ok) return port;

  return ok({
    address: printAddress(address.value),
    prefixBits: length.value,
    family: address.value.family === 4 ? 'ipv4' : 'ipv6',
    port: port.value,
  });
}

/** The endpoint as it would be typed: what a change leaves out keeps its value. */
export const draftOf = (endpoint: PolicyEndpoint): EndpointDraft => ({
  address: endpoint.address,
  netmask: String(endpoint.prefixBits),
  port: String(endpoint.port),
});

/** Every address of its family: `0.0.0.0/0`, `::/0`. */
export const isWildcard = ({ address, prefixBits }: PolicyEndpoint): boolean => prefixBits === 0 && isZero(address);

/** `0.0.0.0` or `::`, whatever the mask. */
export const isZero = (address: string): boolean => address === '0.0.0.0' || address === '::';

export const isHost = ({ family, prefixBits: bits }: PolicyEndpoint): boolean => bits === prefixBits[family];

function parseSubnetAddress(side: Side, text: string | undefined): Result<IpAddress, OntapRefusal> {
  const target = `${side}_endpoint.address`;
  if (text === undefined) return err(refusal('requiredMissing', { target }));
  if (text.trim() === '') return err(refusal('subnetEmpty', { target }));
  if (text.includes(',')) return err(refusal(refusalsOf[side].manySubnets));
  const address = parseAddress(text);
  return address.ok ? address : err(valueInvalid(target, text, '<IP Address>'));
}

function parseNetmask(side: Side, text: string | undefined, address: IpAddress): Result<number, OntapRefusal> {
  if (text === undefined || text === '') return err(refusal(refusalsOf[side].netmaskMissing));
  const length = address.family === 4 && text.includes('.') ? lengthOfMask(text) : lengthOf(text);
  if (length !== undefined && length <= bitsOf(address)) return ok(length);
  return err(valueInvalid(`${side}_endpoint.netmask`, text, `<netmask>: 0..${bitsOf(address)}`));
}

const lengthOf = (text: string): number | undefined => (/^\d{1,3}$/.test(text) ? Number(text) : undefined);

/** The length of a dotted mask; undefined where a 1 follows a 0. */
function lengthOfMask(text: string): number | undefined {
  const mask = parseAddress(text);
  if (!mask.ok) return undefined;
  const bits = Array.from(mask.value.octets, (octet) => octet.toString(2).padStart(8, '0')).join('');
  return /^1*0*$/.test(bits) ? bits.lastIndexOf('1') + 1 : undefined;
}

/** `2049` or `2049-2049`; absent, `0` or `0-0` is any. */
function parsePort(side: Side, text: string | undefined): Result<number, OntapRefusal> {
  if (text === undefined || text === '') return ok(0);
  const target = `${side}_endpoint.port`;
  if (text.includes(',')) return err(refusal(refusalsOf[side].manyPorts));

  const [, startText, endText] = /^(-?\d+)(?:-(\d+))?$/.exec(text) ?? [];
  if (startText === undefined) return err(valueInvalid(target, text, `<port>: ${portRange.min}..${portRange.max}`));
  const start = Number(startText);
  const end = Number(endText ?? startText);
  if ([start, end].some((port) => port < portRange.min || port > portRange.max)) {
    return err(refusal('portOutside', { target }));
  }
  return start === end ? ok(start) : err(refusal('portRange', { target }));
}
