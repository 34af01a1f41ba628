/** `npm start` on the build that stands: where it serves, and how it ends. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { expect, test } from '@playwright/test';

let taken: Server;
let started: ChildProcess | undefined;

test.beforeEach(async () => {
  taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
});

test.afterEach(() => {
  started?.kill('SIGKILL');
  taken.close();
});

test('where its port is taken it says so, serves the console on the next free one, and Ctrl+C ends it', async ({
  page,
}) => {
  const address = taken.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const { child, said } = start(`${port}`);

  await expect.poll(said).toContain('Ctrl+C ends it.');
  expect(said()).toContain(`Port ${port} is taken; using the next free one.`);
  const [url = ''] = /http:\/\/\S+/.exec(said()) ?? [];
  expect(Number(new URL(url).port)).toBeGreaterThan(port);
  await page.goto(url);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();

  const ended = once(child, 'exit');
  child.kill('SIGINT');
  await ended;
  expect(said()).not.toContain('Error');
});

test('a port that is none is refused in one line', async () => {
  const { child, said } = start('70000');
  const [status] = await once(child, 'exit');
  expect(status).toBe(1);
  expect(said()).toBe('PORT is 70000; a port is a number from 1 to 65535.\n');
});

function start(port: string): { readonly child: ChildProcess; readonly said: () => string } {
  const child = spawn(process.execPath, ['--import', 'tsx', 'scripts/start.ts'], {
    env: { ...process.env, PORT: port },
  });
  started = child;
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => said.push(String(chunk)));
  return { child, said: () => said.join('') };
}
