/**
 * `npm run bench`: measures under Node and in Chromium's worker, prints, and writes bench/results/latest.json and the table of
 * docs/performance.md.
 * `npm run bench -- esp messages` measures some parts, `-- esp worker` one part in one place, and neither writes anything.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { type Figure, printFigure } from './figure.ts';
import { withNegotiations } from './negotiation/table.ts';
import { charonFigures } from './places/charon.ts';
import { ChromiumHost } from './places/chromium.ts';
import { NodeHost } from './places/node.ts';
import { type Part, parts, partsOfNode } from './suite.ts';

const places = ['node', 'worker', 'charon'] as const;
const words = process.argv.slice(2);
const unknown = words.filter((word) => ![...partsOfNode, ...places].some((known) => known === word));
if (unknown.length > 0) {
  console.error(`Not known: ${unknown.join(', ')}. Parts: ${partsOfNode.join(', ')}. Places: ${places.join(', ')}.`);
  process.exit(2);
}
const isWanted = (word: string, among: readonly string[]) =>
  words.includes(word) || !among.some((other) => words.includes(other));
const figures: Figure[] = [];
const failures: string[] = [];

console.log(`Load when it began: ${loadavg()[0]?.toFixed(1)}. A quiet machine has less than 0.5.`);
if (isWanted('node', places)) {
  console.log(`\nNode ${process.version}, node:crypto`);
  const node = await NodeHost.open();
  await each(partsOfNode, (part) => node.measure(part));
}
if (isWanted('worker', places)) {
  const chromium = await ChromiumHost.open();
  console.log(`\nChromium ${chromium.version()}, dedicated worker`);
  await each(parts, (part) => chromium.measure(part));
  await chromium.close().catch(fail);
}
if (words.length === 0 || words.includes('charon')) {
  console.log('\ncharon on loopback');
  await charonFigures().then(note, fail);
}

if (words.length === 0 && failures.length === 0) {
  const folder = new URL('results/', import.meta.url);
  await mkdir(folder, { recursive: true });
  await writeFile(new URL('latest.json', folder), `${JSON.stringify(figures, null, 2)}\n`);
  const page = new URL('../docs/performance.md', import.meta.url);
  await writeFile(page, withNegotiations(await readFile(page, 'utf8'), figures));
  console.log(
    `\n${figures.length} figures in bench/results/latest.json, the negotiations among them in docs/performance.md`,
  );
}
process.exit(failures.length > 0 ? 1 : 0);

async function each(all: readonly Part[], measure: (part: Part) => Promise<Figure[]>): Promise<void> {
  for (const part of all.filter((name) => isWanted(name, partsOfNode))) await measure(part).then(note, fail);
}

function note(measured: readonly Figure[]): void {
  figures.push(...measured);
  for (const figure of measured) console.log(printFigure(figure));
}

function fail(error: unknown): void {
  const why = error instanceof Error ? error.message : String(error);
  failures.push(why);
  console.error(`FAILED  ${why}`);
}
