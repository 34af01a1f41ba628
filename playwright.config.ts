/**
 * What an administrator does, in Chromium, on the production build. `npm test` builds into dist/ and serves that; another build or
 * port is named by CONSOLE_DIST and CONSOLE_PORT.
 */
import { defineConfig } from '@playwright/test';

const port = process.env['CONSOLE_PORT'] ?? '4873';
const dist = process.env['CONSOLE_DIST'] ?? 'dist';

export default defineConfig({
  testDir: 'e2e/console',
  timeout: 90_000,
  expect: { timeout: 20_000 },
  workers: 1,
  // A browser on a busy machine may miss a time limit; npm test names what passed on the second try.
  retries: process.env['CI'] ? 1 : 0,
  forbidOnly: Boolean(process.env['CI']),
  use: {
    baseURL: `http://127.0.0.1:${port}`,
    launchOptions: {
      executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
    trace: process.env['CI'] ? 'retain-on-failure' : 'off', // a third of the run's time
    screenshot: 'only-on-failure',
  },
  webServer: {
    command: `npx vite preview --outDir ${dist} --host 127.0.0.1 --port ${port} --strictPort`,
    url: `http://127.0.0.1:${port}/`,
    reuseExistingServer: false,
  },
});
