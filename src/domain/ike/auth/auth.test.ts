/** AUTH of recorded exchanges between two strongSwan daemons, recomputed from their own key schedule. */
import { expect, test } from 'vitest';
import recorded from '../../../../vectors/ikev2-recorded.json' with { type: 'json' };
import { parseHex } from '../../bytes/hex.ts';
import { equalOctets, type Octets, utf8 } from '../../bytes/octets.ts';
import { Secret } from '../../bytes/secret.ts';
import type { CryptoProvider } from '../../crypto/provider.ts';
import { webProvider } from '../../crypto/web-provider.ts';
import type { Payload } from '../message/message.ts';
import { parsePayloads, readMessage } from '../message/parse.ts';
import { find } from '../message/payloads.ts';
import { writePayloads } from '../message/write.ts';
import { makePsk, type Signed, secretsFor, verifyPsk } from './auth.ts';
import { anyIdentity, exactly, parseIdentity } from './identity.ts';

const cases = recorded.cases.filter((each) => 'psk' in each && each.id !== 'psk-auth-failed');

test.each(cases.map((each) => [each.id, each] as const))(
  '%s: both AUTH payloads follow from the secret',
  async (_, recording) => {
    const secret = new Secret(utf8(recording.psk ?? ''));
    const messages = recording.messages.map((each) => ({ ...each, octets: hex(each.hex) }));
    const init = messages.filter(({ exchange }) => exchange === 34);
    const request = init.findLast(({ from }) => from === 'a');
    const response = init.findLast(({ from }) => from === 'b');
    const auths = messages.filter(({ exchange }) => exchange === 35);
    const keys = recording.ikeSas[0];
    if (!request || !response || !keys) throw new Error('an exchange has both messages');
    const prf = prfOf(response.octets);

    const signed = (from: 'a' | 'b'): Signed => ({
      prf,
      skP: new Secret(hex(from === 'a' ? keys.sk_pi : keys.sk_pr)),
      message: from === 'a' ? request.octets : response.octets,
      nonce: nonceOf(from === 'a' ? response.octets : request.octets),
      identity: idOf(payloadsOf(auths.find((each) => each.from === from)), from),
    });

    for (const from of ['a', 'b'] as const) {
      const shown = find(payloadsOf(auths.find((each) => each.from === from)), 'AUTH');
      expect(shown?.method).toBe(2);
      expect(await makePsk(webProvider, secret, signed(from))).toEqual(shown?.data);
    }
  },
);

test('a wrong secret verifies nothing, and of several the one that fits is told', async () => {
  const [right, wrong] = [new Secret(utf8('right')), new Secret(utf8('wrong'))];
  const identity = parseIdentity('a.test');
  if (!identity) throw new Error('an identity');
  const signed = {
    prf: 5,
    skP: new Secret(new Uint8Array(32)),
    message: utf8('message'),
    nonce: utf8('nonce'),
    identity,
  };
  const shown = await makePsk(webProvider, right, signed);

  expect(await verifyPsk(webProvider, [wrong], signed, shown)).toBeUndefined();
  expect(await verifyPsk(webProvider, [wrong, right], signed, shown)).toMatchObject({
    secret: right,
    peer: { identity },
  });
});

test('a secret bound to the peer comes before one for anybody; one bound to another peer is not tried', () => {
  const secret = (text: string) => new Secret(utf8(text));
  const peer = parseIdentity('b.test');
  const other = parseIdentity('c.test');
  if (!peer || !other) throw new Error('identities');
  const entries = [
    { secret: secret('anybody'), peers: [] },
    { secret: secret('others'), peers: [exactly(other)] },
    { secret: secret('bound'), peers: [exactly(peer)] },
    { secret: secret('pattern'), peers: [anyIdentity] },
  ];

  const chosen = secretsFor(entries, peer).map((each) => each.reveal());

  expect(chosen.map((each) => equalOctets(each, utf8('others')))).not.toContain(true);
  expect(chosen).toEqual([utf8('bound'), utf8('pattern'), utf8('anybody')]);
});

type Recorded = (typeof cases)[number]['messages'][number];

function payloadsOf(message: Recorded | undefined): readonly Payload[] {
  const list = message && 'payloads' in message ? (message.payloads ?? []) : [];
  const parsed = list.map(({ type, body }) => {
    const octets = hex(body);
    const chain = Uint8Array.of(0, 0, (octets.length + 4) >>> 8, octets.length + 4, ...octets);
    const read = parsePayloads(type, chain, { isResponse: true } as never);
    return read.ok ? read.value : [];
  });
  return parsed.flat();
}

function idOf(payloads: readonly Payload[], from: 'a' | 'b') {
  const id = find(payloads, from === 'a' ? 'IDi' : 'IDr');
  if (!id) throw new Error('AUTH stands beside an identity');
  return { type: id.idType, data: id.data };
}

function nonceOf(octets: Octets): Octets {
  const message = readMessage(octets);
  const nonce = message.ok ? find(message.value.payloads, 'NONCE') : undefined;
  if (!nonce) throw new Error('IKE_SA_INIT has a nonce');
  return nonce.nonce;
}

function prfOf(response: Octets): number {
  const message = readMessage(response);
  const sa = message.ok ? find(message.value.payloads, 'SA') : undefined;
  return sa?.proposals[0]?.transforms.find(({ type }) => type === 2)?.id ?? 0;
}

function hex(text: string): Octets {
  const octets = parseHex(text);
  if (!octets) throw new Error('hex');
  return octets;
}

test('AUTH covers the reserved octets of the ID payload as they came, though they mean nothing (2.15)', async () => {
  const reserved = Uint8Array.of(1, 2, 3);
  const payload = { type: 'IDi', idType: 2, data: Uint8Array.of(97), reserved } as const;
  const { first, octets } = writePayloads([payload]);
  const read = parsePayloads(first, octets, { exchange: 35, isResponse: false } as never);
  expect(read.ok && read.value).toEqual([payload]);

  const secret = new Secret(Uint8Array.of(1));
  const signed = {
    prf: 5,
    skP: new Secret(new Uint8Array(32)),
    message: Uint8Array.of(1),
    nonce: new Uint8Array(16),
    identity: { type: 2, data: Uint8Array.of(97) },
  };
  const proof = await makePsk(webProvider, secret, { ...signed, idReserved: reserved });

  expect(await verifyPsk(webProvider, [secret], { ...signed, idReserved: reserved }, proof)).toBeDefined();
  expect(await verifyPsk(webProvider, [secret], signed, proof)).toBeUndefined();
});

test('what the padded secret makes proves as much as the secret: it is zeros as soon as AUTH is there', async () => {
  const keys: Octets[] = [];
  const watched: CryptoProvider = {
    ...webProvider,
    hmac: (hash, key) => {
      keys.push(key);
      return webProvider.hmac(hash, key);
    },
  };
  const identity = { type: 2, data: Uint8Array.of(97) };
  const skP = new Secret(new Uint8Array(32).fill(2));
  const secret = new Secret(Uint8Array.of(1));
  await makePsk(watched, secret, { prf: 5, skP, message: Uint8Array.of(1), nonce: new Uint8Array(16), identity });

  const others = keys.filter((key) => key !== secret.reveal() && key !== skP.reveal());
  expect(others).toEqual([new Uint8Array(32)]);
});
