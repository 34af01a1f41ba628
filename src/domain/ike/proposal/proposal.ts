/**
 * Proposals: what two of them have in common (RFC 7296 2.7, 3.3.6). One transform of each type is chosen, and a type that
 * only one side names is agreed only where that side offers NONE. What is chosen must also be fit to run: the table in
 * crypto/transforms.ts has the last word, whatever a configuration says (RFC 8247, RFC 8221).
 */
import type { ProtectionSuite } from '../../crypto/protection.ts';
import { encryptionOf, isAdditionalKeyExchange, isNegotiable } from '../../crypto/transforms.ts';
import type { Proposal, Transform } from '../message/message.ts';
import { protocols } from '../message/names.ts';

/** Transform types (RFC 7296 3.3.2); 6 to 12 are further key exchanges (RFC 9370). */
export const transformTypes = { ENCR: 1, PRF: 2, INTEG: 3, KE: 4, ESN: 5 } as const;
const lastKnownType = 12;

export interface SelectionOptions {
  /** Whose order of proposals and transforms decides. */
  readonly prefer: 'offered' | 'accepted';
  /** `strip` for the CHILD SA of IKE_AUTH, which has no key exchange of its own (RFC 7296 1.2). */
  readonly keyExchange: 'keep' | 'strip';
  /** `anything` for test data with algorithms that we name and never run. */
  readonly permit?: 'negotiable' | 'anything';
}

/**
 * What a responder answers to an offer: the first proposal that fits, with the number and the SPI that it was offered with
 * and one transform of each type, NONE left out. Undefined: NO_PROPOSAL_CHOSEN.
 */
export function selectProposal(
  offered: readonly Proposal[],
  accepted: readonly Proposal[],
  options: SelectionOptions,
): Proposal | undefined {
  const [outer, inner] = options.prefer === 'offered' ? [offered, accepted] : [accepted, offered];
  for (const first of outer) {
    for (const second of inner) {
      const transforms = selectTransforms(first, second, options);
      if (!transforms) continue;
      const { number, protocol, spi } = options.prefer === 'offered' ? first : second;
      return { number, protocol, spi, transforms };
    }
  }
  return undefined;
}

/**
 * Is this answer a choice out of our offer (RFC 7296 3.3.6)? The number tells which proposal it was; each type of it is
 * answered by one of its transforms, or left out where NONE was among them.
 */
export function isChoiceOf(answer: Proposal, offered: readonly Proposal[]): boolean {
  const offer = offered.find(({ number }) => number === answer.number);
  if (!offer || offer.protocol !== answer.protocol) return false;
  if (answer.transforms.some((each) => isSomething(each) && isRepeated(each, answer.transforms))) return false;
  return typesOf(offer, answer).every((type) => {
    const choices = ofType(offer, type);
    const chosen = ofType(answer, type);
    if (chosen.length === 0) return choices.some(isNone);
    return chosen.length === 1 && choices.some((choice) => chosen.every((transform) => areSame(choice, transform)));
  });
}

/** What of a proposal of our own may be offered: what may run. Undefined where nothing is left of it, or not enough to protect anything. */
export function runnablePart(own: Proposal): Proposal | undefined {
  if (!runnable.has(own)) runnable.set(own, findRunnable(own));
  return runnable.get(own);
}

/** A configuration is asked at each negotiation, and stays the same. */
const runnable = new WeakMap<Proposal, Proposal | undefined>();

function findRunnable(own: Proposal): Proposal | undefined {
  const part = { ...own, transforms: own.transforms.filter(isNegotiable) };
  const isWhole = typesOf(own, part).every((type) => ofType(part, type).length > 0);
  return isWhole && selectProposal([part], [part], { prefer: 'offered', keyExchange: 'keep' }) ? part : undefined;
}

/** May this answer run, whatever was offered: a cipher with integrity of its own or beside it, and what else its protocol wants? */
export const isRunnable = ({ protocol, transforms }: Proposal): boolean =>
  transforms.every(isNegotiable) && isFit(protocol, transforms.filter(isSomething), { keyExchange: 'keep' });

