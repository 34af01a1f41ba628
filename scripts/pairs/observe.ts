/**
 * The verdict that our ends came to, read from what they said and hold: their messages as they left, their facts, their SAs. In
 * the words of the pairs, so that both can be laid side by side.
 */
import { toHex } from '../../src/domain/bytes/hex.ts';
import { shortNameOf } from '../../src/domain/crypto/transforms.ts';
import { printIdentity } from '../../src/domain/ike/auth/identity.ts';
import type { ChildSa } from '../../src/domain/ike/child/child-sa.ts';
import type { IkeSaView } from '../../src/domain/ike/facts.ts';
import type { Message, NotifyPayload, Transform } from '../../src/domain/ike/message/message.ts';
import { exchangeTypes, isErrorNotify, nameOf, notifyTypes } from '../../src/domain/ike/message/names.ts';
import { findNotify, notifiesOf } from '../../src/domain/ike/message/notifies.ts';
import { find } from '../../src/domain/ike/message/payloads.ts';
import { transformTypes } from '../../src/domain/ike/proposal/proposal.ts';
import { known, mirrored } from '../../src/domain/ike/testing/mirrored.ts';
import type { TranscriptEntry } from '../../src/domain/ike/transcript.ts';
import { printAddress } from '../../src/domain/net/address.ts';
import { printCharonSelector } from './charon-selector.ts';
import type { EndName, Verdict } from './pair.ts';
import type { Play, PlayedEnd } from './play.ts';

/** A message that an end sent for the first time. */
interface Sent extends Message {
  readonly from: PlayedEnd;
  readonly atMs: number;
}

/** What an initiation came to; `since` is the instant at which it began. */
export function observeInitiation(play: Play, endName: EndName, since: number, wantsChild: boolean): Verdict {
  const initiator = play.end(endName);
  const peer = endName === 'right' ? play.left : play.right;
  const wire = wireOf([initiator, peer], since);
  const ikeSa = initiator.ikeSas.find((each) => isHeldBy(peer, each));
  const child = ikeSa && newest(initiator.children);
  const isInstalled = child !== undefined && isKnownTo(peer, child);
  return {
    ike: ikeSa ? 'established' : 'failed',
    child: isInstalled ? 'installed' : ikeSa && wantsChild ? 'failed' : 'none',
    failedAt: isInstalled || (ikeSa && !wantsChild) || wire.length === 0 ? null : lastExchangeOf(wire),
    notifyOnWire: firstError(wire, (end) => (end === initiator ? 'initiator' : 'responder')),
    retried: retriesIn(wire),
    chosen: ikeSa
      ? {
          ikeProposal: printIkeTransforms(ikeSa.transforms),
          espProposal: isInstalled ? printEspTransforms(child) : null,
        }
      : null,
    tsLocal: isInstalled ? child.localSelectors.map(printCharonSelector) : null,
    tsRemote: isInstalled ? child.remoteSelectors.map(printCharonSelector) : null,
    mode: isInstalled ? child.mode : null,
    ports: ikeSa && { initiator: ikeSa.local.port, responder: ikeSa.remote.port },
    responderSas: peer.ikeSas
      .map(
        ({ remote, peerIdentity }) => `${printAddress(remote.address)} ${peerIdentity && printIdentity(peerIdentity)}`,
      )
      .sort(),
    fragments: [
      ...(sendsFragments(initiator, since) ? ['initiator'] : []),
      ...(sendsFragments(peer, since) ? ['responder'] : []),
    ],
  };
}

/** What a rekey of a CHILD SA or an IKE SA, or a reauthentication, left behind. */
export function observeRekey(play: Play, endName: EndName, since: number): Verdict {
  const rekeyer = play.end(endName);
  const peer = endName === 'right' ? play.left : play.right;
  const wire = wireOf([rekeyer, peer], since);
  const ikeSa = rekeyer.ikeSas.find((each) => isHeldBy(peer, each));
  const child = newest(rekeyer.children);
  const isInstalled = child !== undefined && isKnownTo(peer, child);
  const isRekeyed = rekeyer.facts.some(
    (fact) => fact.atMs >= since && (fact.type === 'ikeEstablished' || fact.type === 'childInstalled'),
  );
  return {
    rekeyed: isRekeyed,
    ike: ikeSa ? 'established' : 'failed',
    child: isInstalled ? 'installed' : 'none',
    ikeProposal: ikeSa && printIkeTransforms(ikeSa.transforms),
    espProposal: child && printEspTransforms(child),
    failedAt: isRekeyed || wire.length === 0 ? null : lastExchangeOf(wire),
    notifyOnWire: firstError(wire, (end) => (end === rekeyer ? 'rekeyer' : 'peer')),
    retried: retriesIn(wire),
  };
}

const encryptedFragment = 53;

