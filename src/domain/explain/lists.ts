/** Several things of a protocol as a part of a sentence. */
import type { Proposal } from '../ike/message/message.ts';
import { printTransform } from '../ike/proposal/print-proposal.ts';
import type { SelectorPair } from '../ike/refusal.ts';
import { printSelector } from '../spd/selector.ts';

export const namesIn = (proposals: readonly Proposal[]): readonly string[] => [
  ...new Set(proposals.flatMap(({ transforms }) => transforms.map(printTransform))),
];

export const list = (words: readonly string[]): string =>
  words.length > 1 ? `${words.slice(0, -1).join(', ')} or ${words.at(-1)}` : (words[0] ?? 'nothing');

/** As seen from the end that holds it: its own side first. */
export const printPair = ({ local, remote }: SelectorPair): string =>
  `${local.map(printSelector).join(', ')} with ${remote.map(printSelector).join(', ')}`;
