/** What `npm test` says of a stage that cannot run: stand-ins for dpkg and apt-get play a machine that has no package at all. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

let commands: string;

beforeAll(() => {
  commands = mkdtempSync(join(tmpdir(), 'overwire-commands-'));
  for (const name of ['dpkg', 'apt-get', 'sh', 'rm']) {
    writeFileSync(join(commands, name), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
  }
});

afterAll(() => rmSync(commands, { recursive: true }));

test('a stage whose packages are missing is skipped by name, with the reason and one command', () => {
  const { status, lines } = npmTestWith({}, 'console', 'peers');

  expect(lines).toContainEqual(
    expect.stringMatching(/^skipped: console: .*(as root: apt-get install .* chromium|needs the packages)/),
  );
  expect(lines).toContainEqual(
    expect.stringMatching(/^skipped: peers: .*(charon-systemd .*user-mode-linux .*tshark|needs the packages)/),
  );
  expect(lines.at(-1)).toBe('0 passed, 0 failed, 2 skipped');
  expect(status).toBe(0);
});

test('on CI a missing browser or peer is a failure', () => {
  const { status, lines } = npmTestWith({ CI: 'true' }, 'console', 'peers');

  expect(lines).toContainEqual(expect.stringMatching(/^failed: console: /));
  expect(lines.at(-1)).toBe('0 passed, 2 failed, 0 skipped');
  expect(status).toBe(1);
});

test('a stage that does not exist is refused, not run as nothing', () => {
  const { status, stderr } = npmTestWith({}, 'consol');

  expect(status).toBe(1);
  expect(stderr).toContain('No stage is named consol; there are: lint, ');
});

function npmTestWith(env: Readonly<Record<string, string>>, ...stages: string[]) {
  const run = spawnSync(process.execPath, ['--import', 'tsx', 'scripts/test.ts', ...stages], {
    encoding: 'utf8',
    env: { PATH: commands, HOME: process.env['HOME'], ...env },
  });
  return { ...run, lines: run.stdout.trim().split('\n') };
}
