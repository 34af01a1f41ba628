/**
 * The live table's rows: what REST says exists, joined by SPI with what the lab's port says of it, and the failures that stand.
 * REST points from no IPsec SA to its IKE SA; where the lab does not know better, policy and addresses join them. A failure stands
 * until an SA of the same policy and addresses is younger than it.
 */
import { type Group, grouped } from '../../components/grouped.ts';
import { worstState } from '../../components/state/wire-states.ts';
import type { IpInterfaceRecord } from '../../contract/ip-interfaces.ts';
import type {
  LabFailure,
  LabHost,
  LabIkeSa,
  LabIpsecSa,
  LabSnapshot,
  LabStream,
  WireState,
} from '../../contract/lab-port.ts';
import type { SecurityAssociationRecord } from '../../contract/security-associations.ts';
import type { FailureRow, IkeRow, IpsecRow, Life, Pair, Traffic } from './association-row.ts';

export interface AssociationSources {
  readonly records: readonly SecurityAssociationRecord[];
  readonly lifs: readonly IpInterfaceRecord[];
  readonly lab: LabSnapshot | undefined;
}

export function associationRows(sources: AssociationSources): readonly (IkeRow | FailureRow)[] {
  const known = indexLab(sources.lab);
  const ikeRecords = sources.records.filter(({ type }) => type === 'ike');
  const bySpi = new Map(ikeRecords.map((record) => [ikeSpis(record)?.initiatorSpi, record]));
  const byPair = new Map(ikeRecords.map((record) => [pairKey(pairOf(record)), record]));
  const parentOf = (row: IpsecRow) => {
    const holder = known.holderOfChild.get(row.inSpi);
    return holder === undefined ? byPair.get(pairKey(row)) : bySpi.get(holder.initiatorSpi);
  };

  const ipsecRows = sources.records
    .filter(({ type }) => type === 'ipsec')
    .map((record) => ipsecRow(record, known, sources.lab));
  const children = grouped(ipsecRows, parentOf);
  const ikeRows = ikeRecords.map((record) => ikeRow(record, children.get(record) ?? [], known, sources));
  const orphans = grouped(children.get(undefined) ?? [], pairKey);
  const orphanRows = [...orphans.values()].map((rows) => orphanRow(rows, sources));
  return [...standingFailures(sources, ikeRows), ...ikeRows, ...orphanRows];
}

/** The lab's SAs by SPI: fleets have tens of thousands, each looked up once a second. */
interface KnownSas {
  readonly ikeSas: ReadonlyMap<string, LabIkeSa>;
  readonly children: ReadonlyMap<string, LabIpsecSa>;
  readonly holderOfChild: ReadonlyMap<string, LabIkeSa>;
}

function indexLab(lab: LabSnapshot | undefined): KnownSas {
  const ikeSas = lab?.ikeSas ?? [];
  return {
    ikeSas: new Map(ikeSas.map((sa) => [sa.initiatorSpi, sa])),
    children: new Map(ikeSas.flatMap((sa) => sa.children.map((child) => [child.inSpi, child] as const))),
    holderOfChild: new Map(ikeSas.flatMap((sa) => sa.children.map(({ inSpi }) => [inSpi, sa] as const))),
  };
}

/** SPIs of REST are `0x` and hex without leading zeros; the lab's have all digits. */
export const spiDigits = (text: string, digits: 8 | 16): string =>
  text.toLowerCase().replace(/^0x/, '').padStart(digits, '0');

const pairKey = ({ policyName, localAddress, remoteAddress }: Omit<Pair, 'id' | 'svmName'>): string =>
  `${policyName} ${localAddress} ${remoteAddress}`;

const pairOf = (record: SecurityAssociationRecord): Pair => ({
  id: record.uuid,
  policyName: record.policy_name,
  svmName: record.svm?.name,
  localAddress: record.local_address,
  remoteAddress: record.remote_address,
});

const ikeSpis = ({ ike }: SecurityAssociationRecord) =>
  ike && {
    initiatorSpi: spiDigits(ike.initiator_security_parameter_index, 16),
    responderSpi: spiDigits(ike.responder_security_parameter_index, 16),
  };

function ipsecRow(record: SecurityAssociationRecord, { children }: KnownSas, lab: LabSnapshot | undefined): IpsecRow {
  const { inbound, outbound, state } = record.ipsec ?? {};
  const inSpi = spiDigits(inbound?.security_parameter_index ?? '', 8);
  const known = children.get(inSpi);
  return {
    ...pairOf(record),
    kind: 'ipsec',
    state: state?.toLowerCase() === 'installed' ? installedState(pairOf(record), lab) : 'unknown',
    ontapState: state ?? '',
    inSpi,
    outSpi: spiDigits(outbound?.security_parameter_index ?? '', 8),
    suite: known?.suite ?? suiteWords(record.cipher_suite),
    inOctets: known?.inOctets ?? inbound?.bytes ?? 0,
    outOctets: known?.outOctets ?? outbound?.bytes ?? 0,
    inPackets: known?.inPackets ?? inbound?.packets ?? 0,
    outPackets: known?.outPackets ?? outbound?.packets ?? 0,
    life: lifeOf(known, lab),
    lifetimeSeconds: record.lifetime,
    lab: known,
  };
}

/** Installed is encrypted, but for the lab's "one direction counts and the other does not". */
const installedState = (pair: Pair, lab: LabSnapshot | undefined): WireState =>
  streamsOf(pair, lab).some(({ state, isRunning }) => isRunning && state === 'oneWay') ? 'oneWay' : 'encrypted';

