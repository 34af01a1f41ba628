/**
 * Why a negotiation failed, as a sentence that names the end and the difference, and a remedy that names the next step.
 * Pure: a table with an entry for each code of `Refusal`; the facts are those of the end that holds it.
 */
import { printIdentity } from '../ike/auth/identity.ts';
import { sectionOf } from '../ike/deciding-rule.ts';
import { nameOf, notifyTypes, payloadTypes } from '../ike/message/names.ts';
import { printTransform } from '../ike/proposal/print-proposal.ts';
import type { Refusal } from '../ike/refusal.ts';
import { printAddress } from '../net/address.ts';
import { type Prefix, printPrefix } from '../net/prefix.ts';
import { explainAuthentication, explainPpk } from './authentication.ts';
import { list, namesIn, printPair } from './lists.ts';
import { gapsBetween } from './proposals.ts';
import { explainRedirect } from './redirect.ts';
import { explainUnproven } from './unproven.ts';
import { type Explanation, hostOf, type Party, type Scene, type Words } from './words.ts';

export function explain(refusal: Refusal, scene: Scene): Explanation {
  return { ...wordsOf(refusal, scene), rfcSection: sectionOf(refusal) };
}

/** The end that holds the refusal only repeats what the peer told it: the peer knows more. */
export function isHearsay(refusal: Refusal): boolean {
  switch (refusal.code) {
    case 'authFailed':
      return refusal.check === 'peer';
    case 'noProposal':
      return refusal.accepted === undefined;
    case 'selectors':
      return refusal.allowed === undefined;
    case 'refusedUnproven':
    case 'peerRefused':
      return true;
    default:
      return false;
  }
}

type Coded<Code extends Refusal['code']> = Extract<Refusal, { readonly code: Code }>;

function wordsOf(refusal: Refusal, scene: Scene): Words {
  const words: (refusal: never, scene: Scene) => Words = table[refusal.code];
  return words(refusal as never, scene); // the table's entry for a code takes the refusal of that code
}

