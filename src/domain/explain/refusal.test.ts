import { expect, test } from 'vitest';
import { emptyOctets, utf8 } from '../bytes/octets.ts';
import { parseIdentityPattern } from '../ike/auth/identity.ts';
import type { Proposal } from '../ike/message/message.ts';
import { notifyOf, type Refusal } from '../ike/refusal.ts';
import { prefix } from '../ike/testing/builders.ts';
import { address } from '../net/address.ts';
import { hostSelector } from '../spd/selector.ts';
import { explain, isHearsay } from './refusal.ts';
import type { Scene } from './words.ts';

const cluster = { kind: 'cluster', name: 'ONTAP' } as const;
const host = { kind: 'host', name: 'web-44' } as const;
const atCluster: Scene = { own: cluster, peer: host, policyName: 'nfs-web' };
const atHost: Scene = { own: host, peer: cluster, policyName: 'nfs-web' };

const ikeProposal = (group: number): Proposal => ({
  number: 1,
  protocol: 1,
  spi: emptyOctets,
  transforms: [
    { type: 1, id: 12, keyBits: 256 },
    { type: 2, id: 6 },
    { type: 3, id: 13 },
    { type: 4, id: group },
  ],
});
/** ID_FQDN. */
const fqdn = (name: string) => ({ type: 2, data: utf8(name) });
const lif = hostSelector(address('10.1.0.20'), 6, { start: 2049, end: 2049 });
const otherLif = hostSelector(address('10.1.0.21'), 6, { start: 2049, end: 2049 });
const client = hostSelector(address('10.1.4.44'));

