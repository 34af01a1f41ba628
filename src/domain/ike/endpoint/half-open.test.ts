import { expect, test } from 'vitest';
import { seededProvider } from '../../crypto/seeded-provider.ts';
import { webProvider } from '../../crypto/web-provider.ts';
import { meansOf } from '../means.ts';
import { defaultSettings } from '../settings.ts';
import { HalfOpen } from './half-open.ts';
import type { Slot } from './slots.ts';

test('a peer that moves while it is half-open is counted off where it began, so that nobody locks an address out', () => {
  const settings = { ...defaultSettings, halfOpenPerAddress: 1 };
  const halfOpen = new HalfOpen(settings, meansOf(seededProvider(webProvider, 'half-open')));
  const request = Uint8Array.of(1);
  for (let i = 0; i < 3; i++) {
    const key = { text: `${i}`, address: '192.0.2.1' };
    const slot = {} as Slot; // it serves as a name alone: wherever its session is by now plays no part
    expect(halfOpen.admit(key, request).type).toBe('new');
    halfOpen.answered(key, request, slot);
    halfOpen.ended(slot);
    expect(halfOpen.count).toBe(0);
  }
});
