/** Secrets of an SA that takes several key exchanges (RFC 9370 2.2.4) are zeros as soon as nothing comes of it. */
import { expect, test } from 'vitest';
import { Secret } from '../../bytes/secret.ts';
import type { Session } from '../sa/state.ts';
import { ikeSpiOf } from '../testing/collisions.ts';
import { answerFollowUp, followUpAnswered, lostFollowUp, several } from '../testing/follow-ups.ts';
import { makePair, type Pair, type TestEnd } from '../testing/pair.ts';

const settings = { fragmentIpOctets: 9000, halfOpenMs: 10_000, windowSize: 2 };

const rekeyChild = ({ host, nowMs }: Pair) => host.endpoint.rekeyChild(host.child.inSpi, nowMs);
const rekeyIke = ({ host, nowMs }: Pair) => host.endpoint.rekeyIke(ikeSpiOf(host), nowMs);
const rekeys = [
  ['CHILD SA', rekeyChild],
  ['IKE SA', rekeyIke],
] as const;

const halfMade = async (asks: (pair: Pair) => Promise<void>): Promise<Pair> => {
  const pair = await makePair({ both: several, settings }).establish();
  await lostFollowUp(pair, asks);
  return pair;
};

/** The first shared secret of what is in the making at an end. */
function secretOf({ endpoint }: TestEnd): Secret {
  const found = endpoint
    .sessions()
    .flatMap((session) => makingsOf(session).map(({ keying, input }) => keying ?? input));
  const [secret, ...more] = found.map((each) => each?.sharedSecret);
  if (!(secret instanceof Secret) || more.length > 0) throw new Error(`${found.length} SAs are in the making`);
  expect(isZero(secret)).toBe(false);
  return secret;
}

interface AnyMaking {
  readonly keying?: { readonly sharedSecret?: Secret };
  readonly input?: { readonly sharedSecret?: Secret };
}

function makingsOf(session: Session): readonly AnyMaking[] {
  const { pending } = session.window.outstanding ?? {};
  const own = [pending, ...('tasks' in session ? session.tasks : [])].flatMap((each) =>
    each?.type === 'followUp' ? [each.making] : [],
  );
  return 'making' in session && session.making ? [session.making, ...own] : own;
}

const isZero = (secret: Secret): boolean => secret.reveal().every((octet) => octet === 0);

test.each(rekeys)('%s: the peer never asks for the second key exchange', async (_, asks) => {
  const pair = await halfMade(asks);
  const secret = secretOf(pair.cluster);
  pair.wire.tamper = () => [];

  pair.nowMs += settings.halfOpenMs;
  expect(pair.cluster.endpoint.nextWakeAtMs).toBeLessThanOrEqual(pair.nowMs);
  await pair.cluster.endpoint.wake(pair.nowMs);

  expect(isZero(secret)).toBe(true);
  expect(pair.cluster.endpoint.sessions().flatMap(makingsOf)).toEqual([]);
});

test.each(rekeys)('%s: the IKE SA ends meanwhile, at both ends', async (_, asks) => {
  const pair = await halfMade(asks);
  const secrets = pair.ends.map(secretOf);

  await pair.cluster.endpoint.deleteIkeSa(ikeSpiOf(pair.cluster), pair.nowMs);
  await pair.runFor(500);

  expect(secrets.map(isZero)).toEqual([true, true]);
});

test.each(rekeys)('%s: the peer refuses the second key exchange', async (_, asks) => {
  const pair = await makePair({ both: several, settings }).establish();
  const request = await lostFollowUp(pair, asks);
  const secret = secretOf(pair.host);

  await answerFollowUp(pair, request, 'NO_PROPOSAL_CHOSEN');

  expect(isZero(secret)).toBe(true);
});

test('the peer asks for another SA in its place', async () => {
  const pair = await followUpAnswered('NO_PROPOSAL_CHOSEN', rekeyChild);
  const secret = secretOf(pair.cluster);

  await lostFollowUp(pair, rekeyIke);

  expect(isZero(secret)).toBe(true);
  expect(isZero(secretOf(pair.cluster))).toBe(false);
});

test('the peer rekeys the IKE SA while it is put off', async () => {
  const pair = await followUpAnswered('TEMPORARY_FAILURE', rekeyChild);
  const secret = secretOf(pair.host);

  await pair.cluster.endpoint.rekeyIke(ikeSpiOf(pair.cluster), pair.nowMs);
  await pair.runFor(500);

  expect(isZero(secret)).toBe(true);
});
