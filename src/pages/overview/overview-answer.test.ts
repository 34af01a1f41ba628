import { expect, test } from 'vitest';
import { countStates } from '../../components/state/host-states.ts';
import type { WireState } from '../../contract/lab-port.ts';
import { overviewAnswer } from './overview-answer.ts';

const answer = (...states: WireState[]) => overviewAnswer(countStates(states));

test.each([
  [['encrypted', 'clear'], '1 of 2 hosts is encrypted. 1 is in clear.'],
  [['clear', 'clear'], 'None of 2 hosts is encrypted. 2 are in clear.'],
  [['encrypted', 'encrypted'], 'All 2 hosts are encrypted.'],
  [['encrypted', 'oneWay', 'failed'], '2 of 3 hosts are encrypted. 1 fails to negotiate.'],
  [['blocked', 'clear', 'failed'], 'None of 3 hosts is encrypted. 1 fails to negotiate. 1 is blocked. 1 is in clear.'],
  [['idle', 'idle'], 'No traffic: 2 hosts are idle.'],
  [['encrypted'], 'The one host is encrypted.'],
] as const)('hosts that are %j are told as one answer, the worst first', (states, sentence) => {
  expect(answer(...states)).toBe(sentence);
});
