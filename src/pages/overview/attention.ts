/**
 * What needs attention: each item names its cause and one next step. One item a cause, sorted by how bad it is: ten hosts in clear
 * because IPsec is off are one item.
 */
import { plural } from '../../components/text/format.ts';
import type { LabFailure, LabSnapshot, LabStream, WireState } from '../../contract/lab-port.ts';

/** A policy is to be made for one stream, so the step says for which. */
export type NextStep =
  | { readonly do: 'enableIpsec' | 'controls' | 'associations' }
  | { readonly do: 'createPolicy'; readonly stream: LabStream };

export interface AttentionItem {
  readonly id: string;
  readonly state: WireState;
  readonly sentence: string;
  /** What would be right. */
  readonly remedy?: string;
  readonly next: NextStep;
}

export function attentionItems(lab: LabSnapshot, isIpsecOn: boolean): readonly AttentionItem[] {
  const running = lab.streams.filter((stream) => stream.isRunning);
  const of = (state: WireState) => running.filter((stream) => stream.state === state);
  return [
    ...of('failed').map((stream) => failedItem(stream, lab)),
    ...of('blocked').map((stream) => blockedItem(stream, lab)),
    ...clearItems(of('clear'), lab, isIpsecOn),
    ...of('oneWay').map((stream) => oneWayItem(stream, lab)),
  ];
}

/** The latest failure between the two ends of a stream. */
export const failureOf = (stream: LabStream, lab: LabSnapshot): LabFailure | undefined =>
  lab.failures.find(
    ({ localAddress, remoteAddress }) => localAddress === stream.lifAddress && remoteAddress === stream.hostAddress,
  );

const ends = (stream: LabStream, lab: LabSnapshot): string => `${hostName(stream, lab)} and ${stream.lifName}`;

const hostName = (stream: LabStream, lab: LabSnapshot): string =>
  lab.hosts.find(({ id }) => id === stream.hostId)?.name ?? stream.hostAddress;

function failedItem(stream: LabStream, lab: LabSnapshot): AttentionItem {
  const failure = failureOf(stream, lab);
  return {
    id: stream.id,
    state: 'failed',
    sentence: `${ends(stream, lab)} fail to negotiate. ${failure?.sentence ?? stream.reason ?? ''}`.trim(),
    ...(failure === undefined ? {} : { remedy: failure.remedy }),
    next: { do: 'associations' },
  };
}

function blockedItem(stream: LabStream, lab: LabSnapshot): AttentionItem {
  return {
    id: stream.id,
    state: 'blocked',
    sentence: `Packets between ${ends(stream, lab)} are dropped${stream.reason === undefined ? '.' : `: ${asClause(stream.reason)}`}`,
    next: { do: 'controls' },
  };
}

function oneWayItem(stream: LabStream, lab: LabSnapshot): AttentionItem {
  return {
    id: stream.id,
    state: 'oneWay',
    sentence: `${ends(stream, lab)} have SAs, but packets pass in one direction only.`,
    next: { do: 'associations' },
  };
}

function clearItems(streams: readonly LabStream[], lab: LabSnapshot, isIpsecOn: boolean): readonly AttentionItem[] {
  if (streams.length === 0) {
    return [];
  }
  const hostCount = new Set(streams.map(({ hostId }) => hostId)).size;
  if (!isIpsecOn) {
    return [
      {
        id: 'ipsec-off',
        state: 'clear',
        sentence: `IPsec is off: ${plural(hostCount, 'host')} ${hostCount === 1 ? 'passes' : 'pass'} in clear.`,
        next: { do: 'enableIpsec' },
      },
    ];
  }
  return streams.map((stream) => ({
    id: stream.id,
    state: 'clear',
    sentence: `${hostName(stream, lab)} reaches ${stream.lifName} in clear: ${asClause(stream.reason ?? 'No policy matches.')}`,
    next: { do: 'createPolicy', stream },
  }));
}

/** A sentence as the second half of another. */
const asClause = (sentence: string): string =>
  /^[A-Z][a-z]/.test(sentence) ? sentence.charAt(0).toLowerCase() + sentence.slice(1) : sentence;
