/** A peer that answered IKE_AUTH with an error alone, in words: what was asked for, and where to look first. */
import { nameOf, notifyTypes } from '../ike/message/names.ts';
import type { Refusal } from '../ike/refusal.ts';
import { list, namesIn, printPair } from './lists.ts';
import type { Party, Scene, Words } from './words.ts';

type Unproven = Extract<Refusal, { readonly code: 'refusedUnproven' }>;

export function explainUnproven({ notify, offered }: Unproven, { own, peer }: Scene): Words {
  const name = nameOf(notifyTypes, notify);
  const asked =
    offered && `${list(namesIn(offered.proposals))} in ${offered.mode} mode for ${printPair(offered.selectors)}`;
  return {
    sentence: `${peer.name} ended the negotiation at IKE_AUTH with ${name}, without saying who it is${
      asked === undefined ? '' : `; ${own.name} had asked for an IPsec SA with ${asked}`
    }.`,
    remedy: remedyForUnproven(notify, peer),
  };
}

function remedyForUnproven(notify: number, peer: Party): string {
  const { NO_PROPOSAL_CHOSEN, TS_UNACCEPTABLE, INVALID_SYNTAX } = notifyTypes.numbers;
  switch (notify) {
    case NO_PROPOSAL_CHOSEN:
      return `Compare the ESP proposals and the mode of both ends first; some services refuse so when only these differ. Its log says more.`;
    case TS_UNACCEPTABLE:
      return `Compare the traffic selectors of both ends.`;
    case INVALID_SYNTAX:
      return `See whether ${peer.name} makes IPsec SAs after IKE_AUTH only (childless = force); if not, its log says what it could not read.`;
    default:
      return `See the log of ${peer.name} for the reason.`;
  }
}
