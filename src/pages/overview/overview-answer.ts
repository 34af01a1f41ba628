/** The Overview's first sentence: how much of the storage traffic is encrypted, and what is not. */
import type { StateCounts } from '../../components/state/host-states.ts';
import { formatCount, plural } from '../../components/text/format.ts';
import type { WireState } from '../../contract/lab-port.ts';

/** What is said beside the encrypted share, worst first: the end of `2 …`. */
const rests: readonly (readonly [WireState, one: string, many: string])[] = [
  ['failed', 'fails to negotiate', 'fail to negotiate'],
  ['blocked', 'is blocked', 'are blocked'],
  ['clear', 'is in clear', 'are in clear'],
  ['negotiating', 'is negotiating', 'are negotiating'],
];

/** `1 of 2 hosts is encrypted. 1 is in clear.` One way counts as encrypted: its packets are. */
export function overviewAnswer(counts: StateCounts): string {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const active = total - counts.idle;
  if (active === 0) {
    return `No traffic: ${plural(total, 'host')} ${total === 1 ? 'is' : 'are'} idle.`;
  }
  const encrypted = counts.encrypted + counts.oneWay;
  const first =
    encrypted === 0
      ? `None of ${plural(total, 'host')} is encrypted.`
      : encrypted === total
        ? `${allOf(total)} encrypted.`
        : `${formatCount(encrypted)} of ${plural(total, 'host')} ${encrypted > 1 ? 'are' : 'is'} encrypted.`;
  const others = rests
    .filter(([state]) => counts[state] > 0)
    .map(([state, one, many]) => `${formatCount(counts[state])} ${counts[state] === 1 ? one : many}.`);
  return [first, ...others].join(' ');
}

const allOf = (total: number): string => (total === 1 ? 'The one host is' : `All ${formatCount(total)} hosts are`);
