import { configDefaults, defineConfig } from 'vitest/config';
import { strongswanVersion } from './e2e/peers/charon.ts';

const ofStrongswan6 = 'e2e/peers/charon-several-key-exchanges.test.ts';
const version = strongswanVersion() ?? 0;
if (version < 6)
  console.warn(`not run: ${ofStrongswan6}: strongSwan here is older than 6, which knows RFC 9370 and ML-KEM`);

export default defineConfig({
  test: {
    include: ['e2e/peers/**/*.test.ts'],
    exclude: [...configDefaults.exclude, ...(version < 6 ? [ofStrongswan6] : [])],
    environment: 'node',
    testTimeout: 60_000,
    hookTimeout: 120_000,
    fileParallelism: false,
    retry: process.env['CI'] ? 1 : 0, // real daemons and real time on a busy machine; npm test names what passed so
  },
});
