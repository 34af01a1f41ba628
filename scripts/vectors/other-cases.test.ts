/** Cases of the known formats that vectors/ has none of: they run, by whichever of its names an algorithm goes. */
import { expect, test } from 'vitest';
import { nodeProvider } from '../../src/server/node-provider.ts';
import { entriesOf } from './entries.ts';
import { vectorFilesOf } from './files.ts';
import type { VectorFile } from './format.ts';
import { chooseFormats } from './formats.ts';

/** Of every case: ran and agreed, or what it says. */
async function outcomesOf(content: VectorFile): Promise<readonly string[]> {
  const chosen = chooseFormats('anything', content, { provider: nodeProvider });
  if ('skip' in chosen) return [chosen.skip];
  return Promise.all(
    chosen.cases.map(async (each) => {
      if ('skip' in each) return each.skip;
      try {
        await each.check();
        return 'agrees';
      } catch (error) {
        return String(error);
      }
    }),
  );
}

/** Ping under ESP by Linux 4.4 and 5.15, as carried by scapy's test/scapy/layers/ipsec.uts. */
const linux = {
  ccm8: {
    encr: 'AES-CCM',
    encrKey: '3136627974656b657933627974656e6f6e6365',
    icvLen: 8,
    packet:
      '00000222000000012e029f1fad7680588feb45f166e3ada6901b2b7dd33da45335c8fa92fdd7422f87609b46b0215e82fb2f59baf06ce551b8362088fe49' +
      '8660e80a3d36b58a08a95ee387fa933fe8c2c5bfb12e6f7dc5a5d8e5f3252181431648107c043120077c7bda5d1a7245c479',
  },
  gmacWithEsn: {
    encr: 'AES-NULL-GMAC',
    encrKey: '3136627974656b65792b34627974656e6f6e6365',
    integ: 'NULL',
    esn: true,
    esnHi: 1,
    packet:
      '000002220000000543e6a1ce709d67f4450000542e4a40004001f7620a7d00020a7d00010800d3328f4c00028dec0964000000003c5b0300000000001011' +
      '12131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f30313233343536370102020476d4939075ee3fa3f3cfcc27f55b12b6',
  },
  tripleDes: {
    encr: '3DES',
    encrKey: '7468726565646966666572656e743862797465736b657973',
    integ: null,
    packet:
      '0000022200000001365c9b4137c8591e3963e86bf70d97541384f6816619e7cb7594f10b8ea3f1a03e8851c450d0a91f1625c6bde90bdcaef81300a38c53' +
      'ee1c96c0fe9970ab9477d7c4e8fd9f9628b89520867b19bc8ff596b07ecc0483ae4da3ba1d44f0ba2ecd',
  },
};

test.each(Object.entries(linux))('an ESP packet of the Linux kernel: %s', async (_, vector) => {
  expect(await outcomesOf({ vectors: [vector] })).toEqual(['agrees']);
});

test('the ICV of an ESP packet has the length that the case says', async () => {
  const { icvLen, ...unsaid } = linux.ccm8;
  expect(await outcomesOf({ vectors: [unsaid] })).toEqual(['Error: refused: icv']);
  expect(await outcomesOf({ vectors: [{ ...unsaid, encr: `AES-CCM with ${icvLen} octet ICV` }] })).toEqual(['agrees']);
});

test('an integrity that we do not compute is skipped by its name', async () => {
  const vector = { ...linux.tripleDes, integ: 'HMAC-MD5-96', integKey: '00'.repeat(16) };
  expect(await outcomesOf({ vectors: [vector] })).toEqual(['3DES with HMAC-MD5-96 is no suite of ours']);
});

test.each([
  [
    'the PRF of RFC 4615, with a key of any length',
    {
      alg: 'PRF_AES128_CMAC',
      key: '000102030405060708090a0b0c0d0e0fedcb',
      data: '000102030405060708090a0b0c0d0e0f10111213',
      out: '84a348a4a45d235babfffc0d2b4da09a',
    },
  ],
  [
    'AES-CTR as RFC 3686 6 has it',
    {
      alg: 'ENCR_AES_CTR',
      key: 'ae6852f8121067cc4bf7a5765577f39e00000030',
      iv: '0000000000000000',
      plain: '53696e676c6520626c6f636b206d7367',
      cipher: 'e4095d4fb7a7b3792d6175a3261311b8',
    },
  ],
  ['RSA without its NULL, which some forget', { name: 'sha256', aid: '300b06092a864886f70d01010b' }],
  ['ECDSA with parameters', { name: 'ecdsa', aid: '300c06082a8648ce3d0403020500', note: 'refuse' }],
  ['an algorithm that nobody knows', { name: 'odd', aid: '300a06082a8648ce3d0403ff', note: 'refuse' }],
  ['a group by its number', { group: 31, ke: '00'.repeat(32), expect: 'refuse' }],
  ['a group by another name', { group: 'X25519', ke: `09${'00'.repeat(31)}`, expect: 'accept' }],
])('%s', async (_, vector) => {
  expect(await outcomesOf({ vectors: [vector] })).toEqual(['agrees']);
});

