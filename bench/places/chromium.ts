/**
 * Chromium with the suite in a dedicated worker. The page is isolated (COOP, COEP), since only then a worker's clock has
 * microseconds.
 */
import { createServer, type Server } from 'node:http';
import { type Browser, chromium } from '@playwright/test';
import type { Figure } from '../figure.ts';
import { type Part, partSeconds } from '../suite.ts';
import { bundle } from './bundle.ts';
import { within } from './guard.ts';

export class ChromiumHost {
  private constructor(
    private readonly server: Server,
    private readonly browser: Browser,
    private readonly url: string,
  ) {}

  static async open(): Promise<ChromiumHost> {
    const server = serve(await bundle('worker.ts'));
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('a server has a port');
    const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
    const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
    return new ChromiumHost(server, browser, `http://127.0.0.1:${address.port}/`);
  }

  version(): string {
    return this.browser.version();
  }

  /** A worker for each part, in a page of its own, so that none warms up for another and a stuck one can be ended. */
  async measure(part: Part): Promise<Figure[]> {
    const page = await this.browser.newPage();
    await page.goto(this.url);
    const asked = page.evaluate(runInWorker, part);
    const answer = await within(partSeconds, `${part} in Chromium's worker`, asked, () => void this.browser.close());
    await page.close();
    if (answer.figures === undefined) throw new Error(`${part} in Chromium's worker: ${answer.error}`);
    return answer.figures;
  }

  async close(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections(); // a browser keeps its own open
    await within(10, 'closing Chromium', this.browser.close(), () => {});
  }
}

/** Runs in the page. */
function runInWorker(part: string): Promise<{ figures?: Figure[]; error?: string }> {
  const worker = new Worker('/worker.js', { type: 'module' });
  return new Promise((resolve) => {
    worker.onmessage = (event) => resolve(event.data);
    worker.onerror = (event) => resolve({ error: event.message });
    worker.postMessage(part);
  });
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
