/** The negotiations of a run as a table of docs/performance.md, which the run itself writes: what stands there was measured. */
import type { Figure } from '../figure.ts';

/** Around the table. */
const begin = '<!-- negotiations: written by `npm run bench` -->';
const end = '<!-- end of negotiations -->';

/** The page with the table in its place. */
export function withNegotiations(page: string, figures: readonly Figure[]): string {
  const [before, rest] = page.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) throw new Error(`the page has a place for them: ${begin} … ${end}`);
  return [before, begin, '\n\n', tableOf(figures), '\n', end, after].join('');
}

const named = /^(node|worker): (.+ negotiation, .+), both ends$/;

function tableOf(figures: readonly Figure[]): string {
  const rows = new Map<string, { node?: Figure; worker?: Figure }>();
  for (const figure of figures) {
    const [, place, what] = named.exec(figure.name) ?? [];
    if (place !== undefined && what !== undefined) rows.set(what, { ...rows.get(what), [place]: figure });
  }
  const lines = [...rows].map(([what, { worker, node }]) => [what, ...cellsOf(worker), ...cellsOf(node)]);
  const head = ['', 'worker, ms', 'floor', 'ratio', 'Node, ms', 'floor', 'ratio'];
  const rule = head.map((_, column) => (column === 0 ? '---' : '---:'));
  return [head, rule, ...lines].map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}

function cellsOf(figure: Figure | undefined): readonly string[] {
  if (figure === undefined) return ['', '', ''];
  const { value, floor, ratio } = figure;
  return [value.toPrecision(3), floor.toPrecision(3), ratio.toFixed(2)];
}
