/** A cookie proves that its bearer hears at its address, and nothing else does (RFC 7296 2.6). */
import { describe, expect, test } from 'vitest';
import { emptyOctets, type Octets } from '../../bytes/octets.ts';
import { seededProvider } from '../../crypto/seeded-provider.ts';
import { webProvider } from '../../crypto/web-provider.ts';
import { address } from '../../net/address.ts';
import { meansOf } from '../means.ts';
import { notify } from '../message/notifies.ts';
import { ikeSpiOf } from '../message/spi.ts';
import { type CookieClaim, freshSecrets, hasGoodCookie, makeCookie, turnSecrets } from './cookie.ts';

const means = meansOf(seededProvider(webProvider, 'cookies'));
const claim: CookieClaim = {
  nonce: new Uint8Array(32).fill(1),
  from: { address: address('192.0.2.1'), port: 500 },
  initiatorSpi: ikeSpiOf(new Uint8Array(8).fill(2)),
};
const minuteMs = 60_000;

const isGood = (cookie: Octets, of: CookieClaim = claim, secrets = freshSecretsAtZero) =>
  hasGoodCookie(means, secrets, of, [notify('COOKIE', cookie)]);

const freshSecretsAtZero = freshSecrets(means, 0);

test('the one that was given is good, has 1 to 64 octets, and is the same however often it is asked for', async () => {
  const cookie = await makeCookie(means, freshSecretsAtZero, claim);

  expect(await isGood(cookie)).toBe(true);
  expect(cookie.length).toBeGreaterThanOrEqual(1);
  expect(cookie.length).toBeLessThanOrEqual(64);
  expect(await makeCookie(means, freshSecretsAtZero, claim)).toEqual(cookie);
});

test.each<[string, Partial<CookieClaim>]>([
  ['another nonce', { nonce: new Uint8Array(32).fill(3) }],
  ['another address', { from: { ...claim.from, address: address('192.0.2.2') } }],
  ['another port', { from: { ...claim.from, port: 4500 } }],
  ['another SPI', { initiatorSpi: ikeSpiOf(new Uint8Array(8).fill(4)) }],
])('shown with %s it is none', async (_, change) => {
  const cookie = await makeCookie(means, freshSecretsAtZero, claim);

  expect(await isGood(cookie, { ...claim, ...change })).toBe(false);
});

test('wrong in any octet, cut, or absent, it is none', async () => {
  const cookie = await makeCookie(means, freshSecretsAtZero, claim);
  for (let at = 0; at < cookie.length; at++) {
    expect(await isGood(cookie.with(at, (cookie[at] ?? 0) ^ 1))).toBe(false);
    expect(await isGood(cookie.slice(0, at))).toBe(false);
  }
  expect(await isGood(emptyOctets)).toBe(false);
  expect(await hasGoodCookie(means, freshSecretsAtZero, claim, [])).toBe(false);
});

test('of another endpoint it is none', async () => {
  const others = freshSecrets(means, 0);

  expect(await isGood(await makeCookie(means, others, claim))).toBe(false);
});

describe('its secret turns', () => {
  test('each minute: one of the minute before is good still, an older one is none', async () => {
    const cookie = await makeCookie(means, freshSecretsAtZero, claim);
    const early = turnSecrets(freshSecretsAtZero, means, minuteMs - 1);
    const next = turnSecrets(freshSecretsAtZero, means, minuteMs);
    const afterNext = turnSecrets(next, means, 2 * minuteMs);

    expect(early).toBe(freshSecretsAtZero);
    expect(next.current).not.toEqual(freshSecretsAtZero.current);
    expect([await isGood(cookie, claim, next), await isGood(cookie, claim, afterNext)]).toEqual([true, false]);
  });

  test('after a long silence at once: what is two minutes old is none', async () => {
    const cookie = await makeCookie(means, freshSecretsAtZero, claim);

    expect(await isGood(cookie, claim, turnSecrets(freshSecretsAtZero, means, 2 * minuteMs))).toBe(false);
  });
});
