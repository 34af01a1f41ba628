/** A running stream of NFS in clear, for tests: each names only what matters to it. */
import type { LabStream } from '../lab-port.ts';

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
