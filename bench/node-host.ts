import { nodeProvider } from '../src/server/node-provider.ts';
import { bareAead, bareCbc } from './node-bare.ts';
import type { Host } from './suite.ts';

export const nodeHost: Host = {
  where: 'node',
  provider: nodeProvider,
  bareGcm: (key) => bareAead('aes-256-gcm', key),
  bareChacha: (key) => bareAead('chacha20-poly1305', key),
  bareCbc,
  inFlight: 1,
};
