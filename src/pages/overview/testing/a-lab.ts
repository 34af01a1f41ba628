/** A lab with two hosts and a running stream each, for tests: each names only what matters to it. */
import type { LabIkeSa, LabIpsecSa, LabSnapshot } from '../../../contract/lab-port.ts';
import { aStream } from '../../../contract/testing/a-stream.ts';

export const anIpsecSa = (over: Partial<LabIpsecSa> = {}): LabIpsecSa => ({
  inSpi: 'c4c5b3d6',
  outSpi: 'c2515559',
  suite: 'AES-256-GCM',
  isUdpEncapsulated: false,
  localSelector: '10.1.0.20/32 tcp 2049',
  remoteSelector: '10.1.4.17/32 tcp',
  inOctets: 0,
  outOctets: 0,
  inPackets: 0,
  outPackets: 0,
  replayDrops: 0,
  icvDrops: 0,
  bornAtMs: 0,
  ...over,
});

export const anIkeSa = (over: Partial<LabIkeSa> = {}): LabIkeSa => ({
  initiatorSpi: 'c764f9ee020cec69',
  responderSpi: '9a1d04b7e2f35c68',
  policyName: 'nfs-web',
  localAddress: '10.1.0.20',
  remoteAddress: '10.1.4.17',
  state: 'established',
  isInitiator: true,
  suite: 'AES-256-CBC, HMAC-SHA-384-192, P-384',
  bornAtMs: 0,
  children: [],
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
