/** Two IKE SAs stand for a moment (RFC 7296 2.8.2), and the peer is quick, or says what no peer should. */
import { describe, expect, test } from 'vitest';
import type { Header, IkeSpi, Payload } from '../message/message.ts';
import { answer, ask, ikeSpiOf, inHand, rekey, rekeyIke } from '../testing/collisions.ts';
import { noRandomness } from '../testing/other-answer.ts';
import { agreementOf, type Pair } from '../testing/pair.ts';

/** Both rekey the IKE SA at once, and the cluster's came through at the host. */
async function crossed() {
  const { pair, wire } = await inHand();
  const old = ikeSpiOf(pair.host);
  await rekeyIke(pair, 'host');
  await rekeyIke(pair, 'cluster');
  await wire.pass('cluster', ask);
  await wire.pass('host', answer);
  return { pair, wire, old };
}

test('two IKE SAs stand, and the peer rekeys the CHILD SA in the one that has not inherited it here yet: it is heard when that has', async () => {
  const { pair, wire } = await crossed();
  const { inSpi } = pair.cluster.child;
  await rekey(pair, 'cluster');
  await wire.pass('cluster', ask);
  await wire.rest(60_000);

  expect(pair.ladder().filter((line) => line.includes('CHILD_SA_NOT_FOUND'))).toEqual([]);
  expect(agreementOf(pair).host).toEqual(agreementOf(pair).cluster);
  expect(pair.cluster.sad.map((sa) => sa.replaces)).toEqual([inSpi]);
});

describe('two IKE SAs stand, and the peer does what it should not', () => {
  test('its answer to our rekey is malformed: its own rekey came through, and its IKE SA inherits', async () => {
    const { pair, wire, old } = await crossed();
    await sayAs(pair, old, { exchange: 36, messageId: 2, isResponse: true }, [
      { type: 'NONCE', nonce: new Uint8Array(32) },
    ]);
    const superseded = pair.host.endpoint.sessions().find(({ spis }) => spis.initiator === old);
    expect(superseded?.phase).toBe('superseded');
    expect(superseded?.window.outstanding).toBeUndefined(); // it has its answer, such as it is
    await wire.rest(60_000);

    for (const end of pair.ends) expect(end.ikeSas).toMatchObject([{ phase: 'established', children: [{}] }]);
    expect(agreementOf(pair).host).toEqual(agreementOf(pair).cluster);
  });

  test('it deletes its IKE SA, and the old one when ours has forgotten that: the CHILD SA goes, and nothing throws', async () => {
    const { pair, old } = await crossed();
    const deletes = [{ type: 'DELETE', protocol: 1, spis: [] }] as const;
    const fresh = pair.cluster.ikeSas.find(({ initiatorSpi }) => initiatorSpi !== old)?.initiatorSpi;
    await sayAs(pair, fresh, { exchange: 37, messageId: 0, isResponse: false }, deletes);
    for (let i = 0; i < 20; i++) await wakeHost(pair, 1_000);
    await sayAs(pair, old, { exchange: 37, messageId: 1, isResponse: false }, deletes);

    expect([...pair.host.ikeSas, ...pair.host.sad]).toEqual([]);
  });

  /** The cluster says it under the keys of that IKE SA, and the host hears it. */
  async function sayAs(
    pair: Pair,
    initiatorSpi: IkeSpi | undefined,
    said: Pick<Header, 'exchange' | 'messageId' | 'isResponse'>,
    payloads: readonly Payload[],
  ): Promise<void> {
    const session = pair.cluster.endpoint.sessions().find(({ spis }) => spis.initiator === initiatorSpi);
    if (!session || !('channel' in session)) throw new Error('the cluster has that IKE SA');
    const { spis, path, isInitiator } = session;
    const header = {
      ...{ initiatorSpi: spis.initiator, responderSpi: spis.responder, ...said },
      ...{ majorVersion: 2, minorVersion: 0, isFromInitiator: isInitiator },
    };
    for (const octets of await session.channel.seal(noRandomness, header, payloads)) {
      await pair.host.endpoint.receive({ local: path.remote, remote: path.local, octets }, pair.nowMs);
    }
    await pair.settle();
  }

  async function wakeHost(pair: Pair, ms: number): Promise<void> {
    pair.nowMs += ms;
    await pair.host.endpoint.wake(pair.nowMs);
    await pair.settle();
  }
});
