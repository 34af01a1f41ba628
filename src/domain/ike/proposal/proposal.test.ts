import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { emptyOctets } from '../../bytes/octets.ts';
import { isNegotiable } from '../../crypto/transforms.ts';
import type { Proposal, Transform } from '../message/message.ts';
import { protocols } from '../message/names.ts';
import { ontapSuites } from './ontap-suites.ts';
import {
  areSame,
  chosenOf,
  compareProposals,
  groupsOf,
  isChoiceOf,
  isRunnable,
  selectProposal,
  suiteOf,
  transformTypes,
  withoutKeyExchange,
} from './proposal.ts';

const { ENCR, PRF, INTEG, KE, ESN } = transformTypes;
const cbc256: Transform = { type: ENCR, id: 12, keyBits: 256 };
const cbc128: Transform = { type: ENCR, id: 12, keyBits: 128 };
const gcm256: Transform = { type: ENCR, id: 20, keyBits: 256 };
const tripleDes: Transform = { type: ENCR, id: 3 };
const prf384: Transform = { type: PRF, id: 6 };
const hmac384: Transform = { type: INTEG, id: 13 };
const noIntegrity: Transform = { type: INTEG, id: 0 };
const modp1024: Transform = { type: KE, id: 2 };
const ecp384: Transform = { type: KE, id: 20 };
const noEsn: Transform = { type: ESN, id: 0 };

const ike = (...transforms: Transform[]): Proposal => aProposal(protocols.numbers.IKE, transforms);
const esp = (...transforms: Transform[]): Proposal => aProposal(protocols.numbers.ESP, transforms);

const keep = { prefer: 'accepted', keyExchange: 'keep' } as const;

describe('selection', () => {
  test('the answer has the number and the SPI of the proposal that was offered', () => {
    const spi = Uint8Array.of(0, 0, 1, 1);
    const offered = [
      { ...esp(cbc128, hmac384, noEsn), spi },
      { ...esp(gcm256, noEsn), number: 2, spi },
    ];

    expect(selectProposal(offered, [esp(gcm256, noEsn)], keep)).toEqual({ ...offered[1], transforms: [gcm256, noEsn] });
  });

  test('who is preferred decides between what both can do', () => {
    const offered = [ike(cbc128, cbc256, prf384, hmac384, ecp384)];
    const accepted = [ike(cbc256, cbc128, prf384, hmac384, ecp384)];
    const chosen = (prefer: 'offered' | 'accepted') => selectProposal(offered, accepted, { ...keep, prefer });

    expect(chosenOf(chosen('offered') ?? ike(), ENCR)).toEqual(cbc128);
    expect(chosenOf(chosen('accepted') ?? ike(), ENCR)).toEqual(cbc256);
  });

  test.each([
    ['a cipher that is broken', [tripleDes, prf384, hmac384, ecp384]],
    ['a group that is too small', [cbc256, prf384, hmac384, modp1024]],
    ['AES without its key length', [{ type: ENCR, id: 12 }, prf384, hmac384, ecp384]],
    ['no key exchange', [cbc256, prf384, hmac384]],
    ['no integrity beside CBC', [cbc256, prf384, ecp384]],
    ['integrity beside an AEAD', [gcm256, prf384, hmac384, ecp384]],
    ['a transform type that nobody defined', [cbc256, prf384, hmac384, ecp384, { type: 13, id: 1 }]],
  ])('%s is never chosen, though both sides name it', (_, transforms) => {
    expect(selectProposal([ike(...transforms)], [ike(...transforms)], keep)).toBeUndefined();
  });

  test('an AEAD takes the place of CBC where both stand in one proposal, if integrity may be left out', () => {
    const mixed = ike(gcm256, cbc256, prf384, hmac384, noIntegrity, ecp384);

    expect(selectProposal([mixed], [ike(gcm256, prf384, ecp384)], keep)?.transforms).toEqual([gcm256, prf384, ecp384]);
    expect(selectProposal([ike(gcm256, cbc256, prf384, hmac384, ecp384)], [mixed], keep)?.transforms).toEqual([
      cbc256,
      prf384,
      hmac384,
      ecp384,
    ]);
  });

  test('a transform with an attribute that we do not know is skipped, its proposal is not', () => {
    const odd = { ...cbc256, unknownAttributes: [{ type: 99, isShort: true, value: Uint8Array.of(0, 1) }] };

    expect(
      selectProposal([ike(odd, prf384, hmac384, ecp384)], [ike(cbc256, prf384, hmac384, ecp384)], keep),
    ).toBeUndefined();
    expect(
      selectProposal([ike(odd, cbc128, prf384, hmac384, ecp384)], [ike(cbc128, prf384, hmac384, ecp384)], keep),
    ).toBeDefined();
  });

  test('the CHILD SA of IKE_AUTH agrees without a group that only one side names', () => {
    const offered = [esp(gcm256, ecp384, noEsn)];
    const accepted = [esp(gcm256, noEsn)];

    expect(selectProposal(offered, accepted, keep)).toBeUndefined();
    expect(selectProposal(offered, accepted, { ...keep, keyExchange: 'strip' })?.transforms).toEqual([gcm256, noEsn]);
  });

  /** Some of these in some order: near enough to each other that one pair in four agrees. */
  const some = (transforms: Transform[], minLength: number) => fc.shuffledSubarray(transforms, { minLength });
  const proposal = fc
    .tuple(
      some([cbc128, cbc256, gcm256, tripleDes], 1),
      some([prf384, { type: PRF, id: 2 }, { type: PRF, id: 5 }], 1),
      some([noIntegrity, hmac384, { type: INTEG, id: 2 }], 0),
      some([modp1024, ecp384, { type: KE, id: 0 }, { type: KE, id: 19 }], 1),
      some(
        [ecp384, { type: KE, id: 0 }, { type: KE, id: 19 }].map(({ id }) => ({ type: 6, id })),
        0,
      ),
    )
    .map((parts) => ike(...parts.flat()));
  const proposals = fc.array(proposal, { minLength: 1, maxLength: 3 });

  test('whatever is chosen, both sides named it, we may run it, and the initiator finds its own offer in it', () =>
    fc.assert(
      fc.property(
        proposals,
        proposals,
        fc.constantFrom('offered' as const, 'accepted' as const),
        (theirs, ours, prefer) => {
          const offered = theirs.map((each, index) => ({ ...each, number: index + 1 }));
          const chosen = selectProposal(offered, ours, { prefer, keyExchange: 'keep' });
          if (!chosen) return;

          const names = (all: readonly Proposal[], wanted: Transform) =>
            all.some(({ transforms }) => transforms.some((each) => areSame(each, wanted)));
          expect(chosen.transforms.every((each) => names(offered, each) && names(ours, each))).toBe(true);
          expect(chosen.transforms.every(isNegotiable)).toBe(true);
          expect(isChoiceOf(chosen, offered)).toBe(true);
          expect(isRunnable(chosen)).toBe(true);
        },
      ),
      { numRuns: 1000 },
    ));
});