const table: { readonly [Code in Refusal['code']]: (refusal: Coded<Code>, scene: Scene) => Words } = {
  malformed: ({ at }, { own, peer }) => ({
    sentence: `${own.name} could not read ${peer.name}'s message: at octet ${at.offset}, ${at.path}, it expected ${at.expected} and got ${at.got}.`,
    remedy: `Look at the message's octets there; ${peer.name} breaks the protocol.`,
  }),
  unknownCritical: ({ payload }, { own, peer }) => ({
    sentence: `${peer.name} demands that payload ${nameOf(payloadTypes, payload)} be understood, and ${own.name} does not know it.`,
    remedy: `Turn that extension off on ${peer.name}.`,
  }),
  noConnection: ({ local, remote }, { own, peer, policyName }) =>
    own.kind === 'cluster'
      ? {
          sentence: `${peer.name} wants IPsec between ${printAddress(remote)} and ${printAddress(local)}, and no policy in force on the cluster covers these addresses.`,
          remedy: `Remove the configuration on ${peer.name} too, or enable IPsec and a policy for this traffic.`,
        }
      : {
          sentence: `${own.name} has no IPsec configuration for ${printAddress(remote)}.`,
          remedy: `Configure ${own.name} for ${policyName === undefined ? "the cluster's policy" : `policy ${policyName}`}.`,
        },
  unknownConnection: ({ name, known }, { own }) => ({
    sentence: `${own.name} was told to begin with the connection "${name}", and has none of that name.`,
    remedy: `Configure it on ${own.name}${known.length > 0 ? `, or name one that is there: ${list(known)}` : ''}.`,
  }),
  noAddress: explainNoAddress,
  noProposal: ({ protocol, offered, accepted }, { own, peer }) => {
    if (accepted === undefined) {
      return {
        sentence: `${peer.name} accepts none of the ${protocol} proposals that ${own.name} offers, and does not say what it would accept.`,
        remedy: `Compare the ${protocol} proposals of both ends.`,
      };
    }
    const gaps = gapsBetween(offered, accepted);
    const parts = gaps.map(
      (gap) => `no ${gap.part}: ${own.name} accepts ${list(gap.accepted)}, ${peer.name} offers ${list(gap.offered)}`,
    );
    const missing = gaps.flatMap(({ accepted: [first] }) => (first === undefined ? [] : [first]));
    const keyword = protocol === 'IKE' ? 'proposals' : 'esp_proposals';
    return {
      sentence:
        parts.length > 0
          ? `The ends share ${parts.join('; and ')}.`
          : `Each algorithm that ${peer.name} offers for ${protocol} is accepted by ${own.name}, but not in one proposal together.`,
      remedy: proposalRemedy(missing, keyword, own, peer),
    };
  },
  noGroup: ({ configured }, { own }) => ({
    sentence: `No key exchange that ${own.name} names for IKE may be used: ${list(namesIn(configured))}.`,
    remedy: `Name a sound group on ${own.name}, for example ecp384.`,
  }),
  notOffered: ({ offered, chosen }, { own, peer }) => ({
    sentence: `${peer.name} chose ${list(namesIn(chosen))}, which ${own.name} had not offered (${list(namesIn(offered))}).`,
    remedy: `${peer.name} breaks the protocol: look for an update of it.`,
  }),
  notRunnable: ({ chosen }, { own, peer }) => ({
    sentence: `${peer.name} chose ${list(namesIn([chosen]))}, as ${own.name} had offered: it is broken, or leaves packets without integrity, and ${own.name} does not use it.`,
    remedy: `Name a sound proposal on both ends, for example ${chosen.protocol === 1 ? 'aes256gcm16-prfsha384-ecp384' : 'aes256gcm16'}.`,
  }),
  groupRefused: ({ wanted, tried, offered }, { own, peer }) => ({
    sentence: `${peer.name} wants group ${groupName(wanted)}; ${own.name} offers ${list(offered.map(groupName))} and has tried ${list(tried.map(groupName))}.`,
    remedy: `Let both ends name one group, for example ${groupName(offered[0] ?? 20)}.`,
  }),
  badPublicValue: ({ group }, { own, peer }) => ({
    sentence: `${own.name} refused the public value of ${peer.name}: it is none of group ${groupName(group)}.`,
    remedy: `Look for an update of ${peer.name}; if it persists, somebody may be changing packets on the way.`,
  }),
  wrongMethod: ({ due, got }, { own, peer }) => ({
    sentence: `${peer.name} sent ${got === undefined ? 'no public value' : `a public value for ${groupName(got)}`} where ${own.name} expected ${due === undefined ? 'none' : `one for ${groupName(due)}`}.`,
    remedy: `${peer.name} breaks the protocol: look for an update of it.`,
  }),
  nonceLength: ({ octets }, { own, peer }) => ({
    sentence: `${own.name} refused the nonce of ${peer.name}: ${octets} octets, where 16 to 256 are allowed.`,
    remedy: `Look for an update of ${peer.name}.`,
  }),
  authFailed: explainAuthentication,
  ppk: explainPpk,
  selectors: ({ offered, allowed, isWithoutPacket }, { own, peer, policyName }) => ({
    sentence:
      allowed === undefined
        ? `Selectors do not meet: ${peer.name} refused ${printPair(offered)}, which ${own.name} asked for.`
        : isWithoutPacket
          ? `Selectors do not meet: ${own.name} asked for ${printPair(offered)}, ${peer.name} protects ${printPair(allowed)}.`
          : `Selectors do not meet: ${peer.name} asks for ${printPair(offered)}, ${policyName ?? own.name} protects ${printPair(allowed)}.`,
    remedy: `Compare local and remote address, protocol and port of the policy with ${hostOf(own, peer)}'s traffic selectors.`,
  }),
  noTemplate: ({ child }, { own, peer }) =>
    child === undefined
      ? {
          sentence: `${own.name} was asked for an IPsec SA, and its configuration has none for this connection.`,
          remedy: `Configure one on ${own.name}.`,
        }
      : {
          sentence: `${own.name} was asked for the IPsec SA "${child}" with ${peer.name}, and its configuration has none of that name.`,
          remedy: `Give that name to an IPsec SA of this connection on ${own.name}, or ask for one that it has.`,
        },
  esnUnchecked: (_, { own }) => ({
    sentence: `${own.name} names extended sequence numbers alone for ESP, and checks no replays: nothing would follow their high half.`,
    remedy: `Give ${own.name} a replay window (strongSwan: replay_window = 32), or let it take 32-bit numbers too (noesn).`,
  }),
  singlePair: ({ offered }, { own, peer }) => ({
    sentence: `Each IPsec SA of ${own.name} and ${peer.name} is for the traffic of one packet, and none was named: ${printPair(offered)} was asked for.`,
    remedy: `Let a packet ask for it (strongSwan: start_action = trap on ${hostOf(own, peer)}), which names its addresses and ports.`,
  }),
  mode: ({ wanted, got }, { own, peer }) => ({
    sentence: `${own.name} needs ${wanted} mode, ${peer.name} wants ${got} mode.`,
    remedy: `Set mode = transport in ${hostOf(own, peer)}'s configuration.`,
  }),
  unknownChild: ({ spi }, { own, peer }) => ({
    sentence: `${own.name} and ${peer.name} disagree about the IPsec SA ${spi.toString(16).padStart(8, '0')}: one of them no longer has it.`,
    remedy: 'Delete the IKE SA: both ends negotiate again with the next packet.',
  }),
  busy: (_, { peer }) => ({
    sentence: `${peer.name} is in the middle of another exchange about the same SA.`,
    remedy: 'Nothing to do: it is tried again shortly.',
  }),
  noAdditionalSas: (_, { own, peer }) => ({
    sentence: `${peer.name} takes no further IPsec SAs in this IKE SA with ${own.name}.`,
    remedy: 'Delete the IKE SA: a new one is negotiated with the next packet.',
  }),
  severalPeers: ({ remote }, { own }) => ({
    sentence: `Several hosts behind the NAT at ${printAddress(remote)} have IKE SAs with ${own.name}, and nothing tells which of them a new IPsec SA is for.`,
    remedy: 'Let the host that is meant send first: what it sends says over which SA it is answered.',
  }),
  redirect: explainRedirect,
  move: explainMove,
  notUnique: ({ peerIdentity, remote }, { own, peer }) => ({
    sentence: `${peer.name} proved itself as ${printIdentity(peerIdentity)}, and ${own.name} has an IKE SA with that identity at ${printAddress(remote)} already, which it keeps.`,
    remedy: `Give each host an identity of its own, or delete the IKE SA that stands.`,
  }),
  childless: ({ insists }, { own, peer }) => {
    const [without, within] = insists === 'local' ? [own, peer] : [peer, own];
    return {
      sentence: `${without.name} makes IPsec SAs after IKE_AUTH only, and ${within.name} makes them in it.`,
      remedy: `Allow childless IKE SAs on ${within.name}, or do not force them on ${without.name}.`,
    };
  },
  noAnswer: ({ tries, forMs }, { peer }) => ({
    sentence: `No answer from ${peer.name} in ${tries} tries over ${Math.round(forMs / 1_000)} s on UDP 500 and 4500.`,
    remedy: `Check the IKE service of ${peer.name} and the firewall between.`,
  }),
  halfOpenExpired: ({ afterMs }, { own, peer }) => ({
    sentence: `${peer.name} began a negotiation and did not go on: ${own.name} waited ${Math.round(afterMs / 1_000)} s for its IKE_AUTH.`,
    remedy: `Check whether large UDP packets from ${peer.name} get through; its own log says whether it gave up.`,
  }),
  refusedUnproven: explainUnproven,
  peerRefused: ({ notify }, { own, peer }) => ({
    sentence: `${peer.name} refused what ${own.name} asked for: ${nameOf(notifyTypes, notify)}.`,
    remedy: `See the log of ${peer.name} for the reason.`,
  }),
  asked: ({ by, reason }, { own, peer }) => ({
    sentence: `${by === 'local' ? own.name : peer.name} ended it (${reason}).`,
    remedy: 'Nothing to do: it was asked for.',
  }),
};

