/** What `npm start` and `npm test` do first, in a folder of its own with a stand-in for npm. */
import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

let root: string;

beforeEach(() => {
  root = join(mkdtempSync(join(tmpdir(), 'overwire-setup-')), 'a path with spaces (1)');
  mkdirSync(join(root, 'scripts'), { recursive: true });
  copyFileSync('scripts/setup.mjs', join(root, 'scripts/setup.mjs'));
  for (const file of ['package.json', 'package-lock.json']) copyFileSync(file, join(root, file));
  writeFileSync(
    join(root, 'npm-cli.js'),
    `import { appendFileSync, mkdirSync } from 'node:fs';
     mkdirSync('node_modules', { recursive: true });
     appendFileSync('calls', process.argv.slice(2).join(' ') + '\\n');
     process.exitCode = Number(process.env.NPM_EXIT || 0);`,
  );
});

afterEach(() => rmSync(join(root, '..'), { recursive: true }));

describe('Node', () => {
  test.each(['12.22.12', '18.20.4', '20.18.3', '21.7.3', '22.12.0', '23.11.0'])('%s gets one clear line', (version) => {
    const { status, stdout, stderr } = setUp({ version });

    expect(status).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toBe(`Overwire needs Node 20.19, 22.13, 24.0 or newer; this is ${version}.\n`);
    expect(existsSync(join(root, 'calls'))).toBe(false);
  });

  test.each(['20.19.0', '20.20.2', '22.13.0', '24.0.0', '26.1.0'])('%s will do', (version) => {
    expect(setUp({ version })).toMatchObject({ status: 0, stderr: '' });
  });
});

describe('dependencies', () => {
  test('are installed once, from the lock file, with what builds and tests', () => {
    setUp({});
    const second = setUp({});

    expect(npmCalls()).toEqual([expect.stringMatching(/^ci .*--include=dev/)]);
    expect(second).toMatchObject({ status: 0, stdout: '', stderr: '' });
  });

  test('are installed again when the lock file changed', () => {
    setUp({});
    appendFileSync(join(root, 'package-lock.json'), '\n');

    expect(setUp({}).stdout).toContain('Installing dependencies');
    expect(npmCalls()).toHaveLength(2);
  });

  test('an installation that failed is said, and tried again the next time', () => {
    const failed = setUp({ npmExit: '1' });

    expect(failed).toMatchObject({ status: 1, stderr: expect.stringContaining('npm ci failed') });
    expect(setUp({}).status).toBe(0);
    expect(npmCalls()).toHaveLength(2);
  });
});

function setUp({ version = process.versions.node, npmExit = '0' }) {
  const pretend = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } })`;
  return spawnSync(
    process.execPath,
    ['--import', `data:text/javascript,${encodeURIComponent(pretend)}`, join(root, 'scripts/setup.mjs')],
    { encoding: 'utf8', env: { ...process.env, npm_execpath: join(root, 'npm-cli.js'), NPM_EXIT: npmExit } },
  );
}

function npmCalls(): string[] {
  return readFileSync(join(root, 'calls'), 'utf8').trim().split('\n');
}
