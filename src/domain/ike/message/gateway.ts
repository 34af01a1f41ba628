/**
 * The data of REDIRECT and REDIRECTED_FROM (RFC 5685 9.2, 9.3): which gateway, as type, length and identity; behind it, in IKE_SA_INIT
 * alone, the initiator's nonce.
 */
import { type Octets, textOf } from '../../bytes/octets.ts';
import { reading } from '../../bytes/reader.ts';
import { Writer } from '../../bytes/writer.ts';
import { addressOf, type IpAddress } from '../../net/address.ts';

export type Gateway =
  | { readonly kind: 'address'; readonly address: IpAddress }
  | { readonly kind: 'name'; readonly name: string }
  /** A type that no RFC gave out. */
  | { readonly kind: 'unknown'; readonly type: number };

export interface GatewayData {
  readonly gateway: Gateway;
  /** Empty where none came. */
  readonly nonce: Octets;
}

const types = { ip4: 1, ip6: 2, name: 3 } as const;

/** Undefined: cut short, or an address of another length than its type has. */
export function readGateway(data: Octets): GatewayData | undefined {
  const read = reading(data, 'gateway', (r) => {
    const type = r.u8('type');
    const identity = r.take(r.u8('length'), 'identity');
    return { type, identity, nonce: r.rest('nonce') };
  });
  if (!read.ok) return undefined;
  const { type, identity, nonce } = read.value;
  if (type === types.name) return { gateway: { kind: 'name', name: textOf(identity) }, nonce };
  if (type !== types.ip4 && type !== types.ip6) return { gateway: { kind: 'unknown', type }, nonce };
  const address = addressOf(identity);
  const fits = address?.family === (type === types.ip4 ? 4 : 6);
  return address && fits ? { gateway: { kind: 'address', address }, nonce } : undefined;
}

export const writeGateway = ({ family, octets }: IpAddress): Octets =>
  new Writer()
    .u8(family === 4 ? types.ip4 : types.ip6)
    .u8(octets.length)
    .octets(octets)
    .done();
