/**
 * What keeps an offer and an acceptance apart: the kinds of transform of which no two ends name the same.
 */
import type { Proposal, Transform } from '../ike/message/message.ts';
import { printTransform } from '../ike/proposal/print-proposal.ts';

export interface ProposalGap {
  /** `group`, `cipher`, …: what an administrator would look for. */
  readonly part: string;
  readonly offered: readonly string[];
  readonly accepted: readonly string[];
}

const parts: ReadonlyMap<number, string> = new Map([
  [1, 'cipher'],
  [2, 'pseudo-random function'],
  [3, 'integrity algorithm'],
  [4, 'group'],
  [5, 'use of extended sequence numbers'],
]);

/** Each part that no offered proposal has in common with an accepted one; empty: each part meets, but in no pair of proposals together. */
export function gapsBetween(offered: readonly Proposal[], accepted: readonly Proposal[]): readonly ProposalGap[] {
  const gaps: ProposalGap[] = [];
  for (const [type, part] of parts) {
    const theirs = namesOf(offered, type);
    const ours = namesOf(accepted, type);
    if (theirs.length > 0 && ours.length > 0 && !theirs.some((name) => ours.includes(name))) {
      gaps.push({ part, offered: theirs, accepted: ours });
    }
  }
  return gaps;
}

function namesOf(proposals: readonly Proposal[], type: number): readonly string[] {
  const transforms: readonly Transform[] = proposals.flatMap((proposal) => proposal.transforms);
  return [...new Set(transforms.filter((transform) => transform.type === type).map(printTransform))];
}
