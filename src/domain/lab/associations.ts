/**
 * Security associations as the cluster holds them, in two views made of the same objects: ONTAP's (REST says that an SA exists) and
 * the lab's (how it fares).
 */
import { emptyOctets } from '../bytes/octets.ts';
import type { SecurityAssociationView } from '../cluster/associations.ts';
import type { IpsecPolicy } from '../cluster/cluster.ts';
import { cautionOf, printAuthMethod } from '../explain/proof.ts';
import type { Explanation } from '../explain/words.ts';
import type { Host } from '../host/host.ts';
import type { IkeSaView } from '../ike/facts.ts';
import type { Transform } from '../ike/message/message.ts';
import { printProposal } from '../ike/proposal/print-proposal.ts';
import type { ChildPair } from '../ipsec/child-pair.ts';
import { printAddress } from '../net/address.ts';
import { printSelector } from '../spd/selector.ts';
import type { Seat } from './ends.ts';

export interface IkeSaRecord {
  readonly initiatorSpi: string;
  readonly responderSpi: string;
  readonly policyName: string;
  readonly hostId?: string;
  readonly localAddress: string;
  readonly remoteAddress: string;
  readonly state: 'connecting' | 'established' | 'rekeying' | 'deleting';
  readonly isInitiator: boolean;
  readonly suite: string;
  /** By what each end proved itself, in words; absent until both have. */
  readonly proofs?: { readonly cluster: string; readonly host: string };
  /** What is weak in how the host proved itself. */
  readonly caution?: Explanation;
  readonly bornAtMs: number;
  readonly rekeyAtMs?: number;
  readonly expiresAtMs?: number;
  readonly children: readonly IpsecSaRecord[];
}

export interface IpsecSaRecord {
  readonly inSpi: string;
  readonly outSpi: string;
  readonly suite: string;
  readonly isUdpEncapsulated: boolean;
  readonly localSelector: string;
  readonly remoteSelector: string;
  readonly inOctets: number;
  readonly outOctets: number;
  readonly inPackets: number;
  readonly outPackets: number;
  readonly replayDrops: number;
  readonly icvDrops: number;
  readonly bornAtMs: number;
  readonly rekeyAtMs?: number;
  readonly expiresAtMs?: number;
}

/** ONTAP's view. SAs whose policy is gone are on their way out, and not shown. */
export function clusterAssociations(
  seats: readonly Seat[],
  policies: readonly IpsecPolicy[],
): readonly SecurityAssociationView[] {
  return seats.flatMap((seat) => {
    const pairs = pairsBySpi(seat);
    return openIkeSas(seat).flatMap((ikeSa) => {
      const policy = policies.find(({ name, svm }) => name === ikeSa.connection && svm?.name === seat.svmName);
      return policy === undefined ? [] : viewsOf(seat, policy, ikeSa, pairs);
    });
  });
}

/** The lab's view. `hostAt` knows which host has an address. */
export function ikeSaRecords(
  seats: readonly Seat[],
  hostAt: (address: string) => Host | undefined,
): readonly IkeSaRecord[] {
  return seats.flatMap((seat) => {
    const pairs = pairsBySpi(seat);
    return openIkeSas(seat).flatMap((ikeSa) => {
      const { connection, phase } = ikeSa;
      if (connection === undefined || phase === 'closed') return [];
      const remoteAddress = printAddress(ikeSa.remote.address);
      const host = hostAt(remoteAddress);
      return [
        {
          initiatorSpi: ikeSa.initiatorSpi,
          responderSpi: ikeSa.responderSpi,
          policyName: connection,
          ...(host !== undefined && { hostId: host.id }),
          localAddress: printAddress(ikeSa.local.address),
          remoteAddress,
          state: phase,
          isInitiator: ikeSa.isInitiator,
          suite: printSuite(1, ikeSa.transforms),
          ...proofsOf(ikeSa, host?.name ?? remoteAddress),
          bornAtMs: ikeSa.bornAtMs,
          ...lifeOf(ikeSa),
          children: ikeSa.children.flatMap(({ inSpi }) => {
            const pair = pairs.get(inSpi);
            return pair === undefined ? [] : [ipsecSaRecord(pair)];
          }),
        },
      ];
    });
  });
}

