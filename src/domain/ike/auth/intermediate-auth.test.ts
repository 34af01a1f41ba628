import { describe, expect, test } from 'vitest';
import { concat, type Octets } from '../../bytes/octets.ts';
import { Secret } from '../../bytes/secret.ts';
import { computePrf } from '../../crypto/prf.ts';
import { webProvider } from '../../crypto/web-provider.ts';
import type { IkeKeys } from '../keys/keys.ts';
import { afterExchange, covered, headOfFragment, intAuthOf, noIntermediate } from './intermediate-auth.ts';

const prf = 5;
const octets = (count: number, value: number): Octets => new Uint8Array(count).fill(value);
const keysOf = (skPi: Secret, skPr: Secret): IkeKeys => ({ ...({} as IkeKeys), skPi, skPr });

describe('IntAuth (RFC 9242 3.3)', () => {
  test('of a message count: its header and the generic header of SK with lengths as if nothing were sealed, then the payloads', () => {
    const head = concat(octets(24, 0xaa), Uint8Array.of(0, 0, 9, 9), Uint8Array.of(34, 0, 7, 7));

    const counted = covered(head, octets(10, 0xbb));

    expect(counted).toHaveLength(28 + 4 + 10);
    expect([...counted.subarray(0, 24)]).toEqual([...octets(24, 0xaa)]);
    expect([...counted.subarray(24, 32)]).toEqual([0, 0, 0, 42, 34, 0, 0, 14]);
    expect([...counted.subarray(32)]).toEqual([...octets(10, 0xbb)]);
  });

  test('a message that came in fragments counts as if it had come in one piece', () => {
    const header = octets(28, 1);
    const first = concat(header.with(16, 53), Uint8Array.of(34, 0, 0, 200, 0, 1, 0, 3), octets(40, 2));
    const whole = concat(header.with(16, 46), Uint8Array.of(34, 0, 1, 1));

    expect(covered(headOfFragment(first, 34), octets(5, 3))).toEqual(covered(whole, octets(5, 3)));
  });

  test('each direction is a chain under its own SK_p of the time; behind both stands the id of IKE_AUTH', async () => {
    const [i1, r1, i2, r2] = [1, 2, 3, 4].map((value) => new Secret(octets(32, value))) as [
      Secret,
      Secret,
      Secret,
      Secret,
    ];
    const messages = [5, 6, 7, 8].map((value) => octets(40, value)) as [Octets, Octets, Octets, Octets];

    const once = await afterExchange(webProvider, { prf, keys: keysOf(i1, r1) }, noIntermediate, {
      request: messages[0],
      response: messages[1],
    });
    const twice = await afterExchange(webProvider, { prf, keys: keysOf(i2, r2) }, once, {
      request: messages[2],
      response: messages[3],
    });

    const chain = async (first: Secret, second: Secret, one: Octets, two: Octets) => {
      const before = await computePrf(webProvider, prf, first, one);
      return (await computePrf(webProvider, prf, second, concat(before.reveal(), two))).reveal();
    };
    const expected = concat(
      await chain(i1, i2, messages[0], messages[2]),
      await chain(r1, r2, messages[1], messages[3]),
      Uint8Array.of(0, 0, 0, 3),
    );
    expect(intAuthOf(twice)).toEqual(expected);
  });

  test('nothing between, nothing covered', () => {
    expect(intAuthOf(noIntermediate)).toHaveLength(0);
  });
});
