/** By what an end of an IKE SA proved itself (RFC 7296 3.8), in words, and what is weak in it though it is believed (RFC 8247 3). */
import { authMethods, nameOf } from '../ike/message/names.ts';
import type { Explanation, Party } from './words.ts';

const { numbers } = authMethods;

/** `peerMethod` is that of the AUTH payload by which `peer` proved itself; absent: not yet. */
export function cautionOf(peerMethod: number | undefined, peer: Party): Explanation | undefined {
  if (peerMethod !== numbers.RSA_SIGNATURE) return undefined;
  return {
    sentence: `${peer.name} proved itself by RSA in the old way (method 1): with PKCS#1 v1.5, which is no longer recommended, and a hash that it does not name. It was SHA-2, so it counts.`,
    remedy: `Let ${peer.name} use signature authentication of RFC 7427 (method 14), with RSA-PSS.`,
    rfcSection: 'RFC 8247 3.1',
  };
}

export function printAuthMethod(method: number): string {
  switch (method) {
    case numbers.SHARED_KEY_MIC:
      return 'pre-shared key';
    case numbers.DIGITAL_SIGNATURE:
      return 'signature of RFC 7427';
    case numbers.RSA_SIGNATURE:
      return `RSA signature (method ${method})`;
    case numbers.ECDSA_SHA2_256_P256:
    case numbers.ECDSA_SHA2_384_P384:
    case numbers.ECDSA_SHA2_512_P521:
      return `ECDSA signature (method ${method})`;
    default:
      return nameOf(authMethods, method);
  }
}
