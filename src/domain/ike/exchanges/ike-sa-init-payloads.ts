/**
 * What both sides of IKE_SA_INIT write, and read of each other's abilities (RFC 7296 1.2, 3.1). The message id is always 0, however
 * often the initiator asks again (2.2).
 */
import { readCertificateRequest } from '../auth/certificate-requests.ts';
import { readHashes } from '../auth/signature-hashes.ts';
import type { Header, Payload } from '../message/message.ts';
import { exchangeTypes } from '../message/names.ts';
import { hasNotify } from '../message/notifies.ts';
import type { Spis } from '../nat/nat.ts';
import type { PeerFeatures } from '../session/state.ts';

const exchange = exchangeTypes.numbers.IKE_SA_INIT;

export function headerOf(spis: Spis, { isResponse }: { readonly isResponse: boolean }): Header {
  return {
    initiatorSpi: spis.initiator,
    responderSpi: spis.responder,
    exchange,
    majorVersion: 2,
    minorVersion: 0,
    isFromInitiator: !isResponse,
    isResponse,
    messageId: 0,
  };
}

export const featuresOf = (payloads: readonly Payload[]): PeerFeatures => ({
  doesFragments: hasNotify(payloads, 'IKEV2_FRAGMENTATION_SUPPORTED'),
  doesChildless: hasNotify(payloads, 'CHILDLESS_IKEV2_SUPPORTED'),
  signatureHashes: readHashes(payloads),
  certificateRequest: readCertificateRequest(payloads),
  doesPpk: hasNotify(payloads, 'USE_PPK'),
  doesIntermediate: hasNotify(payloads, 'INTERMEDIATE_EXCHANGE_SUPPORTED'),
});
