/**
 * What a chosen proposal means for a session: its suite, its group, its sequence numbers (RFC 7296 3.3.2). `selectProposal` and
 * `isChoiceOf` have seen to it that each type that must be there is there.
 */
import { invariant } from '../../bytes/result.ts';
import type { ProtectionSuite } from '../../crypto/protection.ts';
import type { GroupNumber } from '../../crypto/provider.ts';
import { isNegotiable } from '../../crypto/transforms.ts';
import type { IkeSuite } from '../keys/keys.ts';
import type { Proposal } from '../message/message.ts';
import { chosenOf, groupsOf, isChoiceOf, isRunnable, runnablePart, suiteOf, transformTypes } from './proposal.ts';

export function espSuiteOf(chosen: Proposal): ProtectionSuite {
  const suite = suiteOf(chosen);
  invariant(suite, 'a chosen proposal has a cipher');
  return suite;
}

export function ikeSuiteOf(chosen: Proposal): IkeSuite {
  const prf = chosenOf(chosen, transformTypes.PRF);
  invariant(prf, 'a chosen IKE proposal has a PRF');
  return { ...espSuiteOf(chosen), prf: { id: prf.id } };
}

/** The key exchange of a chosen proposal; undefined: none. */
export function groupOf(chosen: Proposal): GroupNumber | undefined {
  const ke = chosenOf(chosen, transformTypes.KE);
  return ke && isGroup(ke.id) ? ke.id : undefined;
}

export const hasEsn = (chosen: Proposal): boolean => chosenOf(chosen, transformTypes.ESN)?.id === 1;

/** The groups of an offer that may be negotiated, in its order. */
export const ownGroupsOf = (proposals: readonly Proposal[]): readonly GroupNumber[] =>
  groupsOf(proposals).filter(isGroup);

/**
 * What of them may run (RFC 8247, RFC 8221), numbered from 1 and under our SPI, as an SA payload carries them (RFC 7296 3.3.1). Empty
 * where nothing may: there is nothing to ask for.
 */
export const offerUnder = (proposals: readonly Proposal[], spi: Proposal['spi']): readonly Proposal[] =>
  proposals
    .map(runnablePart)
    .filter((part) => part !== undefined)
    .map((proposal, index) => ({ ...proposal, number: index + 1, spi }));

/** The one proposal of an answer, if it is a choice out of our offer that may run. */
export function chosenFrom(offered: readonly Proposal[], answer: readonly Proposal[]): Proposal | undefined {
  const [proposal, ...more] = answer;
  return proposal && more.length === 0 && isChoiceOf(proposal, offered) && isRunnable(proposal) ? proposal : undefined;
}

/** A group that may be negotiated: more than these are computed (crypto/groups.ts). */
export const isGroup = (id: number): id is GroupNumber => id !== 0 && isNegotiable({ type: transformTypes.KE, id });
