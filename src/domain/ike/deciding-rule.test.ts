/** The rule that decided is the one of the check, not of its exchange. */
import { expect, test } from 'vitest';
import { sectionOf } from './deciding-rule.ts';
import type { Refusal } from './refusal.ts';
import { makePair } from './testing/pair.ts';

test.each<[string, Refusal]>([
  ['RFC 7296 2.15', { code: 'authFailed', check: 'psk' }],
  ['RFC 4301 4.4.3.1', { code: 'authFailed', check: 'identity' }],
  ['RFC 7296 2.7', { code: 'authFailed', check: 'suite' }],
  ['RFC 5280 6.1.3', { code: 'authFailed', check: 'certificate', path: { check: 'expired' } }],
  ['RFC 4945 5.1.3.2', { code: 'authFailed', check: 'certificate', path: { check: 'keyUsage' } }],
  ['RFC 8247 3.2', { code: 'authFailed', check: 'signature', signature: { why: 'sha1' } }],
  ['RFC 6989 2', { code: 'badPublicValue', group: 31 }],
  ['FIPS 203 7', { code: 'badPublicValue', group: 36 }],
  ['RFC 7296 2.9', { code: 'selectors', offered: { local: [], remote: [] } }],
  ['RFC 7296 2.9.2', { code: 'selectors', offered: { local: [], remote: [] }, isRekey: true }],
])('%s: %j', (section, refusal) => {
  expect(sectionOf(refusal)).toBe(section);
});

test('a failure says of which IKE SA it is, from its first message on', async () => {
  const pair = await makePair({ cluster: { ike: ['aes256-sha384-prfsha384-ecp384'] } }).establish();
  const { initiator } = pair.cluster.failures[0]?.ikeSpis ?? {};

  expect(pair.host.transcript[0]?.header?.initiatorSpi).toBe(initiator);
});