test.each<[string, Refusal, Scene, RegExp, RegExp]>([
  [
    'no proposal: the part that differs, what each end has, and what to add',
    { code: 'noProposal', protocol: 'IKE', offered: [ikeProposal(14)], accepted: [ikeProposal(20)] },
    atCluster,
    /^The ends share no group: ONTAP accepts P-384, web-44 offers MODP-2048\.$/,
    /^Add P-384 to web-44's `proposals`/,
  ],
  [
    'no proposal as the initiator hears it: what to compare',
    { code: 'noProposal', protocol: 'ESP', offered: [ikeProposal(14)] },
    atHost,
    /^ONTAP accepts none of the ESP proposals that web-44 offers/,
    /Compare the ESP proposals/,
  ],
  [
    'selectors: both ends of the difference',
    {
      code: 'selectors',
      offered: { local: [otherLif], remote: [client] },
      allowed: { local: [lif], remote: [client] },
    },
    atCluster,
    /^Selectors do not meet: web-44 asks for 10\.1\.0\.21\/32\[tcp\/2049\] with 10\.1\.4\.44\/32, nfs-web protects 10\.1\.0\.20\/32\[tcp\/2049\]/,
    /Compare local and remote address/,
  ],
  [
    'an SA without the packet that asked for it: what was asked for and what came',
    {
      code: 'selectors',
      offered: { local: [client], remote: [otherLif] },
      allowed: { local: [client], remote: [lif] },
      isWithoutPacket: true,
    },
    atHost,
    /^Selectors do not meet: web-44 asked for 10\.1\.4\.44\/32 with 10\.1\.0\.21\/32\[tcp\/2049\], ONTAP protects 10\.1\.4\.44\/32 with 10\.1\.0\.20\/32\[tcp\/2049\]/,
    /Compare local and remote address/,
  ],
  [
    'a wrong key: the keys differ, and where to enter it again',
    { code: 'authFailed', check: 'psk', peerIdentity: fqdn('web-44.corp') },
    atCluster,
    /^The pre-shared keys differ: .*web-44\.corp\.$/,
    /Enter the key of policy nfs-web on web-44 again/,
  ],
  [
    'an identity: what was expected and what came',
    {
      code: 'authFailed',
      check: 'identity',
      peerIdentity: fqdn('nfs1'),
      expectedIdentity: parseIdentityPattern('nfs1.corp') ?? { kind: 'any' },
    },
    atHost,
    /^web-44 expects the identity nfs1\.corp; ONTAP says nfs1\.$/,
    /Make the identities/,
  ],
  [
    'an identity that none of several expects: each that was expected',
    {
      code: 'authFailed',
      check: 'identity',
      peerIdentity: fqdn('web-44.corp'),
      expectedIdentity: parseIdentityPattern('web-1.corp') ?? { kind: 'any' },
      alsoExpected: [parseIdentityPattern('web-2.corp') ?? { kind: 'any' }],
    },
    atCluster,
    /^ONTAP expects the identity web-1\.corp or web-2\.corp; web-44 says web-44\.corp\.$/,
    /Make the identities/,
  ],
  [
    'an identity that is to have other IKE proposals: what is accepted of it, and what was agreed on',
    {
      code: 'authFailed',
      check: 'suite',
      peerIdentity: fqdn('web-44.corp'),
      agreed: [ikeProposal(31)],
      accepted: [ikeProposal(20)],
    },
    atCluster,
    /^web-44 calls itself web-44\.corp, of whom ONTAP accepts .*384.* for IKE; before it said so, both ends had agreed on .*25519.*\.$/,
    /accept the same IKE proposals/,
  ],
  [
    'no answer: how often, how long, on which ports',
    { code: 'noAnswer', tries: 5, forMs: 31_000 },
    atCluster,
    /^No answer from web-44 in 5 tries over 31 s on UDP 500 and 4500\.$/,
    /^Check the IKE service of web-44 and the firewall between\.$/,
  ],
  [
    'the cluster has no policy: remove it on the host too',
    { code: 'noConnection', local: address('10.1.0.20'), remote: address('10.1.4.44') },
    atCluster,
    /no policy in force on the cluster covers these addresses/,
    /^Remove the configuration on web-44 too/,
  ],
  [
    'the host has no configuration: configure it',
    { code: 'noConnection', local: address('10.1.4.44'), remote: address('10.1.0.20') },
    atHost,
    /^web-44 has no IPsec configuration for 10\.1\.0\.20\.$/,
    /^Configure web-44 for policy nfs-web\.$/,
  ],
  [
    'an error alone for an answer: what had been asked for, and where to look first',
    {
      code: 'refusedUnproven',
      notify: 14,
      data: emptyOctets,
      offered: { proposals: [ikeProposal(20)], selectors: { local: [lif], remote: [client] }, mode: 'transport' },
    },
    atCluster,
    /^web-44 ended the negotiation at IKE_AUTH with NO_PROPOSAL_CHOSEN, .* had asked for .* in transport mode for /,
    /^Compare the ESP proposals and the mode/,
  ],
  [
    'childless, asked for by the peer: who goes without',
    { code: 'childless', insists: 'remote' },
    atCluster,
    /^web-44 makes IPsec SAs after IKE_AUTH only, and ONTAP makes them in it\.$/,
    /childless IKE SAs on ONTAP/,
  ],
  [
    'a key exchange by another method than the one that is due',
    { code: 'wrongMethod', due: 36, got: 20 },
    atCluster,
    /^web-44 sent a public value for .+ where ONTAP expected one for .+\.$/,
    /breaks the protocol/,
  ],
  [
    'a connection that is not there: those that are',
    { code: 'unknownConnection', name: 'smb', known: ['nfs', 'backup'] },
    atHost,
    /^web-44 was told to begin with the connection "smb", and has none of that name\.$/,
    /name one that is there: nfs or backup\.$/,
  ],
  [
    'a connection that says not whom to call: the addresses that it holds',
    { code: 'noAddress', remote: [prefix('10.1.0.0/24')] },
    atHost,
    /^web-44 was told to begin, and .* says with whom\.$/,
    /^Name an address in 10\.1\.0\.0\/24 of the peer on web-44/,
  ],
  [
    'nor from where: both ends of it',
    { code: 'noAddress', local: [prefix('10.1.4.0/24')], remote: [prefix('10.1.0.0/24')] },
    atHost,
    /says from where and with whom\.$/,
    /^Name an address in 10\.1\.4\.0\/24 of its own and an address in 10\.1\.0\.0\/24 of the peer on web-44/,
  ],
  [
    'mode: what each end wants',
    { code: 'mode', wanted: 'transport', got: 'tunnel' },
    atCluster,
    /^ONTAP needs transport mode, web-44 wants tunnel mode\.$/,
    /mode = transport/,
  ],
])('%s', (_law, refusal, scene, sentence, remedy) => {
  const explanation = explain(refusal, scene);

  expect(explanation.sentence).toMatch(sentence);
  expect(explanation.remedy).toMatch(remedy);
  expect(explanation.rfcSection).toMatch(/^RFC \d+ /);
});

