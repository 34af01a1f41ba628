import { describe, expect, test } from 'vitest';
import { utf8 } from '../../bytes/octets.ts';
import { Secret } from '../../bytes/secret.ts';
import { printSelector, selectorOf } from '../../spd/selector.ts';
import { exactly, printIdentity } from '../auth/identity.ts';
import type { Transform } from '../message/message.ts';
import { identity, prefix } from '../testing/builders.ts';
import { agreementOf, makePair } from '../testing/pair.ts';

const saysExtended = ({ transforms }: { readonly transforms: readonly Transform[] }): boolean =>
  transforms.some(({ type, id }) => type === 5 && id === 1);

describe('authentication', () => {
  test('another secret: the responder refuses in its answer, both ends have nothing, and neither says why', async () => {
    const pair = await makePair({ host: { psk: 'one secret' }, cluster: { psk: 'another secret' } }).establish();

    expect(pair.ladder().at(-1)).toBe('host <- IKE_AUTH 1 response N(AUTHENTICATION_FAILED)');
    expect(pair.cluster.failures).toMatchObject([
      { by: 'local', notify: 24, refusal: { code: 'authFailed', check: 'psk' } },
    ]);
    expect(pair.host.failures).toMatchObject([
      { by: 'remote', notify: 24, refusal: { code: 'authFailed', check: 'peer' } },
    ]);
    expect(pair.ends.flatMap(({ ikeSas }) => ikeSas)).toEqual([]);
  });

  test('an IDr that the responder does not have is refused', async () => {
    const pair = await makePair({ cluster: { id: 'b.test' }, host: { peerId: 'c.test' } }).establish();

    expect(pair.cluster.failures[0]?.refusal).toMatchObject({ code: 'authFailed', check: 'identity' });
    expect(pair.ends.flatMap(({ ikeSas }) => ikeSas)).toEqual([]);
  });

  test('an identity that is not expected, which asks for one that we have: the one that differs is named, and not the other', async () => {
    const pair = await makePair({
      host: { id: 'stranger.test', peerId: 'lif.test' },
      cluster: { id: 'lif.test', peerId: 'host.test' },
    }).establish();
    const [failure] = pair.cluster.failures;

    expect(failure?.refusal).toMatchObject({
      code: 'authFailed',
      check: 'identity',
      peerIdentity: identity('stranger.test'),
    });
    expect(failure?.refusal).not.toHaveProperty('askedIdentity');
  });

  test('a responder that is nobody in particular is whom the initiator asks for, and itself where it asks for nobody', async () => {
    const cluster = { id: 'itself.test', more: { takesAskedIdentity: true } } as const;
    const asked = await makePair({ cluster, host: { peerId: 'c.test' } }).establish();
    const unasked = await makePair({ cluster, host: { peerId: '*.test' } }).establish();

    const seen = [asked, unasked].map(({ host }) => host.ikeSas[0]?.peerIdentity).map((id) => id && printIdentity(id));
    expect(seen).toEqual(['c.test', 'itself.test']);
    expect([asked, unasked].map(({ cluster: { sad } }) => sad.length)).toEqual([1, 1]);
  });

  test('an identity that does not fit the initiator’s pattern is refused after the answer (2.21.2)', async () => {
    const pair = await makePair({ cluster: { id: 'b.elsewhere' }, host: { peerId: '*.test' } }).establish();

    expect(pair.ladder().slice(-3)).toEqual([
      'host <- IKE_AUTH 1 response IDr AUTH N(USE_TRANSPORT_MODE) N(ESP_TFC_PADDING_NOT_SUPPORTED) SA TSi TSr',
      'host -> INFORMATIONAL 2 request N(AUTHENTICATION_FAILED) D',
      'host <- INFORMATIONAL 2 response',
    ]);
    const [failure] = pair.host.failures;
    expect(failure).toMatchObject({ by: 'local', refusal: { code: 'authFailed', check: 'identity' } });
    expect(
      failure?.refusal.code === 'authFailed' &&
        failure.refusal.peerIdentity &&
        printIdentity(failure.refusal.peerIdentity),
    ).toBe('b.elsewhere');
    expect(pair.cluster.failures).toMatchObject([{ by: 'remote', notify: 24 }]);
    expect(pair.cluster.sad).toEqual([]);
    expect(pair.ends.flatMap(({ ikeSas }) => ikeSas)).toEqual([]);
  });

  test('an initiator without a secret sends no IKE_AUTH, and says so at its own end', async () => {
    const pair = await makePair({ host: { more: { authentication: { method: 'psk', secrets: [] } } } }).establish();

    expect(pair.ladder()).toHaveLength(2);
    expect(pair.host.failures).toMatchObject([{ by: 'local', refusal: { code: 'authFailed', check: 'noSecret' } }]);
  });

  test.each([
    ['fittingSecret', 1],
    ['nearestSecret', 0],
  ] as const)('of two secrets a responder answers with the %s: %i SA', async (answersWith, count) => {
    const secretOf = (text: string) => new Secret(utf8(text));
    const secrets = [
      { secret: secretOf('for a.test alone'), peers: [exactly(identity('a.test'))] },
      { secret: secretOf('for anybody'), peers: [] },
    ];
    const pair = await makePair({
      host: { id: 'a.test', psk: 'for anybody' },
      cluster: { peerId: 'a.test', more: { authentication: { method: 'psk', secrets } } },
      clusterSettings: { answersWith },
    }).establish();

    expect(pair.host.sad).toHaveLength(count);
    expect(pair.cluster.sad).toHaveLength(count);
  });

  test('identities that are subnets, as a policy without identities sends them, are accepted', async () => {
    const pair = await makePair({
      host: { id: '192.0.2.0/24', peerId: '192.0.2.0/24' },
      cluster: { id: '192.0.2.0/24', peerId: '192.0.2.0/24' },
    }).establish();

    expect(pair.host.ikeSas[0]?.peerIdentity?.type).toBe(4);
    expect(pair.host.child.outSpi).toBe(pair.cluster.child.inSpi);
  });
});

