/**
 * Which traffic an SA is for, agreed with charon and held to by the Linux kernel: ICMP by type and code, several services, one
 * pair of addresses out of subnets (RFC 7296 2.9, 3.13.1). OPAQUE is no test here: the kernel knows no such selector.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { missingFor } from '../../scripts/debian.ts';
import type { ChildTemplate } from '../../src/domain/ike/connection.ts';
import { address } from '../../src/domain/net/address.ts';
import { anyPort, type PortRange } from '../../src/domain/net/ports.ts';
import { protocols } from '../../src/domain/net/protocol.ts';
import { hostSelector, printSelector, type TrafficSelector } from '../../src/domain/spd/selector.ts';
import { BoundaryEnd } from './boundary-end.ts';
import { Guest, guestAddress, guestInner, ownAddress, ownInner } from './guest.ts';
import { connectionToGuest } from './guest-end.ts';
import { describeUnless } from './needs.ts';
import { TcpEcho } from './tcp-echo.ts';
import { factsOf, until } from './waiting.ts';

const suites = { ike: 'aes256gcm16-prfsha384-ecp384', esp: 'aes256gcm16' };
const echo = [portsOf(8 << 8), portsOf(0)]; // type and code of request and reply

describeUnless(missingFor('peers', 'kernel'), 'charon over the Linux kernel', () => {
  let guest: Guest;
  let end: BoundaryEnd;

  beforeAll(async () => {
    guest = await Guest.start('selectors', { ports: { own: 17272, guest: 17271 } });
    await guest.configure('where=uml', `local=${guestAddress}`, `remote=${ownAddress}`, 'lid=b.test', 'rid=a.test');
    await guest.start('charon');
  });
  afterEach(async () => {
    await guest.exec('swanctl --terminate --ike t --force --timeout 2 || true');
    await end.close();
  });
  afterAll(() => guest?.stop());

  test.each(['charon', 'our first ping'])('%s begins, an SA for ICMP echo alone: pings pass both ways', async (who) => {
    const ends = 'dynamic[icmp/2048],dynamic[icmp/0]';
    await meet({ lts: ends, rts: ends }, ownAddress, {
      localSelectors: echo.map((ports) => hostSelector(address(ownAddress), protocols.icmp, ports)),
      remoteSelectors: echo.map((ports) => hostSelector(address(guestAddress), protocols.icmp, ports)),
    });
    if (who === 'charon') await guest.exec('swanctl --initiate --child t --timeout 10');
    await end.pinger.ping(guestAddress);
    expect(await guest.ping(ownAddress)).toBe(3);

    expect(selectorsOf(end).local).toEqual([`${ownAddress}/32[icmp/2048]`, `${ownAddress}/32[icmp/0]`]);
    const policies = await guest.exec('ip xfrm policy');
    for (const type of [8, 0])
      expect(policies).toContain(`src ${ownAddress}/32 dst ${guestAddress}/32 proto icmp type ${type} `);
    expect(end.boundary.ipsecSas()[0]?.inbound.counters.packets).toBe(4);
    expect(end.drops).toEqual([]);
  });

  test.each(['charon', 'we'])('%s begin(s), several services in one SA: TCP to one of them passes', async (who) => {
    const at = (own: string, of: readonly (readonly [number, PortRange])[]) =>
      of.map(([protocol, ports]) => hostSelector(address(own), protocol, ports));
    const services = [
      [protocols.tcp, portsOf(2049)],
      [protocols.tcp, portsOf(445)],
      [protocols.udp, portsOf(2049)],
    ] as const;
    const clients = [
      [protocols.tcp, anyPort],
      [protocols.udp, anyPort],
    ] as const;
    const rts = 'dynamic[tcp/2049],dynamic[tcp/445],dynamic[udp/2049]';
    await meet({ lts: 'dynamic[tcp],dynamic[udp]', rts }, ownAddress, {
      ...{ localSelectors: at(ownAddress, services), remoteSelectors: at(guestAddress, clients) },
    });
    if (who === 'charon') await guest.exec('swanctl --initiate --child t --timeout 10');
    else await end.boundary.ike.initiate('t', {}, Date.now());
    await until(() => end.boundary.ipsecSas().length === 1);

    expect(selectorsOf(end).local).toHaveLength(3);
    expect(selectorsOf(end).remote).toHaveLength(2);
    const tcp = new TcpEcho((packet) => void end.boundary.sendIp(packet, Date.now()), 445);
    end.onDelivered = (packet) => tcp.take(packet);
    const said = await guest.exec(
      `timeout 5 bash -c 'exec 3<>/dev/tcp/${ownAddress}/445; echo hello >&3; head -n 1 <&3' || true`,
    );
    expect(said).toContain('hello');
    expect(end.boundary.ipsecSas()[0]?.inbound.counters.packets).toBeGreaterThan(2);
    expect(end.drops).toEqual([]);
  });

  describe('where we make tunnels for one pair of addresses', () => {
    const subnets = { lts: '10.8.0.0/31', rts: '10.8.0.2/31', mode: 'tunnel' };
    const template: Partial<ChildTemplate> & Selectors = {
      mode: { want: 'tunnel', strictness: 'require' },
      fromPacket: ['local', 'remote'],
      localSelectors: [rangeOf('10.8.0.2', '10.8.0.3')],
      remoteSelectors: [rangeOf('10.8.0.0', '10.8.0.1')],
    };
    const onePair = { local: [`${ownInner}/32`], remote: [`${guestInner}/32`] };

    test.each([
      ['that pair', [], ''],
      ['that pair and its protocol', ['protocol'], '[icmp]'],
    ] as const)('a packet of the guest asks: charon names it first, and takes the SA for %s', async (_, more, only) => {
      await meet(subnets, ownInner, { ...template, fromPacket: ['local', 'remote', ...more] }, (text) =>
        text.replace('mode = tunnel', 'mode = tunnel\n    start_action = trap'),
      );
      const pair = { from: guestInner, octets: 56 };
      await guest.ping(ownInner, { ...pair, count: 1, withinSeconds: 1 }); // the kernel drops the packet that asks
      await guest.exec('until swanctl --list-sas | grep -q INSTALLED; do sleep 0.05; done');

      expect(await guest.ping(ownInner, pair)).toBe(3);
      expect(selectorsOf(end)).toEqual({ local: [`${ownInner}/32${only}`], remote: [`${guestInner}/32${only}`] });
      expect(guest.log('charon')).toContain('N(ADD_TS_POSS)');
    });

    test('a packet of ours asks: we name its pair and no more', async () => {
      await meet(subnets, ownInner, template);
      await end.pinger.ping(guestInner);

      expect(selectorsOf(end)).toEqual(onePair);
      expect(await guest.exec('swanctl --list-sas')).toMatch(/local +10\.8\.0\.1\/32\s+remote +10\.8\.0\.2\/32/);
    });

    test('charon names none: it is told so, and both ends have the IKE SA alone', async () => {
      await meet(subnets, ownInner, template);
      await guest.exec('swanctl --initiate --child t --timeout 10 || true');

      expect(factsOf(end.facts, 'failed')).toMatchObject([
        { failure: { notify: 34, refusal: { code: 'singlePair' } } },
      ]);
      expect(guest.log('charon')).toContain('SINGLE_PAIR');
      expect(end.boundary.ike.ikeSas().map(({ children }) => children)).toEqual([[]]);
    });
  });

  /** charon with these selectors, and ours with that child; `own`: which of our addresses pings. */
  async function meet(
    charon: Readonly<Record<string, string>>,
    own: string,
    child: Partial<ChildTemplate> & Selectors,
    edit: (text: string) => string = (text) => text,
  ): Promise<void> {
    const ends = [`local=${guestAddress}`, `remote=${ownAddress}`, 'lid=b.test', 'rid=a.test'];
    const more = Object.entries(charon).map(([key, value]) => `${key}=${value}`);
    await guest.configure('where=uml', ...ends, `ike=${suites.ike}`, `esp=${suites.esp}`, ...more);
    guest.rewrite('etc/swanctl/swanctl.conf', edit);
    end = new BoundaryEnd(guest.link, own);
    const selectors = { local: child.localSelectors, remote: child.remoteSelectors };
    await end.configure(
      [{ name: 'all', action: 'protect', connection: 't', ...selectors }],
      [connectionToGuest({ ...suites, child })],
    );
    await guest.exec('swanctl --load-all');
  }
});

interface Selectors {
  readonly localSelectors: readonly TrafficSelector[];
  readonly remoteSelectors: readonly TrafficSelector[];
}

function portsOf(port: number): PortRange {
  return { start: port, end: port };
}

function rangeOf(start: string, end: string): TrafficSelector {
  return { start: address(start), end: address(end), protocol: 0, ports: anyPort };
}

function selectorsOf({ boundary }: BoundaryEnd) {
  const [pair] = boundary.ipsecSas();
  return {
    local: (pair?.localSelectors ?? []).map(printSelector),
    remote: (pair?.remoteSelectors ?? []).map(printSelector),
  };
}
