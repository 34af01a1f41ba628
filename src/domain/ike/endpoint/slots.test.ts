import { expect, test } from 'vitest';
import { scriptedRandom } from '../../crypto/testing/scripted-random.ts';
import { espSpiOf } from '../message/spi.ts';
import { Slots } from './slots.ts';

const [zero, reserved, first] = [Uint8Array.of(0, 0, 0, 0), Uint8Array.of(0, 0, 0, 255), Uint8Array.of(0, 0, 1, 0)];

test('SPIs of ESP begin at 256: what chance draws below is drawn again, and what a peer names below is none', () => {
  expect(new Slots().freshEspSpi({ random: scriptedRandom(zero, reserved, first) })).toBe(256);
  expect([zero, reserved, first].map(espSpiOf)).toEqual([undefined, undefined, 256]);
});
