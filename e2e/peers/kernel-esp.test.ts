/**
 * Our ESP against the Linux kernel's, keyed by hand: each cipher both ways, transport and tunnel, IPv4 and IPv6, extended
 * sequence numbers, ESP in UDP. The witness is a ping of random length whose octets come back, and the kernel's own counters.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inOnePiece } from '../../src/domain/bytes/gathered.ts';
import type { SaPair } from '../../src/domain/esp/sad.ts';
import { defaultHold } from '../../src/domain/ipsec/hold-queue.ts';
import { PacketPath } from '../../src/domain/ipsec/packet-path.ts';
import { address } from '../../src/domain/net/address.ts';
import { layOut } from '../../src/domain/net/ip-layout.ts';
import { protocols } from '../../src/domain/net/protocol.ts';
import { makeSpd } from '../../src/domain/spd/lookup.ts';
import { hostSelector } from '../../src/domain/spd/selector.ts';
import { Guest, guestAddress, guestAddress6, guestInner, hasUml, ownAddress, ownAddress6, ownInner } from './guest.ts';
import {
  connection,
  guestCommands,
  type HandKeyed,
  type KernelSuiteName,
  kernelSuites,
  ownPair,
} from './kernel-esp.ts';
import { Pinger } from './pinger.ts';

const suiteNames = Object.keys(kernelSuites) as KernelSuiteName[];
const v4 = { own: ownAddress, guest: guestAddress };
const v6 = { own: ownAddress6, guest: guestAddress6 };
const tunnel = { mode: 'tunnel', ...v4, ownInner, guestInner } as const;

describe.skipIf(!hasUml)('the Linux kernel', () => {
  let guest: Guest;
  beforeAll(async () => {
    guest = await Guest.start('esp', { ports: { own: 17202, guest: 17201 } });
  });
  afterAll(() => guest?.stop());

  test.each(suiteNames)('%s in transport mode, IPv4', async (suite) => {
    await expectPingsBothWays({ suite, ...v4 });
  });

  test.each(suiteNames)('%s with extended sequence numbers', async (suite) => {
    await expectPingsBothWays({ suite, hasEsn: true, ...v4 });
  });

  test.each(['AES-256-GCM-16', 'AES-256-CBC, SHA-384', 'ChaCha20-Poly1305'] as const)(
    '%s in transport mode, IPv6',
    async (suite) => {
      await expectPingsBothWays({ suite, ...v6 });
    },
  );

  test.each(['AES-256-GCM-16', 'AES-256-CBC, SHA-256'] as const)('%s in tunnel mode', async (suite) => {
    await expectPingsBothWays({ suite, ...tunnel });
  });

  async function expectPingsBothWays(keyed: HandKeyed): Promise<void> {
    await guest.exec(guestCommands(keyed));
    const errorsBefore = await kernelErrors();
    const { path, pinger, pair } = await ourEnd(guest, keyed);
    const { own, guest: theirs, ownInner: from = own, guestInner: to = theirs } = keyed;

    for (const octets of [0, 1, 56, 333, 1200]) await pinger.ping(to, octets);
    const printed = await guest.exec(`ping -c 5 -i 0.05 -s 700 -W 2 -I ${to} ${from} || true`);

    expect(printed).toContain('5 packets transmitted, 5 received');
    expect(pinger.answered).toBe(5);
    expect(pair.inbound.counters.packets).toBe(10);
    expect(pair.outbound.counters.packets).toBe(10);
    expect(Object.values(path.drops).every((count) => count === 0)).toBe(true);
    expect(await kernelErrors()).toBe(errorsBefore);
  }

  /** The kernel's counters of everything that its IPsec did not like. */
  function kernelErrors(): Promise<string> {
    return guest.exec('cat /proc/net/xfrm_stat');
  }
});

/** Our boundary on the guest's cable, with SAs keyed by hand and a pinger behind it. */
async function ourEnd(guest: Guest, keyed: HandKeyed) {
  const { own, guest: theirs, ownInner: from = own, guestInner: to = theirs } = keyed;
  const pair = await ownPair(keyed);
  const path = new PacketPath<SaPair>(
    {
      transmit: (packet) => guest.link.send(packet),
      deliver: (packet) => pinger.take(inOnePiece(packet)),
      acquire: () => {
        throw new Error('the SA is there');
      },
    },
    defaultHold,
  );
  const pinger = new Pinger((packet) => path.sendIp(packet, Date.now()), from);
  const selectors = { local: [hostSelector(address(from))], remote: [hostSelector(address(to))] };
  path.setSpd(makeSpd([{ name: 'all', action: 'protect', connection, ...selectors }], 'bypass'), Date.now());
  path.install(pair, Date.now());
  guest.link.onPacket = (packet) => {
    const layout = layOut(packet);
    if (!layout.ok) return;
    if (layout.value.protocol === protocols.esp)
      path.receiveEsp(packet, layout.value, layout.value.upperAt, Date.now());
    else path.receiveClear(packet, layout.value, Date.now());
  };
  return { path, pinger, pair };
}
