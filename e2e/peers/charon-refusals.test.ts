/** What one end refuses, whoever began: our end says why, and by its own status charon holds nothing that should not stand. */
import { describe, expect, test } from 'vitest';
import { CharonPair, portsOf, roles } from './charon-pair.ts';

const pair = new CharonPair(portsOf(160));

describe.each(roles)('%s begin(s)', (who) => {
  const decider = who === 'we' ? 'remote' : 'local';

  test('no common proposal for IKE: refused in IKE_SA_INIT', async () => {
    const end = await pair.meet({ ike: 'aes256-sha384-ecp384' }, { ike: 'aes128-sha256-ecp256' });

    await pair.begin(who, end);

    const { failure } = await end.until('failed');
    expect(failure).toMatchObject({ by: decider, notify: 14, refusal: { code: 'noProposal', protocol: 'IKE' } });
    await pair.expectNothing();
  });

  test('the pre-shared keys differ: refused in IKE_AUTH, under its protection', async () => {
    const end = await pair.meet({ psk: 'one-shared-secret' }, { psk: 'another-secret' });

    await pair.begin(who, end);

    const { failure } = await end.until('failed');
    const check = who === 'we' ? 'peer' : 'psk'; // who began learns no more
    expect(failure).toMatchObject({ by: decider, notify: 24, decidedAt: { exchange: 35 }, refusal: { check } });
    expect(end.children()).toEqual([]);
    await pair.expectNothing();
  });

  test('no common proposal for ESP: the IKE SA stands, without a child', async () => {
    const end = await pair.meet({ esp: 'aes256gcm16' }, { esp: 'aes128-sha256' });

    await pair.begin(who, end);

    const { failure } = await end.until('failed');
    expect(failure).toMatchObject({ by: decider, scope: 'child', notify: 14, refusal: { protocol: 'ESP' } });
    await pair.expectNothing({ stands: true });
  });

  test('charon wants tunnel mode and we insist on transport: no SA is left that tunnels', async () => {
    const end = await pair.meet({ mode: 'tunnel' });

    await pair.begin(who, end);

    const { failure } = await end.until('failed');
    expect(failure).toMatchObject({ scope: 'child', by: 'local', refusal: { code: 'mode' } });
    expect(end.children()).toEqual([]);
    await pair.expectNothing({ stands: true });
  });

  test.each(['we', 'charon'] as const)(
    'encapsulation is forced by %s: ESP goes in UDP, by charon’s word',
    async (forcing) => {
      const end = await pair.meet(forcing === 'charon' ? { encap: 'yes' } : {}, {
        connection: { forcesUdpEncapsulation: forcing === 'we' },
      });

      await pair.begin(who, end);

      await end.until('childInstalled');
      expect(await pair.charon.sas()).toContain('TRANSPORT-in-UDP');
    },
  );
});
