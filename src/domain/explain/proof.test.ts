import { expect, test } from 'vitest';
import { authMethods } from '../ike/message/names.ts';
import { cautionOf, printAuthMethod } from './proof.ts';

const { numbers } = authMethods;
const host = { kind: 'host', name: 'web-44' } as const;

test('a peer that proved itself by method 1 is warned of: what is weak, what would be right, and where it is written', () => {
  expect(cautionOf(numbers.RSA_SIGNATURE, host)).toEqual({
    sentence: expect.stringMatching(/^web-44 proved itself by RSA in the old way \(method 1\): .*PKCS#1 v1\.5/),
    remedy: 'Let web-44 use signature authentication of RFC 7427 (method 14), with RSA-PSS.',
    rfcSection: 'RFC 8247 3.1',
  });
});

test.each([numbers.SHARED_KEY_MIC, numbers.ECDSA_SHA2_256_P256, numbers.DIGITAL_SIGNATURE, undefined])(
  'method %s is no reason to warn',
  (method) => {
    expect(cautionOf(method, host)).toBeUndefined();
  },
);

test.each([
  [numbers.RSA_SIGNATURE, 'RSA signature (method 1)'],
  [numbers.SHARED_KEY_MIC, 'pre-shared key'],
  [numbers.ECDSA_SHA2_384_P384, 'ECDSA signature (method 10)'],
  [numbers.DIGITAL_SIGNATURE, 'signature of RFC 7427'],
])('method %i is called %s', (method, name) => {
  expect(printAuthMethod(method)).toBe(name);
});