/** Equal in type, id and key length. Unknown attributes make a transform equal to none, itself included. */
export function areSame(a: Transform, b: Transform): boolean {
  return a.type === b.type && a.id === b.id && a.keyBits === b.keyBits && !a.unknownAttributes && !b.unknownAttributes;
}

/** A proposal without key exchanges: the CHILD SA of IKE_AUTH is keyed from SK_d alone (RFC 7296 1.2). */
export function withoutKeyExchange(proposal: Proposal): Proposal {
  return { ...proposal, transforms: proposal.transforms.filter((transform) => !isKeyExchange(transform)) };
}

/** The transform that an answer chose for a type. */
export function chosenOf(answer: Pick<Proposal, 'transforms'>, type: number): Transform | undefined {
  return answer.transforms.find((transform) => transform.type === type);
}

/** Groups in order of preference; what a first KE payload is guessed from, and what a retry may use (RFC 7296 2.7). */
export function groupsOf(proposals: readonly Proposal[]): readonly number[] {
  const groups = proposals.flatMap((proposal) => ofType(proposal, transformTypes.KE)).filter(isSomething);
  return [...new Set(groups.map(({ id }) => id))];
}

/** What an answer lets us key: undefined where it names no cipher. */
export function suiteOf(answer: Proposal): ProtectionSuite | undefined {
  const encr = chosenOf(answer, transformTypes.ENCR);
  if (!encr) return undefined;
  const integ = chosenOf(answer, transformTypes.INTEG);
  const cipher = encr.keyBits === undefined ? { id: encr.id } : { id: encr.id, keyBits: encr.keyBits };
  return integ && isSomething(integ) ? { encr: cipher, integ: { id: integ.id } } : { encr: cipher };
}

/** Where two ends differ, for one type. */
export interface TypeComparison {
  readonly type: number;
  readonly offered: readonly Transform[];
  readonly accepted: readonly Transform[];
  readonly common: readonly Transform[];
  /** Nothing to agree upon for this type. */
  readonly isApart: boolean;
}

/** The two proposals that came nearest to each other, and how they compare type by type. */
export interface Comparison {
  readonly offered: Proposal;
  readonly accepted: Proposal;
  readonly types: readonly TypeComparison[];
}

/** Why nothing was chosen: the pair of proposals with the fewest types apart. Undefined where one side has no proposal. */
export function compareProposals(offered: readonly Proposal[], accepted: readonly Proposal[]): Comparison | undefined {
  const pairs = offered.flatMap((offer) => accepted.map((own) => comparePair(offer, own)));
  const apart = ({ types }: Comparison) => types.filter(({ isApart }) => isApart).length;
  return pairs.reduce<Comparison | undefined>(
    (nearest, pair) => (nearest && apart(nearest) <= apart(pair) ? nearest : pair),
    undefined,
  );
}

function comparePair(offered: Proposal, accepted: Proposal): Comparison {
  const types = typesOf(offered, accepted).map((type) => {
    const theirs = ofType(offered, type);
    const ours = ofType(accepted, type);
    const common = theirs.filter((transform) => ours.some((own) => areSame(own, transform)));
    const isOptional = (theirs.length === 0 && ours.some(isNone)) || (ours.length === 0 && theirs.some(isNone));
    return { type, offered: theirs, accepted: ours, common, isApart: common.length === 0 && !isOptional };
  });
  return { offered, accepted, types };
}

function selectTransforms(
  first: Proposal,
  second: Proposal,
  options: SelectionOptions,
): readonly Transform[] | undefined {
  if (first.protocol !== second.protocol) return undefined;
  const [a, b] =
    options.keyExchange === 'strip' ? [withoutKeyExchange(first), withoutKeyExchange(second)] : [first, second];
  const types = typesOf(a, b);
  if (types.some((type) => type > lastKnownType)) return undefined; // unacceptable as a whole (RFC 7296 3.3.6)

  // A cipher decides whether integrity stands beside it, so each is tried with the rest before it is given up.
  const others = types.filter((type) => type !== transformTypes.ENCR);
  for (const encr of choicesOf(a, b, transformTypes.ENCR)) {
    const chosen = chooseAll(a, b, others, 0, encr === 'none' ? [] : [encr], options);
    if (chosen && (options.permit === 'anything' || isFit(first.protocol, chosen, options))) return chosen;
  }
  return undefined;
}

