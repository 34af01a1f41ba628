/**
 * Chromium with the suite in a dedicated worker. The page is isolated (COOP, COEP), since only then a worker's clock has
 * microseconds.
 */
import { createServer, type Server } from 'node:http';
import { type Browser, chromium, type Page } from '@playwright/test';
import { bundle } from './bundle.ts';
import type { Figure } from './figure.ts';
import type { Part } from './suite.ts';

export class ChromiumHost {
  private constructor(
    private readonly server: Server,
    private readonly browser: Browser,
    private readonly page: Page,
  ) {}

  static async open(): Promise<ChromiumHost> {
    const server = serve(await bundle('worker.ts'));
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('a server has a port');
    const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
    const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${address.port}/`);
    return new ChromiumHost(server, browser, page);
  }

  version(): string {
    return this.browser.version();
  }

  /** A worker for each part, so that none warms up for another. */
  async measure(part: Part): Promise<Figure[]> {
    const answer = await this.page.evaluate((name) => {
      const worker = new Worker('/worker.js', { type: 'module' });
      return new Promise<{ figures?: Figure[]; error?: string }>((resolve) => {
        worker.onmessage = (event) => resolve(event.data);
        worker.onerror = (event) => resolve({ error: event.message });
        worker.postMessage(name);
      });
    }, part);
    if (answer.figures === undefined) throw new Error(`${part}: ${answer.error}`);
    return answer.figures;
  }

  async close(): Promise<void> {
    await this.browser.close();
    this.server.close();
  }
}

function serve(worker: string): Server {
  return createServer((request, response) => {
    const isWorker = request.url === '/worker.js';
    response.writeHead(200, {
      'Content-Type': isWorker ? 'text/javascript' : 'text/html',
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cross-Origin-Embedder-Policy': 'require-corp',
    });
    response.end(isWorker ? worker : '<!doctype html><title>Bench</title>');
  });
}
