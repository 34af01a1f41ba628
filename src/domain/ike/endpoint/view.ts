/** An IKE SA as others may see it: plain data, no key. */
import type { IkeSaView } from '../facts.ts';
import { noNat } from '../nat/nat.ts';
import type { Session } from '../session/state.ts';

export function viewOf(session: Session): IkeSaView {
  const base = {
    initiatorSpi: session.spis.initiator,
    responderSpi: session.spis.responder,
    isInitiator: session.isInitiator,
    local: session.path.local,
    remote: session.path.remote,
    bornAtMs: session.bornAtMs,
    retransmissions: session.window.retransmissions,
    hasNat: noNat,
    transforms: [],
    children: [],
  };
  switch (session.phase) {
    case 'awaitingInit':
      return { ...base, phase: 'connecting', connection: session.connection.name };
    case 'awaitingAuth':
      return { ...base, phase: 'connecting', hasNat: session.agreed.hasNat, transforms: session.agreed.transforms };
    case 'awaitingIntermediate':
    case 'awaitingAuthReply':
      return {
        ...base,
        phase: 'connecting',
        connection: session.connection.name,
        hasNat: session.agreed.hasNat,
        transforms: session.agreed.transforms,
        ownIdentity: session.connection.identity,
      };
    case 'established':
    case 'superseded':
    case 'deleting':
      return {
        ...base,
        phase: session.phase === 'deleting' ? 'deleting' : isRekeying(session) ? 'rekeying' : 'established',
        connection: session.connection.name,
        hasNat: session.hasNat,
        transforms: session.transforms,
        ownIdentity: session.identity,
        peerIdentity: session.verified.identity,
        establishedAtMs: session.establishedAtMs,
        ...(session.rekeyAtMs === undefined ? {} : { rekeyAtMs: session.rekeyAtMs }),
        ...(session.expiresAtMs === undefined ? {} : { expiresAtMs: session.expiresAtMs }),
        children: session.children.map(({ sa }) => sa),
      };
    case 'refusing':
      return { ...base, phase: 'deleting', connection: session.connection.name };
    case 'closed':
      return { ...base, phase: 'closed' };
  }
}

const isRekeying = (session: Session): boolean =>
  session.phase === 'superseded' ||
  ('awaitsInheritance' in session && session.awaitsInheritance === true) ||
  session.window.outstanding?.pending.type === 'rekeyIke' ||
  session.window.outstanding?.pending.type === 'followUp';
