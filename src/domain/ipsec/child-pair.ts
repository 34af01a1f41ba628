/**
 * From a CHILD SA as IKE negotiated it to a pair of SAs as ESP runs them: the one place that knows both.
 */
import { invariant } from '../bytes/result.ts';
import { type KeyMaterial, makeProtection, type ProtectionSuite } from '../crypto/protection.ts';
import { InboundSa } from '../esp/inbound-sa.ts';
import { OutboundSa } from '../esp/outbound-sa.ts';
import { largestWindow } from '../esp/replay-window.ts';
import type { EspParameters, EspPath } from '../esp/sa.ts';
import type { SaPair } from '../esp/sad.ts';
import { printIdentity } from '../ike/auth/identity.ts';
import type { ChildSa } from '../ike/child/child-sa.ts';
import type { Means } from '../ike/means.ts';
import type { Transform } from '../ike/message/message.ts';
import { equalAddresses } from '../net/address.ts';
import { areWithin } from '../spd/narrow.ts';

export interface ChildPair extends SaPair {
  readonly sa: ChildSa;
}

export function pairOf(child: ChildSa, means: Means, nowMs: number): ChildPair {
  const suite = suiteOf(child.transforms);
  const keyed = (keys: KeyMaterial) => makeProtection(means.provider, suite, keys);
  const { mode, hasEsn, volume: limits, originalAddresses } = child;
  const inbound: EspParameters = {
    ...inboundPathOf(child),
    ...{ spi: child.inSpi, protection: keyed(child.inKeys), mode, hasEsn, limits },
    ...(originalAddresses && {
      original: { source: originalAddresses.remote, destination: originalAddresses.local },
    }),
  };
  const outbound: EspParameters = {
    ...outboundPathOf(child),
    ...{ spi: child.outSpi, protection: keyed(child.outKeys), mode, hasEsn, limits },
  };
  return {
    sa: child,
    inbound: new InboundSa(inbound, windowOf(child.replayWindow)),
    outbound: new OutboundSa(outbound, means.random),
    localSelectors: child.localSelectors,
    remoteSelectors: child.remoteSelectors,
    connection: child.connection,
    child: child.child,
    installedAtMs: nowMs,
    hiddenPeer: child.hiddenPeer && printIdentity(child.hiddenPeer),
    waitsForPeer: child.replaces !== undefined && !child.isInitiator,
  };
}

/**
 * A pair that leaves out the packet that asked for it (RFC 7296 2.9) is of use to others, if to anybody. Not if one that stands carries all that
 * it does; and of those that nothing passes on one is enough, since a peer may narrow to something else each time.
 */
export const isSuperfluous = (pair: ChildPair, all: readonly ChildPair[]): boolean =>
  all
    .filter((other) => isWithSamePeer(other, pair))
    .some((other) => carriesAll(other, pair) || (isUnused(other) && isUnused(pair)));

/** For the same child. Several peers may have one address, behind a NAT: who is met at another port is another. */
const isWithSamePeer = (other: ChildPair, pair: ChildPair): boolean =>
  other !== pair &&
  other.connection === pair.connection &&
  other.child === pair.child &&
  equalAddresses(other.sa.local, pair.sa.local) &&
  equalAddresses(other.sa.remote, pair.sa.remote) &&
  other.hiddenPeer === pair.hiddenPeer &&
  other.outbound.path.udp?.destinationPort === pair.outbound.path.udp?.destinationPort;

const carriesAll = (other: ChildPair, pair: ChildPair): boolean =>
  areWithin(pair.localSelectors, other.localSelectors) && areWithin(pair.remoteSelectors, other.remoteSelectors);

const isUnused = ({ inbound, outbound }: ChildPair): boolean =>
  inbound.counters.packets === 0 && outbound.counters.packets === 0;

/** How packets go to the peer. */
export function outboundPathOf({ local, remote, encapsulation }: ChildSa): EspPath {
  const path = { source: local, destination: remote };
  if (!encapsulation) return path;
  return { ...path, udp: { sourcePort: encapsulation.localPort, destinationPort: encapsulation.remotePort } };
}

function inboundPathOf({ local, remote, encapsulation }: ChildSa): EspPath {
  const path = { source: remote, destination: local };
  if (!encapsulation) return path;
  return { ...path, udp: { sourcePort: encapsulation.remotePort, destinationPort: encapsulation.localPort } };
}

/** A window of so many packets at least; the ring grows by words, and beyond the largest nothing is gained. */
function windowOf(packets: number): number {
  return Math.min(32 * Math.ceil(packets / 32), largestWindow);
}

function suiteOf(transforms: readonly Transform[]): ProtectionSuite {
  const encr = transforms.find(({ type }) => type === 1);
  const integ = transforms.find(({ type, id }) => type === 3 && id !== 0);
  invariant(encr, 'a CHILD SA has a cipher, were it NULL');
  return integ ? { encr, integ } : { encr };
}
