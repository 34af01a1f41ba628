import { expect, test } from 'vitest';
import { wireSentence } from './wire-sentence.ts';

const ends = { local: { lif: 'nfs_lif1' }, remote: { name: 'web-44', address: '10.1.0.44' } } as const;

test('the picture is told as one sentence: ends, state, policy, suite, rates', () => {
  const sentence = wireSentence({
    ...ends,
    state: 'encrypted',
    via: { suite: 'AES-256-GCM' },
    rateIn: 12 * 2 ** 20,
    rateOut: 3 * 2 ** 20,
  });
  expect(sentence).toBe('nfs_lif1 to 10.1.0.44: encrypted, AES-256-GCM, 12.0 MiB/s in, 3.0 MiB/s out');
});

test('a failure names the end that refused and why', () => {
  const reason = { end: 'remote', text: 'it expects another identity.' } as const;
  expect(wireSentence({ ...ends, state: 'failed', reason })).toBe(
    'nfs_lif1 to 10.1.0.44: failed. At the host: it expects another identity.',
  );
});

test('what nobody reported is not told', () => {
  expect(wireSentence({ ...ends, state: 'idle' })).toBe('nfs_lif1 to 10.1.0.44: idle');
});
