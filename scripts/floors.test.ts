/**
 * The floors of docs/architecture.md, as the lint configuration holds them: each forbidden import fails, its lawful
 * neighbour passes.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, extname, join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const forbidden = [
  ['src/domain/bytes/a.ts', '../net/address.ts'],
  ['src/domain/crypto/a.ts', '../ike/keys.ts'],
  ['src/domain/esp/a.ts', '../ike/keys.ts'],
  ['src/domain/ike/exchanges/a.ts', '../../lab/wire.ts'],
  ['src/domain/ike/a.ts', 'react'],
  ['src/domain/ike/a.ts', 'node:crypto'],
  ['src/domain/cluster/a.ts', '../../contract/ipsec.ts'],
  ['src/domain/cluster/a.ts', '../host/host.ts'],
  ['src/domain/lab/a.ts', '../../mocks/store.ts'],
  ['src/mocks/ontap/a.ts', '../../api/client.ts'],
  ['src/mocks/ontap/a.ts', 'react'],
  ['src/workers/a.ts', '../api/client.ts'],
  ['src/api/a.ts', '../pages/policies/PoliciesPage.tsx'],
  ['src/components/A.tsx', '../pages/policies/PoliciesPage.tsx'],
  ['src/pages/policies/A.tsx', '../../app/routes.tsx'],
] as const;

const lawful = [
  ['src/domain/ike/exchanges/a.ts', '../../esp/sad.ts'],
  ['src/domain/lab/a.ts', '../cluster/cluster.ts'],
  ['src/mocks/ontap/a.ts', '../../contract/ipsec.ts'],
  ['src/workers/a.ts', '../mocks/store.ts'],
  ['src/api/a.ts', '../contract/ipsec.ts'],
  ['src/pages/policies/A.tsx', '../../components/Wire.tsx'],
] as const;

const refused = lintedApart([...forbidden, ...lawful]);

test.each(forbidden)('%s may not import %s', (file, imported) => {
  expect(refused.has(nameOf(file, imported))).toBe(true);
});

test.each(lawful)('%s may import %s', (file, imported) => {
  expect(refused.has(nameOf(file, imported))).toBe(false);
});

/** Writes a file for each import into an empty tree under our lint configuration, and names those that it refuses. */
function lintedApart(imports: readonly (readonly [string, string])[]): ReadonlySet<string> {
  const tree = mkdtempSync(join(tmpdir(), 'floors-'));
  try {
    cpSync('biome.json', join(tree, 'biome.json'));
    cpSync('scripts/lint', join(tree, 'scripts/lint'), { recursive: true });
    for (const [file, imported] of imports) {
      const path = join(tree, nameOf(file, imported));
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, `import { thing } from '${imported}';\n\nexport const other = thing;\n`);
    }
    const biome = resolve('node_modules/.bin/biome');
    const args = ['lint', '--only=style/noRestrictedImports', '--vcs-enabled=false', '--max-diagnostics=none', 'src'];
    const { stdout, stderr } = spawnSync(biome, args, { cwd: tree, encoding: 'utf8' });
    const places = `${stdout}${stderr}`.matchAll(/^(src\S+?):\d+:\d+ lint\/style\/noRestrictedImports/gm);
    return new Set([...places].map(([, path]) => path ?? ''));
  } finally {
    rmSync(tree, { recursive: true });
  }
}

/** A file of its own for each pair, in the folder of the first. */
function nameOf(file: string, imported: string): string {
  return join(dirname(file), `${imported.replaceAll(/[^a-z]/gi, '-')}${extname(file)}`);
}
