/**
 * `npm run bench`: measures under Node and in Chromium's worker, prints, and writes bench/results/latest.json.
 * `npm run bench -- esp` measures one part and writes nothing.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { ChromiumHost } from './chromium.ts';
import { type Figure, printFigure } from './figure.ts';
import { NodeHost } from './node.ts';
import { parts } from './suite.ts';

const everyPart = [...parts, 'memory' as const];
const wanted = process.argv.slice(2);
const chosen = wanted.length === 0 ? everyPart : everyPart.filter((part) => wanted.includes(part));
const figures: Figure[] = [];

console.log(`Node ${process.version}, node:crypto`);
const node = await NodeHost.open();
for (const part of chosen) note(await node.measure(part));

const chromium = await ChromiumHost.open();
console.log(`\nChromium ${chromium.version()}, dedicated worker`);
for (const part of parts.filter((name) => chosen.includes(name))) note(await chromium.measure(part));
await chromium.close();

if (chosen.length === everyPart.length) {
  const folder = new URL('results/', import.meta.url);
  await mkdir(folder, { recursive: true });
  await writeFile(new URL('latest.json', folder), `${JSON.stringify(figures, null, 2)}\n`);
  console.log(`\n${figures.length} figures in bench/results/latest.json`);
}

function note(measured: readonly Figure[]): void {
  figures.push(...measured);
  for (const figure of measured) console.log(printFigure(figure));
}
