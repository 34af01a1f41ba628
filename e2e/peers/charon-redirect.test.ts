/**
 * charon sends us on while our IKE SA stands (RFC 5685 5, `swanctl --redirect`). It serves both addresses, so that it is the gateway that
 * sends and the gateway that takes. It has no way of its own to send anybody on sooner (pluto-redirect.test.ts has).
 */
import { expect, test } from 'vitest';
import { address, printAddress } from '../../src/domain/net/address.ts';
import { hostPrefix } from '../../src/domain/net/prefix.ts';
import { charonAddress, ownAddress } from './charon.ts';
import { CharonPair, onlyIkeSa, portsOf } from './charon-pair.ts';
import { connectionOf, type OwnEnd } from './own-end.ts';
import { until } from './waiting.ts';

const pair = new CharonPair(portsOf(120));
const { charon } = pair;

const otherAddress = '127.0.0.3';

async function meet(): Promise<OwnEnd> {
  const [template] = connectionOf({ ports: pair.ports }).children;
  if (!template) throw new Error('a connection has a child');
  const anyPort = { start: 0, end: 65_535 };
  const connection = {
    remote: [charonAddress, otherAddress].map((each) => hostPrefix(address(each))),
    followsRedirects: true,
    children: [{ ...template, remoteSelectors: [{ isDynamic: true, protocol: 0, ports: anyPort } as const] }],
  };
  const bothAddresses = (conf: string) =>
    conf.replace(/local_addrs = .*/, `local_addrs = ${charonAddress},${otherAddress}`);
  const end = await pair.meet({ edit: bothAddresses }, { connection });
  await end.initiate();
  await end.until('childInstalled');
  end.forget();
  return end;
}

const sendOn = (to: string) => charon.swanctl('--redirect', '--peer-ip', ownAddress, '--gateway', to);

test('to its other address: the next SAs stand before the old ones go, and charon has them alone', async () => {
  const end = await meet();

  await sendOn(otherAddress);

  const { to } = await end.until('redirected');
  expect(printAddress(to)).toBe(otherAddress);
  await end.until('ikeClosed');
  expect(end.facts.map(({ type }) => type)).toEqual([
    'redirected',
    'ikeEstablished',
    'childInstalled',
    'childRemoved',
    'ikeClosed',
  ]);
  expect(printAddress(onlyIkeSa(end).remote.address)).toBe(otherAddress);
  await pair.expectSame(end);
  expect(await charon.sas()).toContain(otherAddress);
  expect(charon.log()).toContain('N(REDIR_FROM)');
});

test('and back again', async () => {
  const end = await meet();
  await sendOn(otherAddress);
  await end.until('ikeClosed');
  end.forget();

  await sendOn(charonAddress);

  await end.until('ikeClosed');
  expect(printAddress(onlyIkeSa(end).remote.address)).toBe(charonAddress);
  await pair.expectSame(end);
});

test.each([
  ['a name', 'blue.example', 'name'],
  ['an address that is none of the connection’s', '127.0.0.9', 'notHeld'],
  ['an IPv6 address', '2001:db8::1', 'family'],
])('to %s: we say why we do not go, and all stays as it is', async (_, to, why) => {
  const end = await meet();

  await sendOn(to);

  const { failure } = await end.until('failed');
  expect(failure).toMatchObject({ scope: 'request', by: 'local', refusal: { code: 'redirect', why, times: 0 } });
  await until(() => charon.log().includes('parsed INFORMATIONAL response'));
  expect(printAddress(onlyIkeSa(end).remote.address)).toBe(charonAddress);
  await pair.expectSame(end);
});
