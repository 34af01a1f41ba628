/**
 * Several key exchanges, ML-KEM among them (RFC 9242, 9370), with strongSwan 6, which Debian 12 does not have: vitest.peers.config.ts
 * says on screen that this file does not run there. `CHARON=…/charon SWANCTL=…/swanctl` meet another strongSwan.
 */
import { describe, expect, test } from 'vitest';
import { CharonPair, onlyIkeSa, portsOf, roles } from './charon-pair.ts';

const pair = new CharonPair(portsOf(480));
const { charon } = pair;

const methods = [
  ['aes256-sha384-x25519-ke1_mlkem768', 'CURVE_25519/KE1_ML_KEM_768'],
  ['aes256-sha384-ecp384-ke1_mlkem1024', 'ECP_384/KE1_ML_KEM_1024'],
  ['aes256gcm16-prfsha384-x25519-ke1_mlkem512', 'CURVE_25519/KE1_ML_KEM_512'],
  ['chacha20poly1305-prfsha256-x25519-ke1_mlkem768-ke2_ecp384', 'CURVE_25519/KE1_ML_KEM_768/KE2_ECP_384'],
  ['aes256-sha384-ecp256-ke1_x25519-ke2_mlkem768-ke3_modp2048', 'ECP_256/KE1_CURVE_25519/KE2_ML_KEM_768/KE3_MODP_2048'],
  ['aes256-sha384-x25519-ke1_mlkem768-ke1_none', 'CURVE_25519/KE1_ML_KEM_768'],
] as const;

describe.each(methods)('%s', (ike, chosen) => {
  test.each(roles)('%s initiate(s): both ends hold the same SA', async (who) => {
    const end = await pair.meet({ ike }, { ike });

    await pair.begin(who, end);

    await pair.expectSameKeys(end);
    expect(await charon.sas()).toContain(chosen);
  });

  test.each(roles)('%s rekey(s) the IKE SA by as many: the new one has the CHILD SA', async (who) => {
    const end = await pair.establish('we', { ike }, { ike });
    const { initiatorSpi } = onlyIkeSa(end);

    await (who === 'we' ? end.endpoint.rekeyIke(initiatorSpi, Date.now()) : charon.swanctl('--rekey', '--ike', 't'));

    await end.until('ikeClosed');
    await pair.expectSame(end);
    expect(onlyIkeSa(end).initiatorSpi).not.toBe(initiatorSpi);
    expect(await charon.sas()).toContain(chosen);
  });
});

describe.each([
  ['aes256gcm16-x25519-ke1_mlkem768', 'CURVE_25519/KE1_ML_KEM_768'],
  ['aes256-sha256-ecp384-ke1_mlkem1024-ke2_x25519', 'ECP_384/KE1_ML_KEM_1024/KE2_CURVE_25519'],
])('a CHILD SA with %s', (esp, chosen) => {
  const ike = 'aes256-sha384-x25519-ke1_mlkem768';

  test.each(roles)('%s rekey(s) it by as many: both ends hold the same new one', async (who) => {
    const end = await pair.establish(who, { ike, esp }, { ike, esp });
    const [old] = end.children();
    if (!old) throw new Error('a CHILD SA stands');

    await (who === 'we' ? end.endpoint.rekeyChild(old.inSpi, Date.now()) : charon.swanctl('--rekey', '--child', 't'));

    await end.until('childRemoved');
    await pair.expectSame(end);
    const [now = old] = end.children();
    expect(now.inSpi).not.toBe(old.inSpi);
    pair.expectKeysOf(now);
    expect(await charon.sas()).toContain(chosen);
  });
});
