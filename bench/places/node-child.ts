/** The suite in a Node process of its own: a part's name comes in, its figures go out. */
import { nodeProvider } from '../../src/server/node-provider.ts';
import { type Host, measurePart, type Part } from '../suite.ts';
import { bareAead, bareCbc } from './node-bare.ts';

const host: Host = {
  where: 'node',
  provider: nodeProvider,
  bareGcm: (key) => bareAead('aes-256-gcm', key),
  bareChacha: (key) => bareAead('chacha20-poly1305', key),
  bareCbc,
  inFlight: 1,
};

process.once('message', async (part: Part) => {
  const figures = await measurePart(part, host);
  process.send?.(figures, () => process.disconnect());
});