test.each([
  ['a case of a section, in the main list', { cases: [{ a: '10.0.0.0/8', b: '10.1.2.0/24', result: '10.1.2.0/24' }] }],
  ['a section and nothing else', { inclusion: [{ net: '10.0.0.0/8', host: '11.0.0.1', included: false }] }],
  ['a section by another name', { more: [{ net: '10.0.0.0/8', host: '10.0.0.1', included: true }] }],
  ['a third name and its patterns', { dn3: 'C=CH, CN=a', dn3Patterns: [{ pattern: 'C=CH, CN=*', strict: true }] }],
  [
    'ranges, as strongSwan prints them',
    { subset: [{ a: '10.1.0.1..10.1.0.9[udp/5-7]', b: '10.1.0.8', result: '10.1.0.8/32 udp 5-7' }] },
  ],
  ['dynamic and a network', { subset: [{ a: 'dynamic', b: '10.1.0.0/16', result: null }] }],
  [
    'lists with protocols',
    {
      vectors: [
        { local: 'dynamic[tcp/80] 10.0.0.0/8 udp', hosts: '11.0.0.1', selected: '11.0.0.1/32 tcp 80 10.0.0.0/8[udp]' },
      ],
    },
  ],
  [
    'equal selectors count once',
    {
      vectors: [
        {
          local: '0.0.0.0/0 0.0.0.0/0',
          hosts: '10.0.1.1',
          supplied: null,
          selected: '0.0.0.0/0',
          selectedForceHosts: '10.0.1.1/32',
        },
      ],
    },
  ],
  [
    'lists of proposals',
    {
      selection: [
        {
          proto: 'ESP',
          self: ['aes128', 'aes256'],
          other: ['aes256', 'aes128'],
          expected: 'aes256',
          flags: 'PROPOSAL_PREFER_SUPPLIED',
        },
      ],
    },
  ],
  ['no proposal at all', { tests: [{ proto: 'ESP', self: [], other: ['aes128'], expected: null }] }],
])('%s', async (_, content) => {
  expect(await outcomesOf(content)).toEqual(['agrees']);
});

/** An IKE_SA_INIT request of RFC 7296's form, without payloads but the one behind the header. */
const initWith = (responderSpi: string, payload: string) =>
  `0102030405060708${responderSpi}2b2022080000000000000024${payload}`;
const vendor = '0000000841424344';

test.each([
  ['drop', initWith('0807060504030201', vendor)],
  ['accept', initWith('0000000000000000', vendor)],
  ['as the original', initWith('0000000000000000', '0040000841424344')],
  ['refuse', initWith('0000000000000000', '0000000341424344')],
])('a damaged message without an id and a kind: %s', async (expected, hex) => {
  expect(await outcomesOf({ vectors: [{ expect: expected, hex }] })).toEqual(['agrees']);
});

test('a message of port 4500 may have its marker before it', async () => {
  const marked = `00000000${initWith('0000000000000000', vendor)}`;
  expect(await outcomesOf({ vectors: [{ hex: marked, exchange: 34 }] })).toEqual(['agrees']);
  expect(await outcomesOf({ vectors: [{ hex: `${marked}00` }] })).toEqual([expect.stringContaining('refused')]);
});

