/**
 * Runs before `npm start` and `npm test`, on a machine that may have nothing but Node: one clear line where Node is too old,
 * and the dependencies of the lock file where they are missing, of another lock file, or of another kind of machine.
 * Written for any Node that knows modules, so that an old one still prints its line.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

checkNode();
installDependencies();

/** What is supported stands in package.json alone, as `^20.19` (that line, from there on) or `>=24` (everything from there on). */
function checkNode() {
  const ranges = JSON.parse(readFileSync(`${root}package.json`, 'utf8'))
    .engines.node.split(' || ')
    .map((range) => {
      const [, sign, major, minor = 0] = /^(\^|>=)(\d+)(?:\.(\d+))?$/.exec(range);
      return { isOpen: sign === '>=', major: Number(major), minor: Number(minor) };
    });
  const [major, minor] = process.versions.node.split('.').map(Number);
  const isSupported = ranges.some(
    (from) => (major === from.major && minor >= from.minor) || (from.isOpen && major > from.major),
  );
  if (isSupported) return;
  const wanted = ranges.map((from) => `${from.major}.${from.minor}${from.isOpen ? ' or newer' : ''}`).join(', ');
  console.error(`Overwire needs Node ${wanted}; this is ${process.versions.node}.`);
  process.exit(1);
}

function installDependencies() {
  const lock = createHash('sha256')
    .update(readFileSync(`${root}package-lock.json`))
    .digest('hex');
  const wanted = `${lock} ${process.platform} ${process.arch}`;
  const stamp = `${root}node_modules/.installed-lock`;
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  console.log('Installing dependencies (once for each lock file) ...');
  const npm = process.env.npm_execpath || '';
  const [command, args] = npm.endsWith('npm-cli.js') ? [process.execPath, [npm]] : ['npm', []];
  // Without `--include`, NODE_ENV=production would leave out what builds and tests.
  const install = ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status } = spawnSync(command, [...args, ...install], { cwd: root, stdio: 'inherit' });
  if (status !== 0) {
    console.error('npm ci failed; its message is above. With a network, run it again.');
    process.exit(1);
  }
  writeFileSync(stamp, wanted);
}
