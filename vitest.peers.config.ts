import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['e2e/peers/**/*.test.ts'],
    environment: 'node',
    testTimeout: 60_000,
    hookTimeout: 120_000,
    fileParallelism: false,
    retry: process.env['CI'] ? 1 : 0, // real daemons and real time on a busy machine; npm test names what passed so
  },
});
