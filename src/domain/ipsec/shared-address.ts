/**
 * Several peers behind one NAT (RFC 7296 2.23.1, RFC 3948 5.2). In transport mode each of them has the NAT's address, so their
 * SAs may have the very same selectors. What comes in is told apart by its SPI, what goes out by the conversation it belongs to:
 * that of the peer from whom its packets came. Two peers that speak from the same port cannot be told apart: the first keeps the
 * conversation, and packets of the other are none. What belongs to nobody's conversation goes out only where one peer alone could
 * be meant.
 *
 * A peer is known by its identity and the end of its UDP, which its SAs share and which moves with them. One that has restarted comes
 * back from another port under the identity of before; but a whole subnet may have one identity (docs/decisions/0016), so the same
 * identity at another end is the same peer only where the old end is silent.
 */
import type { Gathered } from '../bytes/gathered.ts';
import type { Sad, SaPair } from '../esp/sad.ts';
import { equalAddresses, type IpAddress, printAddress } from '../net/address.ts';
import type { IpLayout } from '../net/ip-layout.ts';
import type { Flow } from '../spd/flow.ts';
import type { ProtectPolicy } from '../spd/policy.ts';
import { type Conversation, conversationOf, quotedConversationOf, rememberedMs } from './conversation.ts';

/** A pair whose peer a NAT hides. */
export type HiddenPair<Pair extends SaPair> = Pair & { readonly hiddenPeer: string };

export const isHidden = <Pair extends SaPair>(pair: Pair): pair is HiddenPair<Pair> => pair.hiddenPeer !== undefined;

export interface SharedAddressLimits {
  /** Conversations of one peer; its own that has been silent longest makes room, so nobody pushes out another's. */
  readonly conversationsPerPeer: number;
  /** Peers behind one address that have no SA left, whose conversations are kept still, so that nobody else gets their packets. */
  readonly departedPeers: number;
}

const defaultSharedAddressLimits: SharedAddressLimits = { conversationsPerPeer: 1024, departedPeers: 64 };

/** Whoever was heard in this time has not restarted. */
const heardMs = 10_000;

/** Noting each packet of a conversation anew would cost more than the order of the silent is worth. */
const notedEveryMs = 1000;

interface Owned<Pair extends SaPair> {
  readonly pair: HiddenPair<Pair>;
  /** On whose account. */
  readonly peer: Peer<Pair>;
  readonly untilMs: number;
}

interface Peer<Pair extends SaPair> {
  /** One of its pairs, whose path says where it is now; the last one, where none is left. */
  pair: HiddenPair<Pair>;
  sas: number;
  /** Longest silent first. */
  readonly conversations: Set<Conversation>;
}

/** What is between one address of ours and one of a NAT. */
interface Place<Pair extends SaPair> {
  readonly name: string;
  readonly pairs: Set<HiddenPair<Pair>>;
  readonly owned: Map<Conversation, Owned<Pair>>;
  /** Those without SAs in the order of their leaving. */
  readonly peers: Set<Peer<Pair>>;
}

interface Standing<Pair extends SaPair> {
  readonly place: Place<Pair>;
  readonly peer: Peer<Pair>;
}

export class SharedAddresses<Pair extends SaPair> {
  readonly #places = new Map<string, Place<Pair>>();
  readonly #standing = new Map<Pair, Standing<Pair>>();

  constructor(
    private readonly sad: Pick<Sad<Pair>, 'outboundFor'>,
    private readonly limits: SharedAddressLimits = defaultSharedAddressLimits,
  ) {}

  /** Whether a NAT hides any peer at all. */
  get isEmpty(): boolean {
    return this.#places.size === 0;
  }