describe('the first CHILD SA', () => {
  test('no ESP proposal in common: the IKE SA stands without it, and both know why', async () => {
    const pair = await makePair({
      host: { esp: ['aes256gcm16-noesn'] },
      cluster: { esp: ['aes256-sha256-noesn'] },
    }).establish();

    expect(pair.ladder().at(-1)).toBe('host <- IKE_AUTH 1 response IDr AUTH N(NO_PROPOSAL_CHOSEN)');
    expect(pair.host.ikeSas).toMatchObject([{ phase: 'established', children: [] }]);
    for (const end of pair.ends) {
      expect(end.failures).toMatchObject([
        { scope: 'child', notify: 14, refusal: { code: 'noProposal', protocol: 'ESP' } },
      ]);
    }
  });

  test('without a replay check no extended sequence numbers are offered (RFC 4303 3.4.3)', async () => {
    const esp = ['aes256gcm16-esn-noesn'];
    const checks = { esp };
    const doesNot = { esp, child: { replayWindow: 0 } };
    const both = await makePair({ host: checks, cluster: checks }).establish();
    const one = await makePair({ host: doesNot, cluster: checks }).establish();
    const other = await makePair({ host: checks, cluster: doesNot }).establish();

    const extended = [both, one, other].map(({ host, cluster }) => [host.child, cluster.child].map(saysExtended));
    expect(extended).toEqual([
      [true, true],
      [false, false],
      [false, false],
    ]);
  });

  test.each(['host', 'cluster'] as const)(
    'extended sequence numbers alone, and no replay check at the %s: it refuses, and says why',
    async (name) => {
      const pair = await makePair({
        both: { esp: ['aes256gcm16-esn-noesn'] },
        [name]: { esp: ['aes256gcm16-esn'], child: { replayWindow: 0 } },
      }).establish();

      expect(pair[name].failures[0]?.refusal).toEqual({ code: 'esnUnchecked' });
      for (const end of pair.ends) expect(end.sad).toEqual([]);
    },
  );

  test('selectors without a common packet: TS_UNACCEPTABLE, the IKE SA stands', async () => {
    const pair = await makePair({ cluster: { remoteSubnet: '198.51.100.0/24' } }).establish();

    expect(pair.cluster.failures).toMatchObject([{ scope: 'child', notify: 38, refusal: { code: 'selectors' } }]);
    expect(pair.host.failures).toMatchObject([{ by: 'remote', notify: 38, refusal: { code: 'selectors' } }]);
    expect(pair.host.ikeSas).toHaveLength(1);
  });

  test('a policy for a port on one end narrows the other end’s wide one', async () => {
    const nfs = selectorOf(prefix('192.0.2.2'), 6, { start: 2049, end: 2049 });
    const pair = await makePair({ cluster: { child: { localSelectors: [nfs] } } }).establish();

    expect(pair.host.child.remoteSelectors.map(printSelector)).toEqual([
      '192.0.2.2/32[tcp/nfs]'.replace('nfs', '2049'),
    ]);
    expect(agreementOf(pair).host).toEqual(agreementOf(pair).cluster);
  });

  test('transport mode speaks of the two hosts, whatever subnets the policies name', async () => {
    const pair = await makePair({
      both: { localSubnet: '192.0.2.0/24', remoteSubnet: '192.0.2.0/24' },
    }).establish();

    expect(pair.host.child.localSelectors.map(printSelector)).toEqual(['192.0.2.1/32']);
    expect(pair.cluster.child.localSelectors.map(printSelector)).toEqual(['192.0.2.2/32']);
  });

  test('a responder that insists on transport refuses a tunnel instead of making one', async () => {
    const pair = await makePair({ host: { child: { mode: { want: 'tunnel', strictness: 'require' } } } }).establish();

    expect(pair.cluster.failures).toMatchObject([
      { scope: 'child', notify: 14, refusal: { code: 'mode', got: 'tunnel' } },
    ]);
    expect(pair.host.sad).toEqual([]);
  });

  test('an initiator that insists on transport deletes the tunnel that it gets', async () => {
    const pair = await makePair({ cluster: { child: { mode: { want: 'tunnel', strictness: 'prefer' } } } }).establish();

    expect(pair.ladder().slice(-2)).toEqual([
      'host -> INFORMATIONAL 2 request D',
      'host <- INFORMATIONAL 2 response D',
    ]);
    expect(pair.host.failures).toMatchObject([
      { by: 'local', refusal: { code: 'mode', wanted: 'transport', got: 'tunnel' } },
    ]);
    expect(pair.cluster.sad).toEqual([]);
    expect(pair.host.ikeSas).toHaveLength(1);
  });

  test('whoever only prefers transport takes the tunnel', async () => {
    const pair = await makePair({
      host: { child: { mode: { want: 'transport', strictness: 'prefer' } } },
      cluster: { child: { mode: { want: 'tunnel', strictness: 'prefer' } } },
    }).establish();

    expect([pair.host.child.mode, pair.cluster.child.mode]).toEqual(['tunnel', 'tunnel']);
  });

  test('of several connections for one peer the one whose selectors fit is taken', async () => {
    const port = (at: number) => selectorOf(prefix('192.0.2.2'), 6, { start: at, end: at });
    const pair = makePair({ host: { child: { remoteSelectors: [port(445)] } } });
    const { connection } = pair.cluster;
    const named = (name: string, at: number) => ({
      ...connection,
      name,
      children: connection.children.map((child) => ({ ...child, name, localSelectors: [port(at)] })),
    });
    await pair.cluster.endpoint.setConnections([named('nfs', 2049), named('smb', 445)], pair.nowMs);

    await pair.establish();

    expect(pair.cluster.child.connection).toBe('smb');
  });
});
