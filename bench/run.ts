/**
 * `npm run bench`: measures under Node and in Chromium's worker, prints, and writes bench/results/latest.json.
 * `npm run bench -- esp` measures one part; a file is written only by a whole run.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { ChromiumHost } from './chromium.ts';
import { type Figure, printFigure } from './figure.ts';
import { nodeHost } from './node-host.ts';
import { measurePart, type Part, parts } from './suite.ts';

const wanted = process.argv.slice(2);
const chosen = wanted.length === 0 ? parts : parts.filter((part) => wanted.includes(part));
const figures: Figure[] = [];

await run((part) => measurePart(part, nodeHost));

const chromium = await ChromiumHost.open();
console.log(`\nChromium ${chromium.version()}, dedicated worker`);
await run((part) => chromium.measure(part));
await chromium.close();

if (chosen.length === parts.length) {
  const folder = new URL('results/', import.meta.url);
  await mkdir(folder, { recursive: true });
  await writeFile(new URL('latest.json', folder), `${JSON.stringify(figures, null, 2)}\n`);
  console.log(`\n${figures.length} figures in bench/results/latest.json`);
}

async function run(measure: (part: Part) => Promise<Figure[]>): Promise<void> {
  for (const part of chosen) {
    const measured = await measure(part);
    figures.push(...measured);
    for (const figure of measured) console.log(printFigure(figure));
  }
}
