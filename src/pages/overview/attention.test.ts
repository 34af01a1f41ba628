import { expect, test } from 'vitest';
import { aStream } from '../../contract/testing/a-stream.ts';
import { attentionItems } from './attention.ts';
import { aLab } from './testing/a-lab.ts';

test('with IPsec off, all hosts in clear are one item with one step', () => {
  expect(attentionItems(aLab(), false)).toEqual([
    { id: 'ipsec-off', state: 'clear', sentence: 'IPsec is off: 2 hosts pass in clear.', next: { do: 'enableIpsec' } },
  ]);
});

test('with IPsec on, each stream in clear says why and asks for a policy of its own', () => {
  const stream = aStream();
  const lab = aLab({ streams: [stream] });

  expect(attentionItems(lab, true)).toMatchObject([
    { sentence: 'web-17 reaches nfs_lif1 in clear: no policy matches.', next: { do: 'createPolicy', stream } },
  ]);
});

test('a failure is told by its own sentence and remedy, before what is less bad', () => {
  const lab = aLab({
    streams: [aStream({ id: 'b', hostId: 'web-18', hostAddress: '10.1.4.18' }), aStream({ id: 'a', state: 'failed' })],
    failures: [
      {
        id: '1',
        atMs: 0,
        localAddress: '10.1.0.20',
        remoteAddress: '10.1.4.17',
        end: 'host',
        decidedAt: 'IKE_AUTH request',
        sentence: 'The pre-shared keys differ.',
        remedy: 'Enter the key on both ends again.',
      },
    ],
  });

  expect(attentionItems(lab, true).map(({ id, state, remedy }) => ({ id, state, remedy }))).toEqual([
    { id: 'a', state: 'failed', remedy: 'Enter the key on both ends again.' },
    { id: 'b', state: 'clear', remedy: undefined },
  ]);
  expect(attentionItems(lab, true)[0]?.sentence).toBe(
    'web-17 and nfs_lif1 fail to negotiate. The pre-shared keys differ.',
  );
});

test('what is encrypted, idle or stopped needs nothing', () => {
  const streams = [
    aStream({ state: 'encrypted' }),
    aStream({ id: 'idle', state: 'idle' }),
    aStream({ id: 'off', isRunning: false }),
  ];
  expect(attentionItems(aLab({ streams }), true)).toEqual([]);
});