test.each([18, 19])('AES-GCM with a short ICV (%i) is chosen where both ends name it, and only there', (id) => {
  const short: Transform = { type: ENCR, id, keyBits: 256 };
  const whole: Transform = { type: ENCR, id: 20, keyBits: 256 };
  const either = esp(whole, short, noEsn);

  expect(selectProposal([esp(short, noEsn)], [either], keep)?.transforms).toEqual([short, noEsn]);
  expect(selectProposal([either], [either], keep)?.transforms).toEqual([whole, noEsn]);
  expect(selectProposal([esp(short, noEsn)], [esp(whole, noEsn)], keep)).toBeUndefined();
  expect(selectProposal([esp(whole, noEsn)], [esp(short, noEsn)], keep)).toBeUndefined();
  expect(selectProposal([ike(short, prf384, ecp384)], [ike(short, prf384, ecp384)], keep)).toBeDefined();
});

test('NULL is chosen where both ends name it, and only there (RFC 8221 5)', () => {
  const encrNull: Transform = { type: ENCR, id: 11 };
  const withNull = esp(encrNull, hmac384, noEsn);
  const either = esp(encrNull, cbc256, hmac384, noEsn);

  expect(selectProposal([withNull], [either], keep)?.transforms).toEqual([encrNull, hmac384, noEsn]);
  expect(selectProposal([either], [esp(cbc256, hmac384, noEsn)], keep)?.transforms).toEqual([cbc256, hmac384, noEsn]);
  expect(selectProposal([esp(cbc256, hmac384, noEsn)], [either], keep)?.transforms).toEqual([cbc256, hmac384, noEsn]);
  expect(selectProposal([withNull], [esp(cbc256, hmac384, noEsn)], keep)).toBeUndefined();
});

describe('additional key exchanges (RFC 9370 2.2.2)', () => {
  const kem768: Transform = { type: 6, id: 36 };
  const kem1024: Transform = { type: 6, id: 37 };
  const second768: Transform = { type: 7, id: 36 };

  test('no method is chosen twice: a choice that leaves a later type without any is taken back', () => {
    const offered = ike(gcm256, prf384, ecp384, kem768, kem1024, second768);

    expect(selectProposal([offered], [offered], keep)?.transforms).toEqual([
      gcm256,
      prf384,
      ecp384,
      kem1024,
      second768,
    ]);
  });

  test('where it could only be twice, nothing is chosen; an answer that has one twice is no choice', () => {
    const offered = ike(gcm256, prf384, ecp384, kem768, second768);

    expect(selectProposal([offered], [offered], keep)).toBeUndefined();
    expect(isChoiceOf(offered, [offered])).toBe(false);
  });
});