/**
 * One choice for each type, from the `next` one on. Key exchange methods depend on each other, since none may be run twice
 * (RFC 9370 2.2.2): a choice that leaves a later type without any is taken back.
 */
function chooseAll(
  a: Proposal,
  b: Proposal,
  types: readonly number[],
  next: number,
  chosen: readonly Transform[],
  options: SelectionOptions,
): readonly Transform[] | undefined {
  const type = types[next];
  if (type === undefined) return chosen;
  const mayRun = (transform: Transform) => options.permit === 'anything' || isNegotiable(transform);
  for (const choice of choicesOf(a, b, type)) {
    if (choice !== 'none' && (!mayRun(choice) || isRepeated(choice, chosen))) continue;
    const all = chooseAll(a, b, types, next + 1, choice === 'none' ? chosen : [...chosen, choice], options);
    if (all || !isKeyExchange({ type, id: 0 })) return all;
  }
  return undefined;
}

const isRepeated = (transform: Transform, others: readonly Transform[]): boolean =>
  isKeyExchange(transform) &&
  others.some((other) => other !== transform && isKeyExchange(other) && other.id === transform.id);

/** What both sides can take for a type, in the first one's order, each once: a repeated one would be tried with all the rest again. */
function choicesOf(a: Proposal, b: Proposal, type: number): readonly (Transform | 'none')[] {
  const ours = ofType(a, type);
  const theirs = ofType(b, type);
  if (ours.length === 0) return theirs.length === 0 || theirs.some(isNone) ? ['none'] : [];
  if (theirs.length === 0) return ours.some(isNone) ? ['none'] : [];
  const choices: Transform[] = [];
  for (const transform of ours) {
    const isNew = !choices.some((choice) => areSame(choice, transform));
    if (isNew && theirs.some((other) => areSame(other, transform))) choices.push(transform);
  }
  return choices.map((transform) => (isNone(transform) ? 'none' : transform));
}

/** May this choice protect anything? A cipher that authenticates, or one with integrity beside it, and keys from somewhere. */
function isFit(
  protocol: number,
  chosen: readonly Transform[],
  { keyExchange }: Pick<SelectionOptions, 'keyExchange'>,
): boolean {
  const has = (type: number) => chosen.some((transform) => transform.type === type);
  const encr = chosen.find(({ type }) => type === transformTypes.ENCR);
  const row = encr && encryptionOf(encr.id);
  if (!encr || !row || !isNegotiable(encr)) return false;
  if (row.icvOctets > 0 === has(transformTypes.INTEG)) return false;
  if (protocol === protocols.numbers.ESP) return has(transformTypes.ESN);
  return (
    protocol === protocols.numbers.IKE &&
    !row.espOnly &&
    has(transformTypes.PRF) &&
    (has(transformTypes.KE) || keyExchange === 'strip')
  );
}

const ofType = (proposal: Proposal, type: number): readonly Transform[] =>
  proposal.transforms.filter((transform) => transform.type === type);

/** Every type that either names, in rising order. */
function typesOf(a: Proposal, b: Proposal): readonly number[] {
  const types: number[] = [];
  for (const { transforms } of [a, b]) for (const { type } of transforms) if (!types.includes(type)) types.push(type);
  return types.sort((x, y) => x - y);
}

const isKeyExchange = ({ type }: Transform): boolean => type === transformTypes.KE || isAdditionalKeyExchange(type);

/** Id 0 says NONE for INTEG and key exchanges; for ESN it is a choice like any other, for ENCR and PRF nothing. */
const isNone = (transform: Transform): boolean =>
  transform.id === 0 &&
  !transform.unknownAttributes &&
  (transform.type === transformTypes.INTEG || isKeyExchange(transform));

const isSomething = (transform: Transform): boolean => !isNone(transform);
