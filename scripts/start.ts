/**
 * `npm start`: builds the console where its sources are newer than the build, serves it on the next free port, and prints
 * the address. Vite's preview server serves files and falls back to index.html; nothing else is needed, since the lab
 * lives in the browser.
 */
import { build, preview } from 'vite';
import { isBuildStale } from './stale.ts';

const firstPort = Number(process.env['PORT'] || 4800);
if (!Number.isInteger(firstPort) || firstPort < 1 || firstPort > 65_535) {
  console.error(`PORT is ${process.env['PORT']}; a port is a number from 1 to 65535.`);
  process.exit(1);
}

if (isBuildStale()) {
  console.log('Building the console ...');
  await build({ logLevel: 'warn' });
}

const server = await preview({ preview: { port: firstPort, strictPort: false, host: '127.0.0.1' }, logLevel: 'warn' });
const address = server.resolvedUrls?.local[0] ?? `http://127.0.0.1:${firstPort}/`;
if (new URL(address).port !== String(firstPort)) console.log(`Port ${firstPort} is taken; using the next free one.`);
console.log(`\n  Overwire, on its embedded lab cluster: ${address}\n  Ctrl+C ends it.\n`);
