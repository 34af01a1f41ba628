/**
 * How long our nonces are, and how short a peer's may be, in IKE_SA_INIT as in CREATE_CHILD_SA (RFC 7296 2.10). Only once the PRF is
 * chosen can it be judged.
 */
import type { Octets } from '../../bytes/octets.ts';
import { prfOctetsOf } from '../../crypto/prf.ts';

/** Of ours: enough for every PRF. */
export const nonceOctets = 32;

/** Half the PRF's key size at least (RFC 7296 2.10). */
export const isNonceShort = (nonce: Octets, prf: number): boolean => nonce.length < prfOctetsOf(prf) / 2;