function ikeRow(
  record: SecurityAssociationRecord,
  children: readonly IpsecRow[],
  { ikeSas }: KnownSas,
  sources: AssociationSources,
): IkeRow {
  const pair = pairOf(record);
  const spis = ikeSpis(record);
  const known = ikeSas.get(spis?.initiatorSpi ?? '');
  return {
    ...pair,
    ...placeOf(pair, sources),
    kind: 'ike',
    state: ikeState(record, children),
    ontapState: record.ike?.state ?? '',
    nodeName: record.node?.name,
    initiatorSpi: spis?.initiatorSpi,
    responderSpi: spis?.responderSpi,
    isInitiator: record.ike?.is_initiator,
    suite: known?.suite ?? suiteWords(record.cipher_suite),
    children,
    traffic: trafficOf(pair, sources.lab),
    life: lifeOf(known, sources.lab),
    lifetimeSeconds: record.lifetime,
    lab: known,
  };
}

function ikeState(record: SecurityAssociationRecord, children: readonly IpsecRow[]): WireState {
  if (children.length > 0) return worstState(children.map(({ state }) => state));
  return record.ike?.state === 'connecting' ? 'negotiating' : 'idle';
}

/** IPsec SAs whose IKE SA nobody told: they stand together, by policy and addresses. */
function orphanRow(children: Group<IpsecRow>, sources: AssociationSources): IkeRow {
  const [first] = children;
  return {
    ...first,
    ...placeOf(first, sources),
    kind: 'ike',
    id: `pair ${first.id}`,
    state: worstState(children.map(({ state }) => state)),
    ontapState: '',
    nodeName: undefined,
    initiatorSpi: undefined,
    responderSpi: undefined,
    isInitiator: undefined,
    suite: undefined,
    children,
    traffic: trafficOf(first, sources.lab),
    life: undefined,
    lifetimeSeconds: undefined,
    lab: undefined,
  };
}

function standingFailures(sources: AssociationSources, ikeRows: readonly IkeRow[]): readonly FailureRow[] {
  const { lab } = sources;
  if (lab === undefined) return [];
  const newest = new Map<string, LabFailure>();
  for (const failure of lab.failures) {
    const key = pairKey({ ...failure, policyName: failure.policyName ?? '' });
    const held = newest.get(key);
    if (held === undefined || held.atMs < failure.atMs) newest.set(key, failure);
  }
  const isMended = (failure: LabFailure): boolean =>
    failure.settledAtMs !== undefined ||
    ikeRows.some(
      (row) =>
        row.localAddress === failure.localAddress &&
        row.remoteAddress === failure.remoteAddress &&
        row.children.length > 0 &&
        (row.lab === undefined || row.lab.bornAtMs >= failure.atMs),
    );
  return [...newest.values()]
    .filter((failure) => !isMended(failure))
    .map((failure) => failureRow(failure, lab, sources));
}

function failureRow(failure: LabFailure, lab: LabSnapshot, sources: AssociationSources): FailureRow {
  const pair = {
    id: failure.id,
    policyName: failure.policyName ?? '',
    svmName: undefined,
    localAddress: failure.localAddress,
    remoteAddress: failure.remoteAddress,
  };
  const { hostName, lifName, svmName } = placeOf(pair, sources);
  return { ...pair, svmName, hostName, lifName, kind: 'failure', state: 'failed', failure, nowMs: lab.clock.nowMs };
}

/** Names for addresses: the LIF and SVM by REST, the host by the lab. */
function placeOf(pair: Pair, { lifs, lab }: AssociationSources) {
  const lif = lifs.find(({ ip }) => ip?.address === pair.localAddress);
  return {
    svmName: pair.svmName ?? lif?.svm?.name,
    lifName: lif?.name,
    hostName: hostOf(pair.remoteAddress, lab)?.name,
  };
}

const hostOf = (address: string, lab: LabSnapshot | undefined): LabHost | undefined =>
  lab?.hosts.find(({ addresses }) => addresses.includes(address));

const streamsOf = (
  pair: Omit<Pair, 'id' | 'svmName' | 'policyName'>,
  lab: LabSnapshot | undefined,
): readonly LabStream[] =>
  lab?.streams.filter(
    ({ lifAddress, hostAddress }) => lifAddress === pair.localAddress && hostAddress === pair.remoteAddress,
  ) ?? [];

function trafficOf(pair: Pair, lab: LabSnapshot | undefined): Traffic | undefined {
  if (lab === undefined) return undefined;
  const streams = streamsOf(pair, lab).filter(({ policyName }) => policyName === pair.policyName);
  return {
    inRate: streams.reduce((sum, { inRate }) => sum + inRate, 0),
    outRate: streams.reduce((sum, { outRate }) => sum + outRate, 0),
    proof: streams.flatMap(({ proof }) => proof).toSorted((a, b) => a.atMs - b.atMs),
  };
}

function lifeOf(known: LabIkeSa | LabIpsecSa | undefined, lab: LabSnapshot | undefined): Life | undefined {
  if (known === undefined || lab === undefined) return undefined;
  const { bornAtMs, rekeyAtMs, expiresAtMs } = known;
  return { bornAtMs, rekeyAtMs, expiresAtMs, nowMs: lab.clock.nowMs };
}

/** ONTAP's suites by their names; which algorithms they hold is told by the lab alone. */
const suiteWords = (suite: SecurityAssociationRecord['cipher_suite']): string | undefined => suite?.toUpperCase();
