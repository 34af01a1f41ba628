/** docs/architecture.md says where a section of RFC 7296 is: the files that it names exist. And by which rule packets are dropped. */
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { sectionOfDrop } from '../src/domain/ipsec/dropping-rule.ts';
import { dropReasons } from '../src/domain/ipsec/fate.ts';

const page = readFileSync('docs/architecture.md', 'utf8');
const rows = page.split('\n').filter((line) => line.startsWith('| '));
const named = rows.flatMap((row) =>
  [...row.matchAll(/`([a-z/0-9-]+(?:\.ts|\/))`/g)].map(([, path]) => `src/domain/${path}`),
);

test('each section has a file, and each file is there', () => {
  expect(rows.length).toBeGreaterThan(30);
  expect(named.filter((path) => !existsSync(path))).toEqual([]);
});

test('each reason for a drop stands there with its rules, and no other', () => {
  const written = rows.flatMap((row) => {
    const [, why, rules] = /^\| `(\w+)`: .+ \| (RFC .+) \|$/.exec(row) ?? [];
    return why === undefined ? [] : [[why, rules]];
  });
  const drops = [
    { direction: 'outbound' },
    { direction: 'inbound', inSpi: 1 },
    { direction: 'inbound' },
    { direction: 'inbound', family: 6 },
  ] as const;

  expect(written).toEqual(
    dropReasons.map((why) => [why, [...new Set(drops.map((drop) => sectionOfDrop({ ...drop, why })))].join(', ')]),
  );
});
