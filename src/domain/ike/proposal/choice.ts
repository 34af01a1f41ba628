/**
 * What a chosen proposal means for a session: its suite, its group, its sequence numbers (RFC 7296 3.3.2). `selectProposal` and
 * `isChoiceOf` have seen to it that each type that must be there is there.
 */
import { err, invariant, ok, type Result } from '../../bytes/result.ts';
import type { ProtectionSuite } from '../../crypto/protection.ts';
import type { GroupNumber } from '../../crypto/provider.ts';
import { isNegotiable } from '../../crypto/transforms.ts';
import type { IkeSuite } from '../keys/keys.ts';
import type { Proposal } from '../message/message.ts';
import type { Refusal } from '../refusal.ts';
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
export function groupOf(chosen: Pick<Proposal, 'transforms'>): GroupNumber | undefined {
  const ke = chosenOf(chosen, transformTypes.KE);
  return ke && isNegotiableGroup(ke.id) ? ke.id : undefined;
}

export const hasEsn = (chosen: Proposal): boolean => chosenOf(chosen, transformTypes.ESN)?.id === 1;

/** The groups of an offer that may be negotiated, in its order. */
export const ownGroupsOf = (proposals: readonly Proposal[]): readonly GroupNumber[] =>
  groupsOf(proposals).filter(isNegotiableGroup);

/**
 * What is offered of what is configured: that which may run (RFC 8247, RFC 8221). Where nothing of it may, it is asked for as it stands,
 * as daemons do: the peer's refusal says more at both ends than our silence would, and no answer is taken.
 */
export function offerable(configured: readonly Proposal[]): readonly Proposal[] {
  const runnable = configured.map(runnablePart).filter((part) => part !== undefined);
  return runnable.length > 0 ? runnable : configured;
}

/** Numbered from 1 and under our SPI, as an SA payload carries them (RFC 7296 3.3.1). */
export const offerUnder = (proposals: readonly Proposal[], spi: Proposal['spi']): readonly Proposal[] =>
  proposals.map((proposal, index) => ({ ...proposal, number: index + 1, spi }));

/** The one proposal of an answer, if it is a choice out of our offer, and may run. */
export function chosenFrom(offered: readonly Proposal[], answer: readonly Proposal[]): Result<Proposal, Refusal> {
  const [proposal, ...more] = answer;
  if (!proposal || more.length > 0 || !isChoiceOf(proposal, offered)) {
    return err({ code: 'notOffered', offered, chosen: answer });
  }
  return isRunnable(proposal) ? ok(proposal) : err({ code: 'notRunnable', chosen: proposal });
}

/** More than these are computed (crypto/groups.ts). */
export const isNegotiableGroup = (id: number): id is GroupNumber =>
  id !== 0 && isNegotiable({ type: transformTypes.KE, id });
