/**
 * COOKIE (RFC 7296 2.6): proof that an initiator hears at its address, before any state is kept of it. The value is
 * version | HMAC(secret, Ni | address | port | SPIi); the secret changes with time, and the one before stays good for as long
 * again, so nothing at all is kept per initiator.
 */
import { concat, equalOctets, type Octets } from '../../bytes/octets.ts';
import type { UdpEnd } from '../datagram.ts';
import type { Means } from '../means.ts';
import type { IkeSpi, Payload } from '../message/message.ts';
import { findNotify } from '../message/notifies.ts';
import { octetsOfIkeSpi } from '../message/spi.ts';

export interface CookieSecrets {
  readonly version: number;
  readonly current: Octets;
  readonly previous?: Octets;
  readonly bornAtMs: number;
}

const secretLivesMs = 60_000;

export const freshSecrets = (means: Means, nowMs: number): CookieSecrets => ({
  version: 0,
  current: means.random(32),
  bornAtMs: nowMs,
});

export function turnSecrets(secrets: CookieSecrets, means: Means, nowMs: number): CookieSecrets {
  if (nowMs - secrets.bornAtMs < secretLivesMs) return secrets;
  const isFresh = nowMs - secrets.bornAtMs < 2 * secretLivesMs;
  return {
    version: (secrets.version + 1) & 0xff,
    current: means.random(32),
    ...(isFresh ? { previous: secrets.current } : {}),
    bornAtMs: nowMs,
  };
}

export interface CookieClaim {
  readonly nonce: Octets;
  readonly from: UdpEnd;
  readonly initiatorSpi: IkeSpi;
}

export const makeCookie = (means: Means, secrets: CookieSecrets, claim: CookieClaim): Promise<Octets> =>
  cookieOf(means, secrets.version, secrets.current, claim);

/** A wrong cookie is as none (RFC 7296 2.6). */
export async function hasGoodCookie(
  means: Means,
  secrets: CookieSecrets,
  claim: CookieClaim,
  payloads: readonly Payload[],
): Promise<boolean> {
  const shown = findNotify(payloads, 'COOKIE')?.data;
  if (!shown) return false;
  const secret = shown[0] === secrets.version ? secrets.current : secrets.previous;
  const version = shown[0] ?? 0;
  return secret !== undefined && equalOctets(shown, await cookieOf(means, version, secret, claim));
}

async function cookieOf(means: Means, version: number, secret: Octets, claim: CookieClaim): Promise<Octets> {
  const mac = await means.provider.hmac('SHA-256', secret);
  const port = Uint8Array.of(claim.from.port >>> 8, claim.from.port);
  const sum = await mac.sign(concat(claim.nonce, claim.from.address.octets, port, octetsOfIkeSpi(claim.initiatorSpi)));
  return concat(Uint8Array.of(version), sum);
}
