/**
 * An initiator that is not ours: where a file asks for nothing but groups that the engine never negotiates (RFC 8247 2.4), its
 * IKE_SA_INIT request is written here, so that what our responder answers can be compared. It knows no second message.
 */
import { emptyOctets } from '../../src/domain/bytes/octets.ts';
import { isGroup as isComputed } from '../../src/domain/crypto/groups.ts';
import type { CryptoProvider } from '../../src/domain/crypto/provider.ts';
import type { Connection } from '../../src/domain/ike/connection.ts';
import { type Message, noSpi } from '../../src/domain/ike/message/message.ts';
import { exchangeTypes } from '../../src/domain/ike/message/names.ts';
import { ikeSpiOf } from '../../src/domain/ike/message/spi.ts';
import { offerUnder, ownGroupsOf } from '../../src/domain/ike/proposal/choice.ts';
import { groupsOf } from '../../src/domain/ike/proposal/proposal.ts';

/** Undefined where the engine has a group to begin with, or nobody has. */
export async function strangersRequest(connection: Connection, provider: CryptoProvider): Promise<Message | undefined> {
  const [group] = groupsOf(connection.ikeProposals);
  if (group === undefined || !isComputed(group) || ownGroupsOf(connection.ikeProposals).length > 0) return undefined;
  const { publicValue } = await provider.keyPair(group);
  return {
    header: {
      ...{ initiatorSpi: ikeSpiOf(provider.random(8)), responderSpi: noSpi },
      ...{ exchange: exchangeTypes.numbers.IKE_SA_INIT, majorVersion: 2, minorVersion: 0 },
      ...{ isFromInitiator: true, isResponse: false, messageId: 0 },
    },
    payloads: [
      { type: 'SA', proposals: offerUnder(connection.ikeProposals, emptyOctets) },
      { type: 'KE', group, publicValue },
      { type: 'NONCE', nonce: provider.random(32) },
    ],
  };
}
