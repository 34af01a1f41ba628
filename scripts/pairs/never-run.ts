/**
 * Algorithms that two daemons would agree upon and we never run (RFC 8247, RFC 8221, docs/decisions/0018): broken ones, those that
 * nobody needs, ESP without integrity. Where daemons come to such an SA ours refuses, and there is nothing to compare.
 */
import { isNegotiable, shortNameOf } from '../../src/domain/crypto/transforms.ts';
import type { Proposal, Transform } from '../../src/domain/ike/message/message.ts';
import { groupsOf, isRunnable, selectProposal, transformTypes } from '../../src/domain/ike/proposal/proposal.ts';
import { espProposalsOf, ikeProposalsOf, type ReadProposals } from './charon-proposals.ts';
import type { Pair } from './pair.ts';
import { settingsOf } from './strongswan.ts';
import { type Section, sectionOf } from './swanctl-file.ts';

/** The first that stands in the way; undefined: none does. */
export function neverRunIn(pair: Pair, left: readonly Section[], right: readonly Section[]): string | undefined {
  const { prefers = 'accepted' } = settingsOf(pair.right.strongswan ?? []);
  const asksLater = left.some(({ values }) => values.has('childless')) || pair.actions.length > 1;
  for (const initiator of left) {
    for (const responder of right) {
      const found =
        agreed(ikeProposalsOf(initiator), ikeProposalsOf(responder), prefers, 'keep') ??
        agreedByChildren(initiator, responder, prefers, 'strip') ??
        (asksLater ? agreedByChildren(initiator, responder, prefers, 'keep') : undefined);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

type Prefers = 'accepted' | 'offered';
type KeyExchange = 'keep' | 'strip';

function agreedByChildren(
  initiator: Section,
  responder: Section,
  prefers: Prefers,
  keyExchange: KeyExchange,
): string | undefined {
  for (const child of sectionOf(initiator, 'children').sections.values()) {
    for (const other of sectionOf(responder, 'children').sections.values()) {
      const found = agreed(espProposalsOf(child), espProposalsOf(other), prefers, keyExchange);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function agreed(
  offer: ReadProposals,
  accept: ReadProposals,
  prefer: Prefers,
  keyExchange: KeyExchange,
): string | undefined {
  for (const each of [offer, accept]) {
    if (each.ok || each.error.fault.code !== 'unknownKeyword') continue;
    const { keyword } = each.error.fault;
    if (onlyCharons.test(keyword)) return keyword;
  }
  if (!offer.ok || !accept.ok) return undefined;
  const chosen = selectProposal(offer.value, accept.value, { prefer, keyExchange, permit: 'anything' });
  if (!chosen) return undefined;
  if (!isRunnable(chosen)) return namesOf(chosen);
  return keyExchange === 'keep' ? neverBegunWith(offer.value) : undefined;
}

/** A daemon would begin with this group and be told another; we begin with one that may run. */
function neverBegunWith(offered: readonly Proposal[]): string | undefined {
  const [id = 0] = groupsOf(offered);
  const first: Transform = { type: transformTypes.KE, id };
  return id === 0 || isNegotiable(first) ? undefined : shortNameOf(first);
}

function namesOf({ transforms }: Proposal): string {
  const broken = transforms.filter((each) => !isNegotiable(each)).map(shortNameOf);
  return broken.length > 0 ? broken.join(', ') : `${transforms.map(shortNameOf).join('/')} by itself`;
}

/** Keywords of charon for what has no number at IANA, or none that we name. */
const onlyCharons = /^(blowfish|serpent|twofish|cast|camellia\d+ccm|ntru|newhope|modpnull|sha256_96)/;