  /** Conversations that are remembered. */
  get size(): number {
    return [...this.#places.values()].reduce((sum, { owned }) => sum + owned.size, 0);
  }

  installed(pair: HiddenPair<Pair>): void {
    const name = nameOf(pair.outbound.path.source, pair.outbound.path.destination);
    const place = this.#places.get(name) ?? { name, pairs: new Set(), owned: new Map(), peers: new Set() };
    const known = [...place.peers].find((peer) => isSamePeer(peer.pair, pair));
    const peer = known ?? { pair, sas: 0, conversations: new Set() };
    peer.pair = pair;
    peer.sas += 1;
    place.pairs.add(pair);
    place.peers.add(peer);
    this.#places.set(name, place);
    this.#standing.set(pair, { place, peer });
  }

  removed(pair: HiddenPair<Pair>): void {
    const standing = this.#standing.get(pair);
    if (!standing) return;
    const { place, peer } = standing;
    this.#standing.delete(pair);
    place.pairs.delete(pair);
    bequeath(place, pair, peer);
    peer.sas -= 1;
    if (peer.sas > 0) return;
    place.peers.delete(peer);
    place.peers.add(peer);
    if (place.pairs.size === 0) this.#places.delete(place.name);
    const departed = [...place.peers].filter(({ sas }) => sas === 0);
    for (const gone of departed.slice(0, Math.max(0, departed.length - this.limits.departedPeers))) {
      place.peers.delete(gone);
      for (const conversation of gone.conversations) place.owned.delete(conversation);
    }
  }

  /** An authentic packet came in on `pair`. False: its conversation is another peer's. */
  admit(pair: HiddenPair<Pair>, packet: Gathered, layout: IpLayout, flow: Flow, nowMs: number): boolean {
    const standing = this.#standing.get(pair);
    const conversation = conversationOf(packet, layout, flow);
    if (!standing || conversation === undefined) return true; // or its SA went while the packet was being opened
    const { place, peer } = standing;
    const untilMs = nowMs + rememberedMs(packet, layout);
    const owned = place.owned.get(conversation);
    if (owned?.pair === pair && Math.abs(untilMs - owned.untilMs) < notedEveryMs) return true;
    if (owned && owned.untilMs > nowMs && this.#isAnother(owned.pair, pair, nowMs)) return false;
    owned?.peer.conversations.delete(conversation);
    place.owned.set(conversation, { pair, peer, untilMs });
    peer.conversations.add(conversation);
    const [oldest] = peer.conversations;
    if (oldest !== undefined && peer.conversations.size > this.limits.conversationsPerPeer) {
      peer.conversations.delete(oldest);
      place.owned.delete(oldest);
    }
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
    packet: Gathered,
    layout: IpLayout,
    flow: Flow,
    nowMs: number,
  ): Pair | 'another' | undefined {
    const place = newest ? this.#standing.get(newest)?.place : this.#places.get(nameOf(flow.local, flow.remote));
    const conversation = place && (conversationOf(packet, layout, flow) ?? quotedConversationOf(packet, layout));
    const owned = conversation === undefined ? undefined : place?.owned.get(conversation);
    if (owned && owned.untilMs > nowMs) {
      const { pair: owner } = owned;
      if (newest?.connection === owner.connection && isSamePeer(newest, owner)) return newest;
      const own = this.sad.outboundFor(owner.connection, owner.child, flow, (pair) => isSamePeer(pair, owner));
      return own ?? (newest && 'another');
    }
    if (!newest) return undefined;
    const other = this.sad.outboundFor(connection, child, flow, (pair) => this.#isAnother(pair, newest, nowMs));
    return other ? 'another' : newest;
  }

  #isAnother(one: Pair, other: Pair, nowMs: number): boolean {
    if (isSamePeer(one, other)) return false;
    const heardAtMs = one.inbound.counters.lastAtMs ?? one.installedAtMs;
    return one.hiddenPeer !== other.hiddenPeer || (this.#standing.has(one) && nowMs - heardAtMs < heardMs);
  }
}

const nameOf = (local: IpAddress, remote: IpAddress): string => `${printAddress(local)} ${printAddress(remote)}`;

/** What was spoken over a pair that is gone is spoken over another of the same peer. */
function bequeath<Pair extends SaPair>({ pairs, owned }: Place<Pair>, gone: HiddenPair<Pair>, peer: Peer<Pair>): void {
  const heir = [...pairs].findLast((pair) => isSamePeer(pair, gone));
  if (!heir) return;
  if (peer.pair === gone) peer.pair = heir;
  for (const conversation of peer.conversations) {
    const entry = owned.get(conversation);
    if (entry?.pair === gone) owned.set(conversation, { ...entry, pair: heir });
  }
}

/** Under the same identity at the same end: when one has left, the NAT may give its port to another. */
function isSamePeer(a: SaPair, b: SaPair): boolean {
  const [one, other] = [a.outbound.path, b.outbound.path];
  return (
    a.hiddenPeer === b.hiddenPeer &&
    one.udp?.destinationPort === other.udp?.destinationPort &&
    equalAddresses(one.destination, other.destination)
  );
}
