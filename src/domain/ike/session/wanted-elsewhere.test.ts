/** CHILD SAs wanted of an IKE SA that is on its way out: another makes them, and none is lost without a word. */
import { describe, expect, test } from 'vitest';
import { address } from '../../net/address.ts';
import { printSelector } from '../../spd/selector.ts';
import { aFlow } from '../../spd/testing/builders.ts';
import type { Env } from '../env.ts';
import { prefix } from '../testing/builders.ts';
import { agreementOf, makePair, type Pair } from '../testing/pair.ts';
import { advance } from './session.ts';

describe('another IKE SA makes it', () => {
  test('asked for when the order to delete was given, and not yet carried out', async () => {
    const pair = await makePair().establish();
    const old = ikeSpiOf(pair);
    await Promise.all([pair.host.endpoint.deleteIkeSa(old, pair.nowMs), pair.host.initiate()]);
    await pair.run();
    expectAnother(pair, old);
  });

  test('waiting for the answer to something else when the delete goes before it', async () => {
    const pair = await waiting();
    const old = ikeSpiOf(pair);
    await pair.host.endpoint.deleteIkeSa(old, pair.nowMs);
    await pair.run();
    expectAnother(pair, old);
  });

  test('two that wait share one', async () => {
    const pair = await waiting();
    const old = ikeSpiOf(pair);
    await Promise.all([pair.host.endpoint.deleteIkeSa(old, pair.nowMs), pair.host.initiate()]);
    await pair.run();
    expectAnother(pair, old);
  });

  test('asked for while the IKE SA ends without a word', async () => {
    const pair = await makePair().establish();
    const old = ikeSpiOf(pair);
    await Promise.all([pair.host.endpoint.dropSilently(pair.nowMs), pair.host.initiate()]);
    await pair.run();
    expect(pair.host.ikeSas.map(({ initiatorSpi }) => initiatorSpi)).not.toContain(old);
    expect(pair.host.sad).toHaveLength(1);
  });
});

test('each that is to take the place of another SA is made for itself', async () => {
  const tunnel = { mode: { want: 'tunnel', strictness: 'require' }, fromPacket: ['local', 'remote'] } as const;
  const [hosts, lifs] = ['10.2.0.0/16', '10.1.0.0/16'];
  const pair = makePair({
    both: { child: tunnel },
    host: { localSubnet: hosts, remoteSubnet: lifs },
    cluster: { localSubnet: lifs, remoteSubnet: hosts },
  });
  for (const i of [1, 2, 3, 4]) {
    await pair.host.initiate({ flow: aFlow('10.2.2.2', `10.1.1.${i}`, 700, 2049) });
    await pair.run();
  }
  const old = ikeSpiOf(pair);
  await pair.host.endpoint.reauthenticate(old, pair.nowMs);
  await pair.runFor(22); // the new IKE SA has the first, asks for the second, and two wait
  const heir = pair.host.ikeSas.find(({ initiatorSpi }) => initiatorSpi !== old);
  await pair.host.endpoint.deleteIkeSa(old, pair.nowMs);
  await pair.host.endpoint.deleteIkeSa(heir?.initiatorSpi ?? expect.unreachable('it stands'), pair.nowMs);
  await pair.run();

  expect(pair.host.sad.map(({ remoteSelectors }) => remoteSelectors.map(printSelector))).toEqual([
    ['10.1.1.3/32'],
    ['10.1.1.4/32'],
  ]);
  expect(agreementOf(pair).host).toEqual(agreementOf(pair).cluster);
});

test('whose connection is gone by then it comes to nothing, and is said to', async () => {
  const pair = await waiting();
  await pair.host.endpoint.setConnections([], pair.nowMs);
  await pair.run(60_000);
  expect(pair.host.ikeSas).toEqual([]);
  expect(pair.host.failures).toMatchObject([
    { connection: 'nfs', child: 'nfs', by: 'local', refusal: { code: 'asked', reason: 'configuration' } },
  ]);
});

test('whose connection has another peer by then it is wanted of that one, and nobody else is called', async () => {
  const pair = await waiting();
  const moved = { remote: [prefix('203.0.113.9/32')], remoteAddress: address('203.0.113.9') };
  await pair.host.endpoint.setConnections([{ ...pair.host.connection, ...moved }], pair.nowMs);
  await pair.run(1_000);
  expect(pair.host.ikeSas).toMatchObject([{ phase: 'connecting', remote: { address: moved.remoteAddress } }]);
  expect(pair.cluster.ikeSas).toEqual([]);
});

test('the heir of a rekey is gone itself: what it was to inherit is wanted elsewhere', async () => {
  const pair = await makePair().establish();
  await pair.host.endpoint.deleteIkeSa(ikeSpiOf(pair), pair.nowMs);
  await pair.run();
  const [gone] = pair.host.endpoint.sessions();
  if (gone?.phase !== 'closed') throw new Error('it is not closed');
  const task = { type: 'createChild', child: 'nfs', tries: 0 } as const;
  const handOver = { toOwnSpi: gone.spis.initiator, children: [], tasks: [task] };
  const step = await advance(gone, { type: 'inherit', handOver }, { nowMs: pair.nowMs } as Env);
  expect(step.overflow).toEqual([task]);
});

/** One CHILD SA is being rekeyed, and another is wanted. */
async function waiting(): Promise<Pair> {
  const pair = await makePair().establish();
  await pair.host.endpoint.rekeyChild(pair.host.child.inSpi, pair.nowMs);
  await pair.host.initiate();
  return pair;
}

function expectAnother(pair: Pair, old: string): void {
  expect(pair.host.ikeSas).toHaveLength(1);
  expect(ikeSpiOf(pair)).not.toBe(old);
  expect(pair.host.sad).toHaveLength(1);
  expect(agreementOf(pair).host).toEqual(agreementOf(pair).cluster);
  expect(pair.host.failures).toEqual([]);
}

const ikeSpiOf = (pair: Pair) => pair.host.ikeSas[0]?.initiatorSpi ?? ('' as never);
