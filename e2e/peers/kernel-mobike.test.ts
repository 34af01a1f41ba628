/**
 * MOBIKE (RFC 4555) with charon over the Linux kernel: charon moves and we follow, we move and charon follows, and the tunnel
 * between the same inner addresses carries on.
 */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { missingFor } from '../../scripts/debian.ts';
import { exactly } from '../../src/domain/ike/auth/identity.ts';
import type { Connection } from '../../src/domain/ike/connection.ts';
import { address, printAddress } from '../../src/domain/net/address.ts';
import { type Prefix, parsePrefix } from '../../src/domain/net/prefix.ts';
import { hostSelector } from '../../src/domain/spd/selector.ts';
import { BoundaryEnd } from './boundary-end.ts';
import { Guest, guestAddress, guestElsewhere, guestInner, ownAddress, ownElsewhere, ownInner } from './guest.ts';
import { connectionToGuest } from './guest-end.ts';
import { describeUnless } from './needs.ts';
import { identity } from './own-end.ts';
import { factsOf, until } from './waiting.ts';

const suites = { ike: 'aes256gcm16-prfsha384-ecp384', esp: 'aes256gcm16' };

describeUnless(missingFor('peers', 'kernel'), 'charon that moves', () => {
  let guest: Guest;
  let end: BoundaryEnd | undefined;

  beforeAll(async () => {
    guest = await Guest.start('mobike', { ports: { own: 17252, guest: 17251 } });
    const ends = [`local=${guestAddress},${guestElsewhere}`, `remote=${ownAddress}`, 'lid=b.test', 'rid=a.test'];
    const selectors = [`lts=${guestInner}/32`, `rts=${ownInner}/32`];
    await guest.configure('where=uml', ...ends, ...selectors, `ike=${suites.ike}`, `esp=${suites.esp}`, 'mode=tunnel');
    guest.rewrite('etc/swanctl/swanctl.conf', (text) => text.replace('mobike = no', 'mobike = yes'));
    guest.rewrite('etc/strongswan.conf', (text) => text.replace('roam_events = no', 'roam_events = yes'));
    await guest.exec('sysctl -q net.ipv4.conf.all.promote_secondaries=1'); // an address goes, and those beside it stay
    await guest.start('charon');
  });
  afterEach(async () => {
    await guest.exec('swanctl --terminate --ike t --force --timeout 2 || true');
    await guest.exec(`ip addr add ${guestAddress}/24 dev vec0; ip addr del ${guestElsewhere}/24 dev vec0; true`);
    await end?.close();
    end = undefined;
  });
  afterAll(() => guest?.stop());

  test('charon loses its address and says so from another: our tunnel follows, and we ask whether it is there', async () => {
    const { boundary, facts, pinger } = await meet();
    await guest.exec('swanctl --initiate --child t --timeout 10');
    await pinger.ping(guestInner);

    await guest.exec(`
      ip addr add ${guestElsewhere}/24 dev vec0; ip addr del ${guestAddress}/24 dev vec0
      ip route replace ${ownInner}/32 via ${ownAddress} src ${guestInner}
    `);
    await until(() => factsOf(facts, 'childMoved').length > 0, 15_000);
    await pinger.ping(guestInner);

    expect(remoteOf(boundary)).toBe(guestElsewhere);
    expect(factsOf(facts, 'ikeEstablished')).toHaveLength(1);
    expect(await guest.exec('swanctl --list-sas')).toContain(guestElsewhere);
    expect(guest.log('charon')).toContain('N(COOKIE2)');
  });

  test('we move: charon follows, and its kernel sends to our new address', async () => {
    const { boundary, facts, pinger } = await meet({ mobike: 'offered' });
    await pinger.ping(guestInner);
    expect(boundary.ike.ikeSas()[0]?.remote.port).toBe(4500);
    const [ikeSa] = boundary.ike.ikeSas();

    if (ikeSa) await boundary.ike.moveTo(ikeSa.initiatorSpi, address(ownElsewhere), Date.now());
    await until(() => factsOf(facts, 'childMoved').length > 0);
    await pinger.ping(guestInner);

    expect(await guest.exec('ip xfrm state')).toContain(`src ${guestAddress} dst ${ownElsewhere}`);
    expect(await guest.exec('swanctl --list-sas')).toContain(ownElsewhere);
  });

  async function meet(more: Partial<Connection> = {}): Promise<BoundaryEnd> {
    end = new BoundaryEnd(guest.link, ownInner);
    const inner = { local: [hostSelector(address(ownInner))], remote: [hostSelector(address(guestInner))] };
    const connection = connectionToGuest({
      ...suites,
      child: {
        mode: { want: 'tunnel', strictness: 'require' },
        ...{ localSelectors: inner.local, remoteSelectors: inner.remote },
      },
      connection: {
        ...{ local: [cable()], remote: [cable()], peerIdentity: exactly(identity('b.test')) },
        ...more,
      },
    });
    await end.configure([{ name: 'all', action: 'protect', connection: 't', ...inner }], [connection]);
    return end;
  }
});

function remoteOf(boundary: BoundaryEnd['boundary']): string | undefined {
  const [ikeSa] = boundary.ike.ikeSas();
  return ikeSa && printAddress(ikeSa.remote.address);
}

function cable(): Prefix {
  const parsed = parsePrefix('10.9.0.0/24');
  if (!parsed.ok) throw new Error('no prefix');
  return parsed.value;
}
