/** What `npm run bench` writes into docs/performance.md. */
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { duration, type Figure, rate } from '../figure.ts';
import { withNegotiations } from './table.ts';

const page = (between: string) =>
  `before\n<!-- negotiations: written by \`npm run bench\` -->${between}<!-- end of negotiations -->\nafter\n`;

const figures: readonly Figure[] = [
  duration('worker: PSK negotiation, P-384, both ends', 'ms', 4567.8, 4000),
  rate('node: AES-256-GCM, seal 1400 octets', 'packets/s', 4, 3),
  duration('node: PSK negotiation, P-384, both ends', 'ms', 3000, 2500),
  duration('node: RSA negotiation, X25519, both ends', 'ms', 2000, 1000),
];

test('each negotiation has one line, worker beside Node, and nothing else of the page changes', () => {
  const written = withNegotiations(page('\n\nwhat stood there\n'), figures);

  expect(written).toBe(
    page(
      [
        '',
        '',
        '|  | worker, ms | floor | ratio | Node, ms | floor | ratio |',
        '| --- | ---: | ---: | ---: | ---: | ---: | ---: |',
        '| PSK negotiation, P-384 | 4.57 | 4.00 | 1.14 | 3.00 | 2.50 | 1.20 |',
        '| RSA negotiation, X25519 |  |  |  | 2.00 | 1.00 | 2.00 |',
        '',
        '',
      ].join('\n'),
    ),
  );
  expect(withNegotiations(written, figures)).toBe(written);
});

test('the page of this repository has the place, and the figures of the last run stand there', async () => {
  const written = await readFile('docs/performance.md', 'utf8');
  const measured: readonly Figure[] = JSON.parse(await readFile('bench/results/latest.json', 'utf8'));

  expect(withNegotiations(written, measured)).toBe(written);
});

test('a page without the place is refused, so that no measured table is lost in silence', () => {
  expect(() => withNegotiations('before\nafter\n', figures)).toThrow('the page has a place for them');
});
