import { expect, test } from 'vitest';
import { drawFrom } from '../../src/domain/ike/message/testing/mutate.ts';
import { damagedCertificate, probeCertificate } from './damaged-certificates.ts';
import { sendDamagedPackets } from './damaged-packets.ts';

test('of damaged IP packets none makes a boundary throw, and none but the honest ones is delivered by ESP, each once', async () => {
  const broken: string[] = [];
  for (let seed = 1; seed <= 60; seed++) {
    const claim = await sendDamagedPackets(seed);
    if (claim) broken.push(`${seed}: ${claim}`);
  }
  expect(broken).toEqual([]);
});

test('damaged certificates are read or refused', () => {
  const draw = drawFrom(5280);
  const broken = Array.from({ length: 2_000 }, () => probeCertificate(damagedCertificate(draw))).filter((each) => each);
  expect(broken).toEqual([]);
});
