/**
 * Which secret, and for whom: pre-shared keys of awkward lengths and each kind of identity that a policy may name, with real
 * strongSwan at the other end, which holds the SA or says why not.
 */
import { describe, expect, test } from 'vitest';
import { utf8 } from '../../src/domain/bytes/octets.ts';
import { Secret } from '../../src/domain/bytes/secret.ts';
import { exactly } from '../../src/domain/ike/auth/identity.ts';
import type { Connection } from '../../src/domain/ike/connection.ts';
import { CharonPair, portsOf, roles } from './charon-pair.ts';
import { identity, type OwnEnd } from './own-end.ts';

const pair = new CharonPair(portsOf(70));
const { charon } = pair;

async function expectStanding(end: OwnEnd): Promise<void> {
  await end.until('childInstalled');
  expect(await charon.sas()).toContain('INSTALLED, TRANSPORT');
}

const secretOf = (text: string, ...peers: readonly string[]) => ({
  secret: new Secret(utf8(text)),
  peers: peers.map((each) => exactly(identity(each))),
});

describe.each(roles)('%s begin(s)', (who) => {
  test.each([
    ['one octet', 1, 'sha256'],
    ['a block of the PRF', 64, 'sha256'],
    ['one octet more than a block of the PRF', 65, 'sha256'],
    ['the most that ONTAP takes', 128, 'sha384'],
    ['one octet more than a block of SHA-512', 129, 'sha512'],
  ])('a key of %s', async (_, length, hash) => {
    const psk = 'k'.repeat(length);
    const ike = `aes256-${hash}-ecp256`;
    const end = await pair.meet({ psk, ike }, { psk, ike });

    await pair.begin(who, end);

    await expectStanding(end);
  });

  test.each([
    ['addresses', '127.0.0.1', '127.0.0.2'],
    ['mail addresses', 'console@a.test', 'host@b.test'],
    ['distinguished names', 'C=DE, O=Storage, CN=a', 'C=DE, O=Storage, CN=b'],
    ['key ids', '@#0a0b0c', '@#0d0e0f10'],
    ['IPv6 addresses, over IPv4', '2001:db8::1', '2001:db8::2'],
  ])('identities that are %s', async (_, ours, theirs) => {
    const connection = { identity: identity(ours), peerIdentity: exactly(identity(theirs)) };
    const end = await pair.meet({ identity: quoted(theirs), peerIdentity: quoted(ours) }, { connection });

    await pair.begin(who, end);

    await expectStanding(end);
    expect(await charon.sas()).toContain(`remote '${ours.replace('@#', '')}'`.replace('0a0b0c', '0a:0b:0c'));
  });

  test('each end has a secret for each peer: the one for this peer is taken', async () => {
    const secrets = [secretOf('for others', 'c.test'), secretOf('for b', 'b.test'), secretOf('for d', 'd.test')];
    const connection: Partial<Connection> = { authentication: { method: 'psk', secrets } };
    const edit = (text: string) =>
      text.replace(
        /secrets \{.*\n/,
        'secrets { ike-1 { secret = "for c"\n id = c.test }\n ike-2 { secret = "for b"\n id = a.test } }\n',
      );
    const end = await pair.meet({ edit }, { connection });

    await pair.begin(who, end);

    await expectStanding(end);
  });
});

test('charon begins and does not say whom it wants to meet (no IDr): we say who we are', async () => {
  const end = await pair.meet({ edit: (text) => text.replace('    id = a.test\n', '    id = %any\n') });

  await pair.begin('charon', end);

  await expectStanding(end);
  expect(charon.log()).not.toMatch(/generating IKE_AUTH request 1 \[[^\]]*IDr/);
});

test('we begin and ask for an identity that charon has (IDr)', async () => {
  const end = await pair.meet({}, { connection: { asksForPeer: identity('b.test') } });

  await pair.begin('we', end);

  await expectStanding(end);
  expect(charon.log()).toMatch(/parsed IKE_AUTH request 1 \[[^\]]*IDr/);
});

test('we begin and ask for somebody else: charon has no such configuration, and we are told no more than that', async () => {
  const end = await pair.meet({}, { connection: { asksForPeer: identity('c.test') } });

  await pair.begin('we', end);

  const { failure } = await end.until('failed');
  expect(failure).toMatchObject({ by: 'remote', refusal: { code: 'authFailed' } });
  expect(charon.log()).toContain('no matching peer config found');
});

test('charon is not who we expect, with the right key: we refuse the identity, and say which it was', async () => {
  const end = await pair.meet({ identity: 'c.test' });

  await pair.begin('charon', end);

  const { failure } = await end.until('failed');
  expect(failure.refusal).toMatchObject({ code: 'authFailed', check: 'identity' });
  expect(charon.log()).toContain('received AUTHENTICATION_FAILED notify');
});

const quoted = (text: string): string => `"${text}"`;
