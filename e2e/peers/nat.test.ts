/**
 * charon behind a real NAT: a network namespace inside the guest, the guest's own kernel masquerades for it. Transport mode, ESP
 * in UDP from ports that the NAT chose; the Linux kernel makes its checksums over addresses that we never see.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { missingFor } from '../../scripts/debian.ts';
import type { Octets } from '../../src/domain/bytes/octets.ts';
import { printAddress } from '../../src/domain/net/address.ts';
import { checksumOf, pseudoHeaderSum, sumOf } from '../../src/domain/net/checksum.ts';
import { destinationOf, layOut, sourceOf } from '../../src/domain/net/ip-layout.ts';
import { protocols } from '../../src/domain/net/protocol.ts';
import type { BoundaryEnd } from './boundary-end.ts';
import { Guest, guestAddress, hasUml, ownAddress } from './guest.ts';
import { meetGuest } from './guest-end.ts';
import { factsOf, until } from './waiting.ts';

const missing = missingFor('nat');
if (missing !== undefined) console.log(`NAT: ${missing}`);

const suites = { ike: 'aes256gcm16-prfsha384-ecp384', esp: 'aes256gcm16' };
const insideAddress = '10.10.0.7';
const inside = 'ip netns exec inside';

describe.skipIf(!hasUml || missing !== undefined)('charon behind the Linux kernel’s NAT', () => {
  let guest: Guest;
  let end: BoundaryEnd;

  beforeAll(async () => {
    guest = await Guest.start('nat', { ports: { own: 17262, guest: 17261 } });
    await guest.exec(`
      modprobe -a veth ip_tables iptable_nat xt_MASQUERADE
      ip netns add inside; ip link add v0 type veth peer name v1 netns inside
      ip addr add 10.10.0.1/24 dev v0; ip link set v0 up
      ip -n inside addr add ${insideAddress}/24 dev v1; ip -n inside link set lo up; ip -n inside link set v1 mtu 1400 up
      ip -n inside route add default via 10.10.0.1
      sysctl -qw net.ipv4.ip_forward=1
      ${masquerade('A', 40_000)}
    `);
    const ends = [`local=${insideAddress}`, `remote=${ownAddress}`, 'lid=b.test', 'rid=a.test'];
    await guest.configure('where=uml', ...ends, `ike=${suites.ike}`, `esp=${suites.esp}`);
    await guest.exec(`
      ${inside} /usr/sbin/charon-systemd >/run/peer/charon.out 2>&1 &
      for i in $(seq 200); do [ -S /run/charon.vici ] && break; sleep 0.05; done
      swanctl --load-all
    `);
  });
  afterEach(async () => {
    await guest.exec('swanctl --terminate --ike t --force --timeout 2 || true');
    await end.close();
  });
  afterAll(() => guest?.stop());

  test('pings pass both ways, in UDP from a port of the NAT', async () => {
    await meet();
    await expectPingsBothWays();
    expect(await guest.exec('swanctl --list-sas')).toContain('TRANSPORT-in-UDP');
    expect(portSeen()).toBeGreaterThanOrEqual(40_000);
    const [pair] = end.boundary.ipsecSas();
    expect(pair?.remoteSelectors.map(({ start }) => printAddress(start))).toEqual([guestAddress]);
  });

  test.each([
    ['TCP', protocols.tcp],
    ['UDP', protocols.udp],
  ] as const)('%s of the Linux kernel arrives with a checksum that is true here', async (kind, protocol) => {
    await meet();
    const delivered: Octets[] = [];
    end.onDelivered = (packet) => delivered.push(packet);
    const device = `/dev/${kind.toLowerCase()}/${ownAddress}/2049`;
    await guest.exec(`${inside} timeout 1 bash -c 'echo hello >${device}' || true`);

    const seen = delivered.map(seenAt).filter((each) => each.protocol === protocol);
    expect(seen.length).toBeGreaterThan(0);
    for (const each of seen) {
      expect(each).toEqual({ protocol, source: guestAddress, destination: ownAddress, isChecksumTrue: true });
    }
  });

  test('the NAT forgets its mapping: ESP from the new port leads us, and pings pass both ways again', async () => {
    const forgetful = ['', '_stream'].map((kind) => `net.netfilter.nf_conntrack_udp_timeout${kind}=2`);
    await guest.exec(`sysctl -qw ${forgetful.join(' ')}`);
    await meet();
    await expectPingsBothWays();
    const before = portSeen();

    await guest.exec(`
      ${masquerade('D', 40_000)}; ${masquerade('A', 50_000)}
      sleep 3
    `);
    await expectPingsBothWays({ guestFirst: true });

    expect(portSeen()).not.toBe(before);
    expect(portSeen()).toBeGreaterThanOrEqual(50_000);
    expect(factsOf(end.facts, 'ikeEstablished')).toHaveLength(1);
  });

  async function meet(): Promise<void> {
    end = await meetGuest(guest, suites);
    await guest.exec('swanctl --initiate --child t --timeout 10');
    await until(() => end.boundary.ipsecSas().length === 1);
  }

  async function expectPingsBothWays({ guestFirst = false } = {}): Promise<void> {
    if (!guestFirst) await end.pinger.ping(guestAddress);
    const printed = await guest.exec(`${inside} ping -c 3 -i 0.05 -s 700 -W 2 ${ownAddress} || true`);
    expect(printed).toMatch(/3 packets transmitted, [23] received/); // the first goes to the port of before, if any does
    await end.pinger.ping(guestAddress);
  }

  const portSeen = (): number => end.boundary.ike.ikeSas()[0]?.remote.port ?? 0;
});

const masquerade = (what: 'A' | 'D', firstPort: number): string =>
  `iptables-legacy -t nat -${what} POSTROUTING -o vec0 -p udp -j MASQUERADE --to-ports ${firstPort}-${firstPort + 999}`;

function seenAt(packet: Octets) {
  const layout = layOut(packet);
  if (!layout.ok) throw new Error('no packet');
  const { family, protocol, upperAt, length } = layout.value;
  const [source, destination] = [sourceOf(packet, family), destinationOf(packet, family)];
  const upper = packet.subarray(upperAt, length);
  const sum = checksumOf(pseudoHeaderSum(source, destination, protocol, upper.length) + sumOf(upper));
  return { protocol, source: printAddress(source), destination: printAddress(destination), isChecksumTrue: sum === 0 };
}
