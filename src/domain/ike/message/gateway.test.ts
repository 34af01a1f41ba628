import { expect, test } from 'vitest';
import { utf8 } from '../../bytes/octets.ts';
import { address } from '../../net/address.ts';
import { readGateway, writeGateway } from './gateway.ts';

const nonce = Uint8Array.of(9, 8, 7);

test.each(['192.0.2.12', '2001:db8::12'])(
  '%s is read as it is written, and what is behind it is the nonce (RFC 5685 9.2)',
  (text) => {
    const written = writeGateway(address(text));

    expect(readGateway(written)).toEqual({
      gateway: { kind: 'address', address: address(text) },
      nonce: new Uint8Array(0),
    });
    expect(readGateway(Uint8Array.of(...written, ...nonce))?.nonce).toEqual(nonce);
    for (let length = 0; length < written.length; length++)
      expect(readGateway(written.slice(0, length))).toBeUndefined();
  },
);

test('a name, and a type that nobody gave out, are told', () => {
  const name = utf8('gw.example');

  expect(readGateway(Uint8Array.of(3, name.length, ...name, ...nonce))).toEqual({
    gateway: { kind: 'name', name: 'gw.example' },
    nonce,
  });
  expect(readGateway(Uint8Array.of(9, 1, 0))?.gateway).toEqual({ kind: 'unknown', type: 9 });
});

test.each([
  ['four octets that call themselves IPv6', [2, 4, 192, 0, 2, 12]],
  ['sixteen that call themselves IPv4', [1, 16, ...address('2001:db8::12').octets]],
  ['three', [1, 3, 192, 0, 2]],
])('%s are no gateway', (_, data) => {
  expect(readGateway(Uint8Array.from(data))).toBeUndefined();
});
