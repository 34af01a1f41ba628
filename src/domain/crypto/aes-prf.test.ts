/** The published examples of RFC 4434 2.3 and RFC 4615 4: keys of 16, 10 and 18 octets over the same message. */
import { describe, expect, test } from 'vitest';
import { parseHex, toHex } from '../bytes/hex.ts';
import { emptyOctets, type Octets } from '../bytes/octets.ts';

import { type AesPrfName, aesPrf } from './aes-prf.ts';
import { webProvider } from './web-provider.ts';

const key = '000102030405060708090a0b0c0d0e0f';
const message = octets('000102030405060708090a0b0c0d0e0f10111213');

describe.each<[AesPrfName, readonly [string, string][]]>([
  [
    'XCBC',
    [
      [key, '47f51b4564966215b8985c63055ed308'],
      [key.slice(0, 20), '0fa087af7d866e7653434e602fdde835'],
      [`${key}edcb`, '8cd3c93ae598a9803006ffb67c40e9e4'],
    ],
  ],
  [
    'CMAC',
    [
      [key, '980ae87b5f4c9c5214f5b6a8455e4c2d'],
      [key.slice(0, 20), '290d9e112edb09ee141fcf64c0b72f3d'],
      [`${key}edcb`, '84a348a4a45d235babfffc0d2b4da09a'],
    ],
  ],
])('PRF_AES128_%s', (name, examples) => {
  test.each(examples)('under the key %s', async (hex, expected) => {
    const mac = await aesPrf(webProvider, name, octets(hex));
    expect(toHex(await mac.sign(message))).toBe(expected);
    expect(toHex(await mac.sign(message.subarray(0, 7), message.subarray(7)))).toBe(expected);
  });
});

function octets(hex: string): Octets {
  return parseHex(hex) ?? emptyOctets;
}