describe('an answer', () => {
  const offered = [ike(cbc256, cbc128, prf384, hmac384, ecp384)];

  test.each([
    ['another number', { ...ike(cbc256, prf384, hmac384, ecp384), number: 2 }],
    ['another protocol', esp(cbc256, prf384, hmac384, ecp384)],
    ['two ciphers', ike(cbc256, cbc128, prf384, hmac384, ecp384)],
    ['a cipher that was not offered', ike(gcm256, prf384, hmac384, ecp384)],
    ['no cipher', ike(prf384, hmac384, ecp384)],
    ['a type that was not offered', ike(cbc256, prf384, hmac384, ecp384, noEsn)],
  ])('with %s is no choice out of the offer', (_, answer) => {
    expect(isChoiceOf(answer, offered)).toBe(false);
  });

  test('names what we key', () => {
    expect(suiteOf(ike(cbc256, prf384, hmac384, ecp384))).toEqual({
      encr: { id: 12, keyBits: 256 },
      integ: { id: 13 },
    });
    expect(suiteOf(esp(gcm256, noIntegrity, noEsn))).toEqual({ encr: { id: 20, keyBits: 256 } });
  });
});

describe('why nothing was chosen', () => {
  test('the nearest pair is compared type by type', () => {
    const far = esp(gcm256, noEsn);
    const near = esp(cbc128, hmac384, noEsn);

    const comparison = compareProposals([far, near], [esp(cbc256, hmac384, noEsn)]);

    expect(comparison?.offered).toBe(near);
    expect(comparison?.types).toEqual([
      { type: ENCR, offered: [cbc128], accepted: [cbc256], common: [], isApart: true },
      { type: INTEG, offered: [hmac384], accepted: [hmac384], common: [hmac384], isApart: false },
      { type: ESN, offered: [noEsn], accepted: [noEsn], common: [noEsn], isApart: false },
    ]);
  });
});

describe("ONTAP's suites", () => {
  const entries = Object.entries(ontapSuites);

  test.each(entries)('%s agrees with itself, for IKE and for ESP', (_, { ikeProposals, espProposals }) => {
    expect(selectProposal(ikeProposals, ikeProposals, keep)).toEqual(firstChoiceOf(ikeProposals));
    expect(selectProposal(espProposals, espProposals, keep)).toEqual(firstChoiceOf(espProposals));
  });

  test.each(entries)('%s guesses P-384 for its first KE payload', (_, { ikeProposals }) => {
    expect(groupsOf(ikeProposals)[0]).toBe(20);
  });

  const encrNull: Transform = { type: ENCR, id: 11 };
  test.each([
    ['NULL', [encrNull, hmac384]],
    ['AES-GCM with an ICV of 8 octets', [{ type: ENCR, id: 18, keyBits: 256 }]],
    ['AES-GCM with an ICV of 12 octets', [{ type: ENCR, id: 19, keyBits: 256 }]],
  ])('%s is named by none, and whoever asks for it alone gets nothing', (_, [encr, ...integ]) => {
    const all = entries.flatMap(([, { ikeProposals, espProposals }]) => [...ikeProposals, ...espProposals]);
    expect(
      all.flatMap(({ transforms }) => transforms).filter(({ type, id }) => type === ENCR && id === encr?.id),
    ).toEqual([]);
    for (const [, { espProposals }] of entries) {
      const onlyThis = espProposals.map((each) => ({
        ...each,
        transforms: [
          ...(encr ? [encr] : []),
          ...integ,
          ...each.transforms.filter(({ type }) => type !== ENCR && type !== INTEG),
        ],
      }));
      expect(selectProposal(onlyThis, espProposals, keep)).toBeUndefined();
      expect(selectProposal(espProposals, onlyThis, keep)).toBeUndefined();
    }
  });

  test('GMAC encrypts nothing, and says so', () => {
    expect(entries.filter(([, { encrypts }]) => !encrypts).map(([name]) => name)).toEqual(['suiteb_gmac256']);
  });
});

function aProposal(protocol: number, transforms: readonly Transform[]): Proposal {
  return { number: 1, protocol, spi: emptyOctets, transforms };
}

/** The first proposal, and of each type the first transform. */
function firstChoiceOf([first]: readonly Proposal[]): Proposal | undefined {
  return (
    first && {
      ...first,
      transforms: first.transforms
        .filter((each, index) => first.transforms.findIndex(({ type }) => type === each.type) === index)
        .sort((a, b) => a.type - b.type),
    }
  );
}

test('a proposal without key exchanges has neither the first nor the additional ones', () => {
  expect(withoutKeyExchange(esp(gcm256, ecp384, { type: 6, id: 36 }, noEsn)).transforms).toEqual([gcm256, noEsn]);
});
