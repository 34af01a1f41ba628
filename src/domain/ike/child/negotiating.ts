/** What offering, answering and taking an answer have in common (RFC 7296 1.3.1, 2.9). */
import { err, ok, type Result } from '../../bytes/result.ts';
import { areWithin, cutToHosts, resolveDynamic } from '../../spd/narrow.ts';
import type { ChildTemplate, Connection } from '../connection.ts';
import type { Payload, Proposal, Transform } from '../message/message.ts';
import { notify } from '../message/notifies.ts';
import type { HasNat, Path, Spis } from '../nat/nat.ts';
import { transformTypes } from '../proposal/proposal.ts';
import type { Refusal, SelectorPair } from '../refusal.ts';
import type { Child } from './child.ts';
import type { Mode } from './child-sa.ts';

/** The IKE SA above, as far as a CHILD SA needs it. */
export interface Above {
  readonly connection: Connection;
  readonly path: Path;
  readonly spis: Spis;
  readonly hasNat: HasNat;
  /** What the peer can do; without it nothing more than every peer can. */
  readonly peer?: { readonly doesIntermediate: boolean };
}

export const anyPeer = { doesIntermediate: false };

/** `inAuth`: the first CHILD SA has no key exchange of its own. */
export type Where = 'inAuth' | 'alone';

/** SA, and the selectors and notifies around it; nonce and KE stand between them in CREATE_CHILD_SA. */
export interface ChildPayloads {
  readonly notifies: readonly Payload[];
  readonly sa: Payload;
  readonly selectors: readonly Payload[];
}

/** What a template allows over this path: in transport mode the two hosts alone (RFC 7296 2.23.1). */
export function policySelectors(template: ChildTemplate, path: Path, mode: Mode): SelectorPair {
  const local = resolveDynamic(template.localSelectors, [path.local.address]);
  const remote = resolveDynamic(template.remoteSelectors, [path.remote.address]);
  if (mode === 'tunnel') return { local, remote };
  return { local: cutToHosts(local, [path.local.address]), remote: cutToHosts(remote, [path.remote.address]) };
}

/**
 * What of a template can be negotiated: without a replay check no extended sequence numbers, since nothing would follow their high half
 * (RFC 4303 2.2.1, 3.4.3). A proposal that names no others is left out.
 */
export function espProposalsOf({ espProposals, replayWindow }: ChildTemplate): Result<readonly Proposal[], Refusal> {
  const usable = replayWindow > 0 ? espProposals : espProposals.flatMap(unextended);
  return usable.length > 0 ? ok(usable) : err({ code: 'esnUnchecked' });
}

function unextended(proposal: Proposal): readonly Proposal[] {
  const transforms = proposal.transforms.filter((transform) => !isExtended(transform));
  const hasRest = transforms.some(({ type }) => type === transformTypes.ESN);
  return hasRest || transforms.length === proposal.transforms.length ? [{ ...proposal, transforms }] : [];
}

const isExtended = ({ type, id }: Transform): boolean => type === transformTypes.ESN && id === 1;

export const isPairWithin = (inner: SelectorPair, outer: SelectorPair): boolean =>
  areWithin(inner.local, outer.local) && areWithin(inner.remote, outer.remote);

/** What it carries, seen from this end. */
export const selectorsOf = ({ sa }: Child): SelectorPair => ({ local: sa.localSelectors, remote: sa.remoteSelectors });

/** The selectors of an SA that is to be replaced, unless policy or path have changed so that it may not have them any more. */
export function keptSelectors(old: Child, allowed: SelectorPair): SelectorPair | undefined {
  const selectors = selectorsOf(old);
  return isPairWithin(selectors, allowed) ? selectors : undefined;
}

/** In transport mode nothing tells where a packet ends and padding of ours begins (RFC 4303 2.7). */
export const transportNotifies = (): readonly Payload[] => [
  notify('USE_TRANSPORT_MODE'),
  notify('ESP_TFC_PADDING_NOT_SUPPORTED'),
];