test('the certificates of a recording may be PEM', async () => {
  const signed = recorded.find(({ id }) => id === 'ecdsa-p256');
  const certs = Object.entries(signed?.certs ?? {}).map(([end, text]) => {
    const lines = text.match(/.{1,64}/g) ?? [];
    return [end, ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n')];
  });
  const outcomes = await outcomesOf({ cases: [{ ...signed, certs: Object.fromEntries(certs) }] });
  expect(certs.length).toBe(4);
  expect(new Set(outcomes)).toEqual(new Set(['agrees']));
});

test('mutations of two messages, whose ids do not tell which is of which, are not compared', async () => {
  const two = [vendor, '0000000845464748'].map((payload, index) => ({
    id: `case ${index}`,
    kind: 'minor',
    expect: 'as the original',
    hex: initWith('0000000000000000', payload),
  }));
  expect(await outcomesOf({ vectors: two })).toEqual(['agrees', 'agrees']);
});

test('a captured exchange under 3DES is opened, though the engine has no such cipher', async () => {
  const capture = {
    encr: '3DES [RFC2451]',
    integ: 'HMAC_SHA1_160 [RFC4595]',
    sk_ei: '990e27eb54391bb57e33c7d56d2c8700e618f864fe59db9c',
    sk_er: 'a4cf3bdacf22873f4df5d42c1c2b13ebab08675960617cba',
    sk_ai: 'f3eb2252d14e31bbe9130e0ca5f371c95ba9a266',
    sk_ar: 'b3ea47a2df3d8d0013065bb98b2ffcf7177e886d',
    messages: [
      {
        hex: 'c0c1c2c3c4c5c6c7d0d1d2d3d4d5d6d72e202508000000030000004c29000030648451d1e4999eccdd2e9ac41f720902844fd62906c11c9e2da19809697d80ba8fda8823c87aae3d45e531ac',
        plainWithPad: '0000000c000040010000000a00000003',
      },
    ],
  };
  expect(await outcomesOf({ cases: [capture] })).toEqual(['agrees', 'agrees']);
});

interface Recorded {
  readonly id: string;
  readonly ikeSas: readonly object[];
  readonly messages: readonly object[];
  readonly schedule: readonly { readonly label: string }[];
  readonly certs?: Readonly<Record<string, string>>;
}

const files = await vectorFilesOf('vectors');
const recorded = files
  .filter(({ name }) => name.startsWith('ikev2-recorded'))
  .flatMap(({ content }) => entriesOf(content ?? {})) as readonly Recorded[];

test('a recording may have IKE SAs of several IKE_SA_INIT, and messages that were sent twice', async () => {
  const [one, other] = ['psk-ts-narrow', 'psk-cookie'].map((id) => recorded.find((each) => each.id === id));
  const twice = one &&
    other && {
      ...one,
      ikeSas: [...one.ikeSas, ...other.ikeSas],
      messages: [...one.messages, ...other.messages].flatMap((each) => [each, each]),
      schedule: [...one.schedule, ...other.schedule],
    };
  const outcomes = await outcomesOf({ cases: [twice] });
  expect(outcomes.length).toBeGreaterThan(20);
  expect(new Set(outcomes)).toEqual(new Set(['agrees']));
});

test('a recording of a later strongSwan has the secret by another label', async () => {
  const one = recorded.find(({ id }) => id === 'psk-cookie');
  const schedule = one?.schedule.map((each) =>
    each.label === 'shared Diffie Hellman secret' ? { ...each, label: 'key exchange secret' } : each,
  );
  expect(new Set(await outcomesOf({ cases: [{ ...one, schedule }] }))).toEqual(new Set(['agrees']));
});

test('a recording may have fragments that were sent twice', async () => {
  const fragmented = recorded.find(({ id }) => id === 'rsa-pss-sha384-frag');
  const messages = fragmented?.messages.flatMap((each) => [each, each]);
  const outcomes = await outcomesOf({ cases: [{ ...fragmented, messages }] });
  expect(outcomes.length).toBeGreaterThan(20);
  expect(new Set(outcomes)).toEqual(new Set(['agrees']));
});

test('a recording may leave out what its messages say themselves', async () => {
  const thin = JSON.parse(
    JSON.stringify(
      recorded.find(({ id }) => id === 'psk-suiteb-gcm256'),
      (key, value) => (['exchange', 'flags', 'messageId'].includes(key) ? undefined : value),
    ),
  ) as VectorFile & { messages: object[] };
  const messages = thin.messages.map((each, index) => (index < 2 ? { ...each, payloads: undefined } : each));

  const outcomes = await outcomesOf({ cases: [{ ...thin, messages }] });
  expect(outcomes.length).toBeGreaterThan(20);
  expect(new Set(outcomes)).toEqual(new Set(['agrees']));
});

test('null is as good as nothing, in any field that may be absent', async () => {
  const vector = { ...linux.ccm8, esn: null, esnHi: null, integ: null, integKey: null, plainWithTrailer: null };
  const init = { id: null, kind: null, exchange: null, flags: null, hex: initWith('0000000000000000', vendor) };
  expect(await outcomesOf({ vectors: [vector, { ...init, expect: 'accept' }, init] })).toEqual([
    'agrees',
    'agrees',
    'agrees',
  ]);
});

test('a list that no format knows is told and counted beside those that run', async () => {
  const content = {
    inclusion: [{ net: '10.0.0.0/8', host: '10.0.0.1', included: true }],
    isHost: [{ a: 1 }, { a: 2 }],
  };
  expect(await outcomesOf(content)).toEqual(['agrees', 'unknown format', 'unknown format']);
});
