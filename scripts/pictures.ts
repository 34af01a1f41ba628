/**
 * `npm run pictures`: the picture in the README, taken of the production build (`npm run build` first). One host is encrypted and one
 * in clear, as after the guided set-up.
 */
import { chromium, expect } from '@playwright/test';
import { preview } from 'vite';
import { encryptNfs, openLab, streamOf } from '../e2e/console/story.ts';

const file = 'docs/overview.png';

const outDir = process.env['CONSOLE_DIST'] ?? 'dist';
const server = await preview({ build: { outDir }, preview: { host: '127.0.0.1', port: 0, open: false } });
const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});
try {
  const baseURL = server.resolvedUrls?.local[0] ?? '';
  const page = await browser.newPage({ baseURL, viewport: { width: 1440, height: 900 }, colorScheme: 'light' });
  await openLab(page);
  await encryptNfs(page);
  await expect(page.getByRole('heading', { name: 'Guided set-up: 5 of 5 done' })).toBeVisible();
  await expect(streamOf(page, 'web-17')).toContainText(/KiB\/s/);
  await expect(page.getByText('web-17 configured, policy nfs-web-17 enabled.')).toHaveCount(1);
  await page.screenshot({ path: file });
  console.log(`wrote ${file}`);
} finally {
  await browser.close();
  await server.close();
}
