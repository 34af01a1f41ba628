import { expect, test } from 'vitest';
import type { WireState } from '../../contract/lab-port.ts';
import { doneAnswer } from './done-answer.ts';

const protecting = { enabled: true, action: 'esp_transport' } as const;

test.each<readonly [WireState | undefined, string]>([
  [undefined, 'The next packet starts a negotiation.'],
  ['clear', 'The next packet starts a negotiation.'],
  ['negotiating', 'They negotiate now.'],
  ['encrypted', 'Its traffic is encrypted.'],
  ['failed', 'The negotiation failed: Associations says why.'],
])('with both ends ready and traffic that is %s, it says what is so and not what was to come', (state, sentence) => {
  expect(doneAnswer(protecting, true, state)).toBe(`Both ends are configured. ${sentence}`);
});

test('what is left to do goes before how traffic fares', () => {
  expect(doneAnswer({ ...protecting, enabled: false }, true, 'clear')).toBe(
    'It is disabled until the other end is ready.',
  );
  expect(doneAnswer(protecting, false, 'blocked')).toBe('It is enabled. Now the other end.');
  expect(doneAnswer({ enabled: true, action: 'bypass' }, false, undefined)).toBe(
    'It is enabled, and needs nothing at the other end.',
  );
});
