/** Who failed to agree, and what is said about it. */

export interface Party {
  readonly kind: 'cluster' | 'host';
  /** As a sentence calls it: `ONTAP`, `web-17`. */
  readonly name: string;
}

export interface Scene {
  /** The end that holds the refusal, and the other. */
  readonly own: Party;
  readonly peer: Party;
  /** The policy that wants the traffic protected, where one is known. */
  readonly policyName?: string;
}

export interface Explanation {
  readonly sentence: string;
  readonly remedy: string;
  readonly rfcSection: string;
}

export type Words = Pick<Explanation, 'sentence' | 'remedy'>;

/** The host among the two: what an administrator configures by hand. */
export const hostOf = (own: Party, peer: Party): string => (own.kind === 'host' ? own.name : peer.name);
