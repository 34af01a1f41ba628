/** What key exchanges have agreed on is in the keys that were made of it, and zeros from then on (RFC 7296 2.12). */
import { expect, test } from 'vitest';
import { Secret } from '../../bytes/secret.ts';
import { webProvider } from '../../crypto/web-provider.ts';
import { ikeSpiOf } from '../testing/collisions.ts';
import { several } from '../testing/follow-ups.ts';
import { makePair } from '../testing/pair.ts';
import { wrappedProvider } from '../testing/wrapped-provider.ts';

const one = { ike: ['aes256gcm16-prfsha384-x25519'], esp: ['aes256gcm16-noesn-x25519'] };

test.each([
  ['one key exchange', one, 1],
  ['several', several, 2],
])('an IKE SA begins by %s, and either end rekeys: no shared secret is left', async (_, both, methods) => {
  const { provider, secrets } = watching();
  const pair = await makePair({ both, provider, settings: { fragmentIpOctets: 9000 } }).establish();
  for (const end of pair.ends) {
    await end.endpoint.rekeyChild(end.child.inSpi, pair.nowMs);
    await pair.run(1_000);
    await end.endpoint.rekeyIke(ikeSpiOf(end), pair.nowMs);
    await pair.run(1_000);
  }

  expect(secrets).toHaveLength(2 * 5 * methods);
  expect(secrets.filter((secret) => secret.reveal().some((octet) => octet !== 0))).toEqual([]);
});

function watching() {
  const secrets: Secret[] = [];
  const note = (result: unknown) => {
    const secret = result instanceof Object && 'sharedSecret' in result ? result.sharedSecret : result;
    if (secret instanceof Secret) secrets.push(secret);
    return result;
  };
  const provider = wrappedProvider(webProvider, async (name, call) => {
    const result = await call();
    return name === 'derive' || name === 'encapsulate' ? note(result) : result;
  });
  return { provider, secrets };
}