/** Whether it sent fragments (RFC 7383 2.5), whose type stands in the IKE header. */
const sendsFragments = ({ sent }: PlayedEnd, since: number): boolean =>
  sent.some(({ atMs, octets }) => atMs >= since && octets[16] === encryptedFragment);

/** What each living end still holds. */
export function observeStanding(play: Play): Verdict {
  const standing = (end: PlayedEnd) =>
    end.isDead
      ? undefined
      : {
          ike: end.ikeSas.length > 0 ? 'established' : 'none',
          child: end.children.length > 0 ? 'installed' : 'none',
        };
  return { left: standing(play.left), right: standing(play.right) };
}

/** ENCR/[INTEG/]PRF/KE in IANA's names. */
export const printIkeTransforms = (transforms: readonly Transform[]): string => {
  const { ENCR, INTEG, PRF, KE } = transformTypes;
  return printInOrder(transforms, [ENCR, INTEG, PRF, KE]);
};

/** ENCR/[INTEG/][KE/]ESN. */
function printEspTransforms({ transforms, hasEsn }: ChildSa): string {
  const { ENCR, INTEG, KE } = transformTypes;
  return `${printInOrder(transforms, [ENCR, INTEG, KE])}/${hasEsn ? 'ESN' : 'NO_ESN'}`;
}

const printInOrder = (transforms: readonly Transform[], types: readonly number[]): string =>
  types
    .flatMap((type) => transforms.filter((transform) => transform.type === type))
    .map(shortNameOf)
    .join('/');

/** Messages of these ends in the order in which they left, each once: a repetition is the same octets. */
function wireOf(ends: readonly PlayedEnd[], since: number): readonly Sent[] {
  const seen = new Set<string>();
  return ends
    .flatMap((from) => from.sent.filter(({ atMs }) => atMs >= since).map((entry) => ({ from, entry })))
    .sort((a, b) => a.entry.atMs - b.entry.atMs)
    .filter(({ entry }) => isFirst(seen, toHex(entry.octets)))
    .flatMap(({ from, entry }) => sentOf(from, entry));
}

function isFirst(seen: Set<string>, key: string): boolean {
  if (seen.has(key)) return false;
  seen.add(key);
  return true;
}

const sentOf = (from: PlayedEnd, { header, payloads, atMs }: TranscriptEntry): readonly Sent[] =>
  header && payloads ? [{ from, header, payloads, atMs }] : [];

function lastExchangeOf(wire: readonly Sent[]): string {
  const names = wire
    .map(({ header }) => nameOf(exchangeTypes, header.exchange))
    .filter((name) => name !== 'INFORMATIONAL');
  const last = names.at(-1) ?? 'INFORMATIONAL';
  const isInitDone = wire.some(
    ({ header, payloads }) =>
      header.exchange === exchangeTypes.numbers.IKE_SA_INIT && header.isResponse && find(payloads, 'SA') !== undefined,
  );
  return last === 'IKE_SA_INIT' && isInitDone ? 'IKE_AUTH' : last; // the next message was about to be sent
}

const isRetry = ({ notify }: NotifyPayload): boolean => notify === notifyTypes.numbers.INVALID_KE_PAYLOAD;

function firstError(wire: readonly Sent[], roleOf: (end: PlayedEnd) => string): Verdict['notifyOnWire'] {
  for (const { from, payloads } of wire) {
    const error = notifiesOf(payloads).find((each) => isErrorNotify(each.notify) && !isRetry(each));
    if (error) return { name: nameOf(notifyTypes, error.notify), from: roleOf(from) };
  }
  return null;
}

function retriesIn(wire: readonly Sent[]): NonNullable<Verdict['retried']> {
  return wire
    .filter(({ header }) => header.isResponse)
    .flatMap(({ payloads }) => {
      const invalidKe = findNotify(payloads, 'INVALID_KE_PAYLOAD');
      if (invalidKe) return [{ notify: 'INVALID_KE_PAYLOAD', requested: groupNameOf(invalidKe) }];
      return findNotify(payloads, 'COOKIE') ? [{ notify: 'COOKIE' }] : [];
    });
}

const groupNameOf = ({ data }: NotifyPayload): string =>
  shortNameOf({ type: transformTypes.KE, id: 256 * (data[0] ?? 0) + (data[1] ?? 0) });

const isHeldBy = (end: PlayedEnd, { initiatorSpi, responderSpi }: IkeSaView): boolean =>
  !end.isDead && end.ikeSas.some((other) => other.initiatorSpi === initiatorSpi && other.responderSpi === responderSpi);

/** It holds the same: keys, transforms, selectors and all. */
const isKnownTo = (end: PlayedEnd, child: ChildSa): boolean =>
  end.children.some((other) => known(mirrored(other)) === known(child));

const newest = (children: readonly ChildSa[]): ChildSa | undefined =>
  children.toSorted((a, b) => b.bornAtMs - a.bornAtMs)[0];
