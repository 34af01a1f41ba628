/** As it is first written, without a browser: no host of the lab proves itself so. */
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { cautionOf } from '../../domain/explain/proof.ts';
import { authMethods } from '../../domain/ike/message/names.ts';
import { PeerCaution } from './PeerCaution.tsx';

const host = { kind: 'host', name: 'web-17' } as const;
const textOf = (html: string) => html.replaceAll(/<style.*?<\/style>|<[^>]*>/g, '');

test('a host that proved itself by method 1 is cautioned of in words, with the rule and what would be right', () => {
  const caution = cautionOf(authMethods.numbers.RSA_SIGNATURE, host);
  const html = renderToStaticMarkup(<PeerCaution sa={caution && { caution }} />);

  expect(html).toContain('role="note"');
  expect(textOf(html)).toBe(`Weak proof of identity (RFC 8247 3.1). ${caution?.sentence}${caution?.remedy}`);
});

test.each([{}, undefined])('without a caution (%j) nothing is said', (sa) => {
  expect(renderToStaticMarkup(<PeerCaution sa={sa} />)).toBe('');
});
