/**
 * Additional key exchanges (RFC 9370): up to seven methods besides the first, negotiated as transform types 6 to 12, so that an
 * SA is safe as long as one of its methods is. A method may be a Diffie-Hellman group, or ML-KEM, whose answer depends on the
 * question: so the side that answers makes its public value and the secret in one act.
 */
import type { Octets } from '../../bytes/octets.ts';
import type { Secret } from '../../bytes/secret.ts';
import { isKem } from '../../crypto/ml-kem.ts';
import type { Awaitable, GroupNumber, KemNumber } from '../../crypto/provider.ts';
import { isAdditionalKeyExchange } from '../../crypto/transforms.ts';
import type { Means } from '../means.ts';
import type { Payload, Proposal, Transform } from '../message/message.ts';
import { findNotify, notify } from '../message/notifies.ts';
import { isNegotiableGroup } from '../proposal/choice.ts';
import type { Refusal } from '../refusal.ts';

export type KeyExchangeMethod = GroupNumber | KemNumber;

/** What the side that asks keeps until the answer comes. */
export interface KeyShare {
  readonly method: KeyExchangeMethod;
  readonly publicValue: Octets;
  /** Undefined where the peer's value must be refused. */
  derive(peerPublicValue: Octets): Awaitable<Secret | undefined>;
}

export async function beginKeyExchange(means: Means, method: KeyExchangeMethod): Promise<KeyShare> {
  const pair = await (isKem(method) ? means.kemKeyPair(method) : means.keyPair(method));
  return { method, publicValue: pair.publicValue, derive: (peer) => pair.derive(peer) };
}

/** The answer, and what both ends know now; undefined where the peer's value must be refused. */
export async function answerKeyExchange(
  means: Means,
  method: KeyExchangeMethod,
  peerPublicValue: Octets,
): Promise<{ readonly publicValue: Octets; readonly sharedSecret: Secret } | undefined> {
  if (isKem(method)) return means.encapsulate(method, peerPublicValue);
  const pair = await means.keyPair(method);
  const sharedSecret = await pair.derive(peerPublicValue);
  return sharedSecret && { publicValue: pair.publicValue, sharedSecret };
}

/** The methods of a chosen proposal, in the order in which they are run: that of their types (RFC 9370 2.2.2). */
export const additionalMethodsOf = (chosen: Proposal): readonly KeyExchangeMethod[] =>
  chosen.transforms
    .filter(isAdditional)
    .sort((a, b) => a.type - b.type)
    .map(({ id }) => id)
    .filter((id): id is KeyExchangeMethod => isKem(id) || isNegotiableGroup(id));

/** Does anything of an offer want IKE_INTERMEDIATE? */
export const wantsAdditional = (proposals: readonly Proposal[]): boolean =>
  proposals.some(({ transforms }) => transforms.some((each) => isAdditional(each) && each.id !== 0));

/** What is left for a peer that cannot: proposals whose every additional exchange may be NONE. */
export const withoutAdditional = (proposals: readonly Proposal[]): readonly Proposal[] =>
  proposals.flatMap((proposal) => {
    const additional = proposal.transforms.filter(isAdditional);
    const mayBeNone = ({ type }: Transform) => additional.some((other) => other.type === type && other.id === 0);
    return additional.every(mayBeNone) ? [strippedOf(proposal, ({ id }) => id === 0)] : [];
  });

/** What may be negotiated over an IKE SA with a peer: without additional exchanges where it has not shown that it knows them. */
export const proposalsTowards = (
  peer: { readonly doesIntermediate: boolean },
  proposals: readonly Proposal[],
): readonly Proposal[] => (peer.doesIntermediate ? proposals : strippedOfAdditional(proposals));

const strippedOfAdditional = (proposals: readonly Proposal[]): readonly Proposal[] =>
  proposals.map((proposal) => strippedOf(proposal, () => false));

const strippedOf = (proposal: Proposal, keeps: (additional: Transform) => boolean): Proposal => ({
  ...proposal,
  transforms: proposal.transforms.filter((each) => !isAdditional(each) || keeps(each)),
});

/** How the answering side calls what is in the making: in its answers, and in the requests that follow (RFC 9370 2.2.4). */
export const linkOf = (payloads: readonly Payload[]): Octets | undefined =>
  findNotify(payloads, 'ADDITIONAL_KEY_EXCHANGE')?.data;

export const linkTo = ({ link }: { readonly link: Octets }): Payload => notify('ADDITIONAL_KEY_EXCHANGE', link);

export const freshLink = (means: Means): Octets => means.random(8);

export const keOfShare = ({ method, publicValue }: Pick<KeyShare, 'method' | 'publicValue'>): Payload => ({
  type: 'KE',
  group: method,
  publicValue,
});

/** What came is no key exchange by the method whose turn it is. */
export const wrongMethod = (due: number | undefined, got: number | undefined): Refusal => ({
  code: 'wrongMethod',
  ...(due === undefined ? {} : { due }),
  ...(got === undefined ? {} : { got }),
});

const isAdditional = ({ type }: Transform): boolean => isAdditionalKeyExchange(type);
