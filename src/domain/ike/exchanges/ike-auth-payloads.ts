/**
 * What IKE_AUTH makes of the two IKE_SA_INIT messages: what its proofs cover (RFC 7296 2.15), in the octets that crossed the wire, of the
 * peer's ID payload also the reserved ones; and the keys of the first CHILD SA, by the same nonces (2.17).
 */
import type { Octets } from '../../bytes/octets.ts';
import type { Signed } from '../auth/auth.ts';
import type { Identity } from '../auth/identity.ts';
import { intAuthOf } from '../auth/intermediate-auth.ts';
import type { ChildKeying } from '../child/making.ts';
import type { IkeKeys } from '../keys/keys.ts';
import type { Agreed, Live } from '../sa/state.ts';

export const signedByInitiator = (agreed: Agreed, keys: IkeKeys, identity: Identity, idReserved?: Octets): Signed => ({
  prf: agreed.suite.prf.id,
  skP: keys.skPi,
  message: agreed.initRequest,
  nonce: agreed.nonceR,
  identity,
  idReserved,
  intAuth: intAuthOf(agreed.intermediate),
});

export const signedByResponder = (agreed: Agreed, keys: IkeKeys, identity: Identity, idReserved?: Octets): Signed => ({
  prf: agreed.suite.prf.id,
  skP: keys.skPr,
  message: agreed.initResponse,
  nonce: agreed.nonceI,
  identity,
  idReserved,
  intAuth: intAuthOf(agreed.intermediate),
});

/** The first CHILD SA has no key exchange and no nonces of its own. */
export const firstKeying = (
  { suite, nonceI, nonceR }: Agreed,
  { keys, isInitiator }: Pick<Live, 'keys' | 'isInitiator'>,
): ChildKeying => ({ prf: suite.prf.id, skD: keys.skD, isInitiator, nonceI, nonceR });
