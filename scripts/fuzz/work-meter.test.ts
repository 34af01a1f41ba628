import { expect, test } from 'vitest';
import { reading } from '../../src/domain/bytes/reader.ts';
import { nodeProvider } from '../../src/server/node-provider.ts';
import { tooMuchFor, WorkMeter } from './work-meter.ts';

test('work is counted: each field that any reader reads, each call of a provider and of what it made', async () => {
  const meter = new WorkMeter(nodeProvider);

  const work = await meter.workOf(async () => {
    reading(new Uint8Array(3), 'three', (reader) => [reader.u8('one'), reader.u16('two')]);
    const mac = await meter.provider.hmac('SHA-256', new Uint8Array(32));
    await mac.sign(new Uint8Array(1));
  });

  expect(work).toEqual({ steps: 2, calls: 2 });
});

test('work that would not come to an end is stopped, whether it reads or asks the provider', async () => {
  const meter = new WorkMeter(nodeProvider);
  const readsForEver = async () => {
    reading(new Uint8Array(3), 'three', (reader) => {
      for (;;) reader.skip(0, 'nothing');
    });
  };
  const asksForEver = async () => {
    const mac = await meter.provider.hmac('SHA-256', new Uint8Array(32));
    for (;;) mac.sign();
  };

  await expect(meter.workOf(readsForEver)).rejects.toThrow('reading comes to an end');
  await expect(meter.workOf(asksForEver)).rejects.toThrow('cryptography comes to an end');
});

test('work that the octets of a datagram do not pay for is a claim that does not hold', () => {
  expect(tooMuchFor(100, { steps: 232, calls: 81 })).toBeUndefined();
  expect(tooMuchFor(100, { steps: 233, calls: 81 })).toBe('233 steps for 100 octets');
  expect(tooMuchFor(100, { steps: 232, calls: 82 })).toBe('82 calls for 100 octets');
});