const at = { offset: 61, path: 'SA > proposal 2', expected: '4 octets', got: '2 octets' };
const oneOfEach: { readonly [Code in Refusal['code']]: Extract<Refusal, { readonly code: Code }> } = {
  malformed: { code: 'malformed', at },
  unknownCritical: { code: 'unknownCritical', payload: 200 },
  noConnection: { code: 'noConnection', local: address('10.1.0.20'), remote: address('10.1.4.44') },
  unknownConnection: { code: 'unknownConnection', name: 'smb', known: [] },
  noAddress: { code: 'noAddress', local: [], remote: [] },
  noProposal: { code: 'noProposal', protocol: 'IKE', offered: [ikeProposal(20)], accepted: [ikeProposal(20)] },
  noGroup: { code: 'noGroup', configured: [ikeProposal(2)] },
  notRunnable: { code: 'notRunnable', chosen: ikeProposal(2) },
  notOffered: { code: 'notOffered', offered: [ikeProposal(20)], chosen: [ikeProposal(19)] },
  groupRefused: { code: 'groupRefused', wanted: 2, tried: [20], offered: [20] },
  badPublicValue: { code: 'badPublicValue', group: 20 },
  wrongMethod: { code: 'wrongMethod', due: 36, got: 20 },
  nonceLength: { code: 'nonceLength', octets: 8 },
  authFailed: { code: 'authFailed', check: 'peer' },
  ppk: { code: 'ppk', why: 'unknownId', ownId: 'ppk-2025', peerId: 'ppk-2026' },
  selectors: { code: 'selectors', offered: { local: [lif], remote: [client] } },
  singlePair: { code: 'singlePair', offered: { local: [lif], remote: [client] } },
  noTemplate: { code: 'noTemplate', child: 'smb' },
  esnUnchecked: { code: 'esnUnchecked' },
  mode: { code: 'mode', wanted: 'transport', got: 'tunnel' },
  unknownChild: { code: 'unknownChild', spi: 0xc4c5b3d6 },
  busy: { code: 'busy', why: 'peer' },
  noAdditionalSas: { code: 'noAdditionalSas' },
  severalPeers: { code: 'severalPeers', remote: address('203.0.113.1') },
  notUnique: { code: 'notUnique', peerIdentity: fqdn('a.test'), remote: address('192.0.2.1') },
  redirect: { code: 'redirect', why: 'unreadable', from: address('192.0.2.11'), times: 0 },
  move: { code: 'move', why: 'nat', to: address('203.0.113.1') },
  childless: { code: 'childless', insists: 'local' },
  noAnswer: { code: 'noAnswer', tries: 5, forMs: 31_000 },
  halfOpenExpired: { code: 'halfOpenExpired', afterMs: 30_000 },
  refusedUnproven: { code: 'refusedUnproven', notify: 14, data: emptyOctets },
  peerRefused: { code: 'peerRefused', notify: 40_963, data: emptyOctets },
  asked: { code: 'asked', by: 'local', reason: 'command' },
};

test.each<[Extract<Refusal, { readonly code: 'redirect' }>['why'], RegExp]>([
  ['unasked', /ONTAP at 192\.0\.2\.11 sends web-44 on to 192\.0\.2\.12; this connection of web-44 follows no gateway/],
  ['name', /which is a name, and web-44 looks none up/],
  ['family', /an address of the other family/],
  ['notHeld', /none of the addresses that the connection is for/],
  ['tooOften', /sent it on 5 times already/],
])('a gateway that sends us on, and we do not go (%s): from where, to where, and why', (why, sentence) => {
  const to = { kind: 'address', address: address('192.0.2.12') } as const;
  const refusal: Refusal = { code: 'redirect', why, from: address('192.0.2.11'), to, times: 5 };

  expect(explain(refusal, atHost)).toMatchObject({
    sentence: expect.stringMatching(sentence),
    rfcSection: expect.stringMatching(/^RFC (5685|4301) /),
  });
});

test.each(Object.values(oneOfEach))(
  '$code: a whole sentence and a remedy, from either end, without a notify name alone',
  (refusal) => {
    for (const scene of [atCluster, atHost, { own: cluster, peer: host }]) {
      const { sentence, remedy } = explain(refusal, scene);
      expect(sentence).toMatch(/^.{20,}\.$/);
      expect(remedy).toMatch(/^.{15,}\.$/);
      expect(`${sentence} ${remedy}`).not.toMatch(/undefined|invalid|\[object|successfully/);
    }
  },
);

test('every refusal that may put a notify on the wire is explained, and the end that only heard of it is known', () => {
  expect(Object.keys(oneOfEach)).toEqual(expect.arrayContaining(Object.keys(notifyOf)));
  expect(
    Object.values(oneOfEach)
      .filter(isHearsay)
      .map(({ code }) => code),
  ).toEqual(['authFailed', 'selectors', 'refusedUnproven', 'peerRefused']);
});
