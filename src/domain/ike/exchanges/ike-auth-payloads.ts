/**
 * What the proofs of IKE_AUTH cover (RFC 7296 2.15), and what is said of a message that lacks one. The octets are those that crossed the
 * wire: each side's IKE_SA_INIT message, and of the peer's ID payload also its reserved octets.
 */
import type { Octets } from '../../bytes/octets.ts';
import type { Signed } from '../auth/auth.ts';
import type { Identity } from '../auth/identity.ts';
import { intAuthOf } from '../auth/intermediate-auth.ts';
import type { IkeKeys } from '../keys/keys.ts';
import type { Agreed } from '../session/state.ts';

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
