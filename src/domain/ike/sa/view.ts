/** An IKE SA as others may see it: plain data, no key. */
import type { Child } from '../child/child.ts';
import type { ChildSa } from '../child/child-sa.ts';
import type { IkeSaView } from '../facts.ts';
import { noNat } from '../nat/nat.ts';
import type { Agreed, Live, Session } from './state.ts';

export function viewOf(session: Session): IkeSaView {
  switch (session.phase) {
    case 'awaitingInit':
      return { ...connecting(session), connection: session.connection.name };
    case 'awaitingAuth':
      return connecting(session, session.agreed);
    case 'awaitingIntermediate':
    case 'awaitingAuthReply': {
      const { name, identity } = session.connection;
      return { ...connecting(session, session.agreed), connection: name, ownIdentity: identity };
    }
    case 'established':
    case 'superseded':
    case 'deleting':
      return ofLive(session);
    case 'refusing':
      return { ...connecting(session), phase: 'deleting', connection: session.connection.name };
    case 'closed':
      return { ...connecting(session), phase: 'closed' };
  }
}

const nothingAgreed = { hasNat: noNat, transforms: [] };

const connecting = (session: Session, agreed: Pick<Agreed, 'hasNat' | 'transforms'> = nothingAgreed): IkeSaView => ({
  initiatorSpi: session.spis.initiator,
  responderSpi: session.spis.responder,
  isInitiator: session.isInitiator,
  phase: 'connecting',
  local: session.path.local,
  remote: session.path.remote,
  hasNat: agreed.hasNat,
  transforms: agreed.transforms,
  bornAtMs: session.bornAtMs,
  children: [],
  retransmissions: session.window.retransmissions,
});

const ofLive = (live: Live): IkeSaView => ({
  initiatorSpi: live.spis.initiator,
  responderSpi: live.spis.responder,
  connection: live.connection.name,
  isInitiator: live.isInitiator,
  phase: live.phase === 'deleting' ? 'deleting' : isRekeying(live) ? 'rekeying' : 'established',
  local: live.path.local,
  remote: live.path.remote,
  hasNat: live.hasNat,
  ownIdentity: live.identity,
  peerIdentity: live.verified.identity,
  ownAuthMethod: live.ownAuthMethod,
  peerAuthMethod: live.verified.method,
  transforms: live.transforms,
  bornAtMs: live.bornAtMs,
  establishedAtMs: live.establishedAtMs,
  children: live.children.map(withItsLife),
  retransmissions: live.window.retransmissions,
  ...(live.rekeyAtMs === undefined ? {} : { rekeyAtMs: live.rekeyAtMs }),
  ...(live.expiresAtMs === undefined ? {} : { expiresAtMs: live.expiresAtMs }),
});

/** A rekey that failed comes again later than the SA was born with, and one that the peer has replaced ends sooner. */
const withItsLife = ({ sa, rekeyAtMs, expiresAtMs }: Child): ChildSa => ({
  ...sa,
  ...(rekeyAtMs !== undefined && { rekeyAtMs }),
  ...(expiresAtMs !== undefined && { expiresAtMs }),
});

const isRekeying = ({ phase, awaitsInheritance, window }: Live): boolean =>
  phase === 'superseded' ||
  awaitsInheritance === true ||
  window.outstanding?.pending.type === 'rekeyIke' ||
  window.outstanding?.pending.type === 'followUp';