function explainNoAddress({ local, remote }: Coded<'noAddress'>, { own }: Scene): Words {
  const missing = [
    ...(local ? [{ what: 'from where', name: `${inOneOf(local)} of its own` }] : []),
    ...(remote ? [{ what: 'with whom', name: `${inOneOf(remote)} of the peer` }] : []),
  ];
  return {
    sentence: `${own.name} was told to begin, and neither its configuration nor who told it says ${missing.map(({ what }) => what).join(' and ')}.`,
    remedy: `Name ${missing.map(({ name }) => name).join(' and ')} on ${own.name}, or let a packet ask, which names both.`,
  };
}

const inOneOf = (held: readonly Prefix[]): string => `an address in ${list(held.map(printPrefix))}`;

function explainMove({ why, to }: Coded<'move'>, { own, peer }: Scene): Words {
  switch (why) {
    case 'notHeld':
      return {
        sentence: `${peer.name} has moved to ${printAddress(to)}, which is none of the addresses that ${own.name} holds for it.`,
        remedy: `Widen the remote addresses on ${own.name}, or let ${peer.name} negotiate anew from there.`,
      };
    case 'nat':
      return {
        sentence: `A NAT has changed the addresses of ${peer.name}, which ${own.name} sees at ${printAddress(to)}, and ${peer.name} allows none.`,
        remedy: `Allow NATs on ${peer.name}, or take the NAT out of the way.`,
      };
    case 'unproven':
      return {
        sentence: `${peer.name} says that it has moved to ${printAddress(to)}, and what ${own.name} sent there did not come back as it went.`,
        remedy: `Nothing goes there. If ${peer.name} really moved, its next negotiation shows it; if not, look who answers at that address.`,
      };
  }
}

function proposalRemedy(missing: readonly string[], keyword: string, own: Party, peer: Party): string {
  const host = hostOf(own, peer);
  if (missing.length === 0) return `Let one proposal of ${host} have the same parts as the policy's cipher suite.`;
  const change =
    peer.kind === 'host'
      ? `Add ${list(missing)} to ${host}'s \`${keyword}\``
      : `Give the policy a cipher suite with ${list(missing)}`;
  return `${change}, or choose what both ends have.`;
}

const groupName = (group: number): string => printTransform({ type: 4, id: group });
