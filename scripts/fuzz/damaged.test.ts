import { expect, test } from 'vitest';
import { drawFrom } from '../../src/domain/ike/message/testing/mutate.ts';
import { stepsOfReading, TooManySteps } from './counted-octets.ts';
import { damagedCertificate, probeCertificate } from './damaged-certificates.ts';
import { sendDamagedPackets } from './damaged-packets.ts';

test('of damaged IP packets none makes a boundary throw or do more than its octets are worth, and none but the honest ones is delivered by ESP, each once', async () => {
  const broken: string[] = [];
  for (let seed = 1; seed <= 60; seed++) {
    const claim = await sendDamagedPackets(seed);
    if (claim) broken.push(`${seed}: ${claim}`);
  }
  expect(broken).toEqual([]);
});

test('a reader that would not come to an end is stopped: by its octets, and by what it cuts out of them', () => {
  const octets = new Uint8Array(10);
  const waiting = (read: Uint8Array) => {
    for (let at = 0; at < read.length; );
  };
  const cutting = (read: Uint8Array) => {
    for (let part = read; ; part = part.subarray(1));
  };

  expect(stepsOfReading(octets, 100, (read) => void read.subarray(1).length)).toBe(2);
  for (const read of [waiting, cutting]) expect(() => stepsOfReading(octets, 100, read)).toThrow(TooManySteps);
});

test('damaged certificates are read or refused, in so many steps an octet', () => {
  const draw = drawFrom(5280);
  const broken = Array.from({ length: 2_000 }, () => probeCertificate(damagedCertificate(draw))).filter((each) => each);
  expect(broken).toEqual([]);
});
