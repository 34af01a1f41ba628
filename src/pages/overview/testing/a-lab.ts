/** A lab with two hosts and a running stream each, for tests: each names only what matters to it. */

import type { LabSnapshot, LabStream } from '../../../contract/lab-port.ts';

export const aStream = (over: Partial<LabStream> = {}): LabStream => ({
  id: 'web-17-nfs',
  hostId: 'web-17',
  kind: 'nfs',
  hostAddress: '10.1.4.17',
  lifName: 'nfs_lif1',
  lifAddress: '10.1.0.20',
  svmName: 'vs1',
  nodeName: 'lab-01',
  port: 2049,
  isRunning: true,
  state: 'clear',
  inOctets: 0,
  outOctets: 0,
  inPackets: 0,
  outPackets: 0,
  droppedPackets: 0,
  inRate: 0,
  outRate: 0,
  proof: [],
  ...over,
});

export const aLab = (over: Partial<LabSnapshot> = {}): LabSnapshot => ({
  sequence: 1,
  clock: { nowMs: Date.UTC(2026, 10, 23, 14, 3, 27), rate: 1, isPaused: false },
  seed: '7f3a',
  faults: { loss: 0, duplicate: 0, reorder: 0, delayMs: 0 },
  hosts: [
    { id: 'web-17', name: 'web-17', addresses: ['10.1.4.17'] },
    { id: 'web-18', name: 'web-18', addresses: ['10.1.4.18'] },
  ],
  streams: [aStream(), aStream({ id: 'web-18-nfs', hostId: 'web-18', hostAddress: '10.1.4.18' })],
  ikeSas: [],
  failures: [],
  ...over,
});
