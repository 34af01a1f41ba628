/**
 * Postquantum pre-shared keys (RFC 8784) with real strongSwan, each end in each role: both have one, required or optional, one
 * side only, another identity, another secret. charon's status and the keys that it installed are the witness.
 */
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { toHex } from '../../src/domain/bytes/hex.ts';
import { utf8 } from '../../src/domain/bytes/octets.ts';
import { Secret } from '../../src/domain/bytes/secret.ts';
import type { PostquantumKey } from '../../src/domain/ike/connection.ts';
import type { Refusal } from '../../src/domain/ike/refusal.ts';
import { credentialIn, makeCertificates } from './certificates.ts';
import { CharonPair, type CharonWish, portsOf, type Role, roles } from './charon-pair.ts';
import type { OwnEnd } from './own-end.ts';
import { until } from './waiting.ts';

const settings = { retransmit: { firstMs: 500, factor: 1.5, tries: 4 } };
const pair = new CharonPair(portsOf(50));
const { charon } = pair;
let folder: string;

beforeAll(() => {
  folder = makeCertificates({ names: ['a.test', 'b.test'], kinds: ['p256'] });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Holding = { readonly id?: string; readonly secret?: string; readonly required: boolean } | undefined;

const optional: Holding = { required: false };
const required: Holding = { required: true };
const text = 'thirty-two octets of nobody knows';

const ourKey = ({ id = 'ppk-2026', secret = text, required: isRequired }: NonNullable<Holding>): PostquantumKey => ({
  id,
  secret: new Secret(utf8(secret)),
  required: isRequired,
});

async function meet(
  initiator: Role,
  ours: Holding,
  theirs: Holding,
  proof: 'psk' | 'certificate' = 'psk',
): Promise<OwnEnd> {
  const { id = 'ppk-2026', secret = text } = theirs ?? {};
  const configuration: CharonWish = {
    ...(proof === 'certificate' && { certificates: { kind: 'p256', folder } }),
    ...(theirs && {
      edit: (swanctl) => `${swanctl}\nsecrets {\n ppk-1 {\n id-1 = ${id}\n secret = "${secret}"\n }\n }\n`,
      connection: { ppk_id: id, ppk_required: theirs.required ? 'yes' : 'no' },
    }),
  };
  const authentication = proof === 'certificate' && (await credentialIn(folder, 'p256', 'a.test'));
  const connection = { ...(authentication && { authentication }), ...(ours && { ppk: ourKey(ours) }) };
  const end = await pair.meet(configuration, { settings, connection });
  await pair.begin(initiator, end);
  return end;
}

/** Both ends hold the same CHILD SA: SPIs and keys, crosswise. */
async function expectSameChild(end: OwnEnd): Promise<void> {
  const { child } = await end.until('childInstalled');
  for (const [spi, key] of [
    [child.inSpi, child.inKeys],
    [child.outSpi, child.outKeys],
  ] as const) {
    const lineOf = () =>
      charon
        .installedKeys()
        .split('\n')
        .find((each) => each.includes(`spi=0x${spi.toString(16).padStart(8, '0')}`));
    await until(() => lineOf() !== undefined); // who asked installs when the answer comes
    expect(lineOf(), 'charon holds the SPI with our key').toContain(toHex(key.encr.reveal()));
  }
  expect(await charon.sas()).toContain('INSTALLED, TRANSPORT');
}

async function expectRefusal(end: OwnEnd, refusal: Partial<Refusal>): Promise<void> {
  const { failure } = await end.until('failed');
  expect(failure.refusal).toMatchObject(refusal);
  await vi.waitUntil(async () => !(await charon.sas()).includes('ESTABLISHED'), { timeout: 10_000, interval: 100 });
  expect(end.endpoint.ikeSas()).toEqual([]);
}

describe.each(roles)('%s initiate', (initiator) => {
  test.each([
    ['both require it', required, required],
    ['both have it, optional', optional, optional],
    ['we require it, charon has it', required, optional],
    ['charon requires it, we have it', optional, required],
  ])('%s: it is in the keys of both ends', async (_, ours, theirs) => {
    const end = await meet(initiator, ours, theirs);

    await expectSameChild(end);
    expect(charon.log()).toContain("using PPK for PPK_ID 'ppk-2026'");
  });

  test.each([
    ['only we have it, optional', optional, undefined],
    ['only charon has it, optional', undefined, optional],
  ])('%s: the SA stands without', async (_, ours, theirs) => {
    const end = await meet(initiator, ours, theirs);

    await expectSameChild(end);
    expect(charon.log()).not.toContain('using PPK');
  });

  test.each([
    ['both require it', required, required, true],
    ['only we have it, optional', optional, undefined, false],
    ['only charon has it, optional', undefined, optional, false],
  ])('by certificate, %s', async (_, ours, theirs, isUsed) => {
    const end = await meet(initiator, ours, theirs, 'certificate');

    await expectSameChild(end);
    expect(charon.log().includes("using PPK for PPK_ID 'ppk-2026'")).toBe(isUsed);
    expect(charon.log()).toContain("authentication of 'a.test' with ECDSA_WITH_SHA256_DER successful");
  });

  test('only we have it, required: no SA', async () => {
    const end = await meet(initiator, required, undefined);

    await expectRefusal(end, { code: 'ppk', why: 'peerLacks' });
  });

  test('another secret under the same identity, optional: no SA', async () => {
    const end = await meet(initiator, { required: false, secret: 'something else altogether' }, optional);

    await expectRefusal(
      end,
      initiator === 'we' ? { code: 'authFailed', check: 'peer' } : { code: 'ppk', why: 'differs' },
    );
  });

  test('another secret under the same identity, required: no SA', async () => {
    const end = await meet(initiator, { required: true, secret: 'something else altogether' }, required);

    await expectRefusal(end, { code: 'authFailed', check: initiator === 'we' ? 'peer' : 'psk' });
  });

  test('another identity: no SA, though both might do without', async () => {
    const end = await meet(initiator, { required: false, id: 'ppk-2025' }, optional);

    await expectRefusal(
      end,
      initiator === 'we'
        ? { code: 'authFailed', check: 'peer' }
        : { code: 'ppk', why: 'unknownId', ownId: 'ppk-2025', peerId: 'ppk-2026' },
    );
  });
});

test('only charon has it, required, we initiate: it refuses, and we have nothing', async () => {
  const end = await meet('we', undefined, required);

  await expectRefusal(end, { code: 'authFailed', check: 'peer' });
});

test('only charon has it, required, charon initiates: it goes no further', async () => {
  const end = await meet('charon', undefined, required);

  expect(charon.log()).toContain('PPK required but peer does not support PPK');
  expect(end.facts).toEqual([]);
});

test('rekeys of the IKE SA and its child descend from the mixed keys', async () => {
  const end = await meet('we', required, required);
  await end.until('childInstalled');
  end.forget();

  await charon.swanctl('--rekey', '--ike', 't');
  await end.until('ikeEstablished');
  await end.until('ikeClosed'); // charon has heard our answer and deleted the old one
  end.forget();
  await charon.swanctl('--rekey', '--child', 't');

  await expectSameChild(end);
});
