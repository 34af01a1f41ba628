/**
 * What both sides of IKE_SA_INIT write, and read of each other's abilities (RFC 7296 1.2, 3.1). The message id is always 0, however
 * often the initiator asks again (2.2).
 */
import type { WirePlace } from '../../bytes/reader.ts';
import { readCertificateRequest } from '../auth/certificate-requests.ts';
import { readHashes } from '../auth/signature-hashes.ts';
import type { Connection } from '../connection.ts';
import type { Header, Payload } from '../message/message.ts';
import { exchangeTypes } from '../message/names.ts';
import { hasNotify, notify } from '../message/notifies.ts';
import { misfitOf, type Occurrence } from '../message/occurrence.ts';
import { find } from '../message/payloads.ts';
import type { Spis } from '../nat/nat.ts';
import { headerOf as headerIn, type PeerFeatures } from '../sa/state.ts';

export const headerOf = (spis: Spis, role: { readonly isResponse: boolean }): Header =>
  headerIn({ spis, isInitiator: !role.isResponse }, exchangeTypes.numbers.IKE_SA_INIT, 0, role);

export function featuresOf(payloads: readonly Payload[], own: Fragmenting): PeerFeatures {
  const fragments = own.fragmentation !== 'never' && announcesFragments(payloads);
  return {
    sendsFragments: fragments,
    takesFragments: fragments && own.fragmentation !== 'accept',
    doesChildless: hasNotify(payloads, 'CHILDLESS_IKEV2_SUPPORTED'),
    signatureHashes: readHashes(payloads),
    certificateRequest: readCertificateRequest(payloads),
    doesPpk: hasNotify(payloads, 'USE_PPK'),
    doesIntermediate: hasNotify(payloads, 'INTERMEDIATE_EXCHANGE_SUPPORTED'),
  };
}

/** What either side's message must not be: a payload too few or too many, or an SPI in a proposal, where the header has it (3.3.1). */
export function initFaultOf(payloads: readonly Payload[], table: readonly Occurrence[]): WirePlace | undefined {
  const spi = find(payloads, 'SA')?.proposals.find((each) => each.spi.length > 0)?.spi;
  const got = `${spi?.length} octets`;
  return misfitOf(payloads, table) ?? (spi && { offset: 0, path: 'SA > proposal > SPI', expected: 'none', got });
}

type Fragmenting = Pick<Connection, 'fragmentation'>;

/** That we can fragment (RFC 7383 2.3). */
export const offerFragments = ({ fragmentation }: Fragmenting): readonly Payload[] =>
  fragmentation === 'never' ? [] : [notify('IKEV2_FRAGMENTATION_SUPPORTED')];

/** That we can too: only who has said so is told. */
export const answerFragments = (request: readonly Payload[], own: Fragmenting): readonly Payload[] =>
  announcesFragments(request) ? offerFragments(own) : [];

const announcesFragments = (payloads: readonly Payload[]): boolean =>
  hasNotify(payloads, 'IKEV2_FRAGMENTATION_SUPPORTED');