function viewsOf(
  seat: Seat,
  policy: IpsecPolicy,
  ikeSa: IkeSaView,
  pairs: ReadonlyMap<number, ChildPair>,
): readonly SecurityAssociationView[] {
  const shared = {
    nodeName: seat.nodeName,
    svmName: seat.svmName,
    policyName: policy.name,
    localAddress: printAddress(ikeSa.local.address),
    remoteAddress: printAddress(ikeSa.remote.address),
    cipherSuite: policy.cipherSuite,
  };
  const ike: SecurityAssociationView = {
    ...shared,
    type: 'ike',
    uuid: uuidOf(ikeSa.initiatorSpi, seat.nodeName),
    lifetimeSeconds: policy.ikeLifetimeSeconds,
    authentication: 'psk',
    state: ikeSa.phase === 'connecting' ? 'connecting' : 'established',
    isInitiator: ikeSa.isInitiator,
    initiatorSpi: ikeSa.initiatorSpi,
    responderSpi: ikeSa.responderSpi,
  };
  const children = ikeSa.children.flatMap(({ inSpi, outSpi }): readonly SecurityAssociationView[] => {
    const pair = pairs.get(inSpi);
    if (pair === undefined) return [];
    return [
      {
        ...shared,
        type: 'ipsec',
        uuid: uuidOf(`${hexSpi(inSpi)}${hexSpi(outSpi)}`, seat.nodeName),
        lifetimeSeconds: policy.ipsecLifetimeSeconds,
        state: 'installed',
        inbound: { espSpi: hexSpi(inSpi), ...countersOf(pair.inbound.counters) },
        outbound: { espSpi: hexSpi(outSpi), ...countersOf(pair.outbound.counters) },
      },
    ];
  });
  return [ike, ...children];
}

function ipsecSaRecord({ sa, inbound, outbound }: ChildPair): IpsecSaRecord {
  return {
    inSpi: hexSpi(sa.inSpi),
    outSpi: hexSpi(sa.outSpi),
    suite: printSuite(3, sa.transforms),
    isUdpEncapsulated: sa.encapsulation !== undefined,
    localSelector: sa.localSelectors.map(printSelector).join(', '),
    remoteSelector: sa.remoteSelectors.map(printSelector).join(', '),
    inOctets: inbound.counters.octets,
    outOctets: outbound.counters.octets,
    inPackets: inbound.counters.packets,
    outPackets: outbound.counters.packets,
    replayDrops: inbound.drops.replay,
    icvDrops: inbound.drops.icv,
    bornAtMs: sa.bornAtMs,
    ...lifeOf(sa),
  };
}

function proofsOf(
  { ownAuthMethod, peerAuthMethod }: IkeSaView,
  hostName: string,
): Pick<IkeSaRecord, 'proofs' | 'caution'> {
  if (ownAuthMethod === undefined || peerAuthMethod === undefined) return {};
  const caution = cautionOf(peerAuthMethod, { kind: 'host', name: hostName });
  return {
    proofs: { cluster: printAuthMethod(ownAuthMethod), host: printAuthMethod(peerAuthMethod) },
    ...(caution && { caution }),
  };
}

/** Eight hex digits. */
export const hexSpi = (espSpi: number): string => espSpi.toString(16).padStart(8, '0');

const openIkeSas = ({ end }: Seat): readonly IkeSaView[] =>
  end.boundary.ike.ikeSas().filter(({ phase }) => phase !== 'closed');

const pairsBySpi = ({ end }: Seat): ReadonlyMap<number, ChildPair> =>
  new Map(end.boundary.ipsecSas().map((pair) => [pair.sa.inSpi, pair]));

const printSuite = (protocol: number, transforms: readonly Transform[]): string =>
  printProposal({ number: 1, protocol, spi: emptyOctets, transforms });

const countersOf = ({ octets, packets }: { readonly octets: number; readonly packets: number }) => ({
  octets,
  packets,
});

const lifeOf = ({ rekeyAtMs, expiresAtMs }: { readonly rekeyAtMs?: number; readonly expiresAtMs?: number }) => ({
  ...(rekeyAtMs !== undefined && { rekeyAtMs }),
  ...(expiresAtMs !== undefined && { expiresAtMs }),
});

/** A UUID that follows from 16 digits of SPI and the node: it names the SA while it lives, and needs no table. */
function uuidOf(spiDigits: string, nodeName: string): string {
  let sum = 0;
  for (const char of nodeName) sum = (sum * 31 + (char.codePointAt(0) ?? 0)) >>> 0;
  const node = sum.toString(16).padStart(12, '0');
  return `${spiDigits.slice(0, 8)}-${spiDigits.slice(8, 12)}-8${spiDigits.slice(13, 16)}-8${spiDigits.slice(12, 13)}00-${node}`;
}
