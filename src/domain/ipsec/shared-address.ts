/**
 * Several peers behind one NAT (RFC 7296 2.23.1, RFC 3948 5.2). In transport mode each of them has the NAT's address, so their
 * SAs may have the very same selectors. What comes in is told apart by its SPI, what goes out by the conversation it belongs to:
 * that of the peer from whom its packets came. Two peers that speak from the same port cannot be told apart: the first keeps the
 * conversation, and packets of the other are none. What belongs to nobody's conversation goes out only where one peer alone could
 * be meant.
 *
 * A peer is known by the end of its UDP, which its SAs share and which moves with them; and by its identity, since one that has
 * restarted comes back from another port.
 */
import type { Sad, SaPair } from '../esp/sad.ts';
import { equalAddresses } from '../net/address.ts';
import type { Flow } from '../spd/flow.ts';
import type { ProtectPolicy } from '../spd/policy.ts';
import type { Conversation } from './conversation.ts';

/** A pair whose peer a NAT hides. */
export type HiddenPair<Pair extends SaPair> = Pair & { readonly hiddenPeer: string };

export const isHidden = <Pair extends SaPair>(pair: Pair): pair is HiddenPair<Pair> => pair.hiddenPeer !== undefined;

export interface SharedAddressLimits {
  /** Conversations of one identity; the one that has been silent longest makes room, so nobody pushes out another's. */
  readonly conversationsPerPeer: number;
  /** Peers without any SA whose conversations are remembered still, so that nobody else gets their packets. */
  readonly departedPeers: number;
}

export const defaultSharedAddressLimits: SharedAddressLimits = { conversationsPerPeer: 1024, departedPeers: 64 };

interface Owned<Pair> {
  readonly pair: Pair;
  untilMs: number;
}

interface Peer {
  sas: number;
  /** Keys of conversations, longest silent first. */
  readonly conversations: Set<string>;
}

export class SharedAddresses<Pair extends SaPair> {
  readonly #owned = new Map<string, Owned<HiddenPair<Pair>>>();
  /** By identity; those without SAs in the order of their leaving. */
  readonly #peers = new Map<string, Peer>();

  constructor(
    private readonly sad: Pick<Sad<Pair>, 'outboundFor'>,
    private readonly limits: SharedAddressLimits = defaultSharedAddressLimits,
  ) {}

  /** Conversations that are remembered. */
  get size(): number {
    return this.#owned.size;
  }

  installed({ hiddenPeer }: HiddenPair<Pair>): void {
    const known = this.#peers.get(hiddenPeer);
    if (known) known.sas += 1;
    else this.#peers.set(hiddenPeer, { sas: 1, conversations: new Set() });
  }

  removed({ hiddenPeer }: HiddenPair<Pair>): void {
    const peer = this.#peers.get(hiddenPeer);
    if (!peer) return;
    peer.sas -= 1;
    if (peer.sas > 0) return;
    this.#peers.delete(hiddenPeer);
    if (peer.conversations.size > 0) this.#peers.set(hiddenPeer, peer);
    const departed = [...this.#peers].filter(([, { sas }]) => sas === 0);
    for (const [name, { conversations }] of departed.slice(0, -this.limits.departedPeers)) {
      this.#peers.delete(name);
      for (const key of conversations) this.#owned.delete(key);
    }
  }

  /** An authentic packet came in on `pair`. False: its conversation is another peer's. */
  admit(pair: HiddenPair<Pair>, conversation: Conversation | undefined, nowMs: number): boolean {
    if (!conversation) return true;
    const { key, keepMs } = conversation;
    const owned = this.#owned.get(key);
    if (owned && owned.untilMs > nowMs && !isSameEnd(owned.pair, pair) && owned.pair.hiddenPeer !== pair.hiddenPeer) {
      return false;
    }
    const conversations = this.#peers.get(pair.hiddenPeer)?.conversations;
    if (!conversations) return true; // its SA went while the packet was being opened
    if (owned && owned.pair.hiddenPeer !== pair.hiddenPeer) {
      this.#peers.get(owned.pair.hiddenPeer)?.conversations.delete(key);
    }
    conversations.delete(key);
    conversations.add(key);
    if (owned?.pair === pair) owned.untilMs = nowMs + keepMs;
    else this.#owned.set(key, { pair, untilMs: nowMs + keepMs });
    if (conversations.size > this.limits.conversationsPerPeer) this.#forgetOldest(conversations);
    return true;
  }

  /**
   * The pair that a packet goes out on. `newest` is the one that its policy and flow alone would choose; undefined: there is none
   * yet, so one may be asked for. `another`: the peer that is meant cannot be told or has no SA, and others behind the same
   * address have.
   */
  outboundFor(
    newest: Pair | undefined,
    { connection, child }: Pick<ProtectPolicy, 'connection' | 'child'>,
    flow: Flow,
    conversation: Conversation | undefined,
    nowMs: number,
  ): Pair | 'another' | undefined {
    const owned = conversation && this.#owned.get(conversation.key);
    if (owned && owned.untilMs > nowMs) {
      const { pair: owner } = owned;
      const mine = (isMine: (pair: Pair) => boolean) =>
        this.sad.outboundFor(owner.connection, owner.child, flow, isMine);
      return mine((pair) => isSameEnd(pair, owner)) ?? mine(isOf(owner)) ?? (newest && 'another');
    }
    if (!newest) return undefined;
    const isMeant = isOf(newest);
    const other = this.sad.outboundFor(connection, child, flow, (pair) => !isSameEnd(pair, newest) && !isMeant(pair));
    return other ? 'another' : newest;
  }

  #forgetOldest(conversations: Set<string>): void {
    const [oldest] = conversations;
    if (oldest === undefined) return;
    conversations.delete(oldest);
    this.#owned.delete(oldest);
  }
}

const isOf =
  ({ hiddenPeer }: SaPair) =>
  (pair: SaPair): boolean =>
    pair.hiddenPeer === hiddenPeer;

function isSameEnd(a: SaPair, b: SaPair): boolean {
  const [one, other] = [a.outbound.path, b.outbound.path];
  return one.udp?.destinationPort === other.udp?.destinationPort && equalAddresses(one.destination, other.destination);
}
