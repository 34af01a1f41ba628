/**
 * Recorded negotiations with additional key exchanges (RFC 9370): SK_* after each of them, IntAuth and AUTH over IKE_INTERMEDIATE
 * (RFC 9242), every message opened under the keys of its time and written back, a rekey of the IKE SA, keys of the CHILD SAs.
 */
import { z } from 'zod';
import { concat, emptyOctets, type Octets, utf8 } from '../../../src/domain/bytes/octets.ts';
import { Secret } from '../../../src/domain/bytes/secret.ts';
import { makePsk, signedOctets } from '../../../src/domain/ike/auth/auth.ts';
import {
  afterExchange,
  covered,
  headOfFragment,
  intAuthOf,
  noIntermediate,
} from '../../../src/domain/ike/auth/intermediate-auth.ts';
import {
  deriveChildKeys,
  deriveIkeKeys,
  deriveRekeyedIkeKeys,
  type IkeKeyInput,
  type IkeKeys,
  type IkeSuite,
  protectIke,
} from '../../../src/domain/ike/keys/keys.ts';
import type { EncryptedFragment, EncryptedPayload, Header } from '../../../src/domain/ike/message/message.ts';
import { exchangeTypes } from '../../../src/domain/ike/message/names.ts';
import { headOf } from '../../../src/domain/ike/message/parse.ts';
import { suiteOf } from '../../../src/domain/ike/proposal/proposal.ts';
import { disagree, expectOctets } from '../expect.ts';
import { hex } from '../fields.ts';
import { casesOf, type Format, listOf, type Means, type VectorCase } from '../format.ts';
import { checkChain, checkMessage, sealedIn } from '../messages.ts';
import { expectKeys, spi } from '../recorded/ike-keys.ts';
import { ikeSa, ikeSuiteOf, proposalOf } from '../recorded/recording.ts';
import { checkSealed, withoutPadding } from '../sealed-messages.ts';

const keyStage = ikeSa.extend({ nonces: hex, sharedSecret: hex, additionalSecrets: hex.optional() });

const fields = z.object({
  ikeProposal: z.string(),
  espProposal: z.string(),
  psk: z.string(),
  keyStages: z.array(keyStage).min(1),
  intermediate: z.array(z.object({ covered: hex, value: hex })),
  auth: z.array(z.object({ id: hex, octets: hex, auth: hex })),
  childKeys: z.array(
    z.object({
      seed: hex,
      encryptionInitiator: hex,
      encryptionResponder: hex,
      integrityInitiator: hex.default(emptyOctets),
      integrityResponder: hex.default(emptyOctets),
    }),
  ),
  messages: z.array(z.object({ hex, from: z.string() })),
});

type Recorded = z.output<typeof fields>;
type KeyStage = Recorded['keyStages'][number];

export const ikev2SeveralKeyExchanges: Format = {
  name: 'ikev2-several-key-exchanges',
  fields,
  cases: (file, means) =>
    casesOf(listOf(file), fields, (recorded, name): readonly VectorCase[] => {
      const suite = ikeSuiteOf(recorded.ikeProposal);
      if (!suite) return [{ name, skip: `${recorded.ikeProposal} is no suite of ours` }];
      return [
        ...recorded.keyStages.map((_, at) => ({
          name: `${name}: keys after key exchange ${at + 1}`,
          check: () => checkKeys(recorded, suite, at, means),
        })),
        { name: `${name}: messages`, check: () => checkMessages(recorded, suite, means) },
        { name: `${name}: IntAuth and AUTH`, check: () => checkAuth(recorded, suite, means) },
        ...recorded.childKeys.map((_, at) => ({
          name: `${name}: keys of CHILD SA ${at + 1}`,
          check: () => checkChildKeys(recorded, suite, at, means),
        })),
      ];
    }),
};

async function checkKeys({ keyStages }: Recorded, suite: IkeSuite, at: number, { provider }: Means): Promise<void> {
  const stage = keyStages[at] ?? disagree('no such stage');
  const old = keyStages[at - 1];
  const input = inputOf(stage, suite);
  const keys = old
    ? await deriveRekeyedIkeKeys(provider, { prf: suite.prf.id, skD: new Secret(old.sk_d.slice()) }, input)
    : await deriveIkeKeys(provider, input);
  expectKeys(keys, stage);
}

/** Each message in one piece, opened under the keys of its time: what an exchange brings is used from the next message on. */
async function checkMessages(recorded: Recorded, suite: IkeSuite, means: Means): Promise<void> {
  for (const message of wholeMessages(recorded)) {
    const opened = await openedOf(message, recorded, suite, means);
    if (opened) checkChain(opened.inner, opened.plain);
  }
}

async function checkAuth(recorded: Recorded, suite: IkeSuite, means: Means): Promise<void> {
  const { provider } = means;
  const prf = suite.prf.id;
  let chain = noIntermediate;
  let request: Octets = emptyOctets;
  for (const message of wholeMessages(recorded)) {
    if (message.header.exchange !== exchangeTypes.numbers.IKE_INTERMEDIATE) continue;
    const opened = (await openedOf(message, recorded, suite, means)) ?? disagree('not sealed');
    const counted = covered(opened.head, opened.plain);
    const [ofRequest, ofResponse] = recorded.intermediate.slice(2 * chain.count);
    const { isResponse } = message.header;
    const stated = (isResponse ? ofResponse : ofRequest) ?? disagree('more than stated');
    expectOctets('what IntAuth covers', counted, stated.covered);
    if (isResponse) {
      const keys = keysOf(recorded.keyStages[chain.count] ?? disagree('no keys'));
      chain = await afterExchange(provider, { prf, keys }, chain, { request, response: counted });
      expectOctets('the chain of the initiator', chain.fromInitiator, ofRequest?.value ?? emptyOctets);
      expectOctets('the chain of the responder', chain.fromResponder, stated.value);
    }
    request = counted;
  }
  const [stage = disagree('no keys')] = recorded.keyStages.slice(chain.count);
  const [init, answer] = recorded.messages.map((each) => each.hex);
  const [nonceI, nonceR] = halvesOf(stage.nonces);
  const ends = [
    { message: init ?? disagree('no message'), nonce: nonceR, skP: stage.sk_pi },
    { message: answer ?? disagree('no answer'), nonce: nonceI, skP: stage.sk_pr },
  ];
  for (const [at, { id, octets, auth }] of recorded.auth.entries()) {
    const { message, nonce, skP } = ends[at] ?? disagree('more than two ends');
    const identity = { type: id[0] ?? 0, data: id.subarray(4) };
    const signed = { prf, skP: new Secret(skP.slice()), message, nonce, identity, intAuth: intAuthOf(chain) };
    expectOctets('what AUTH covers', await signedOctets(provider, signed), octets);
    expectOctets('AUTH', await makePsk(provider, new Secret(utf8(recorded.psk)), signed), auth);
  }
}

async function checkChildKeys(recorded: Recorded, suite: IkeSuite, at: number, { provider }: Means): Promise<void> {
  const stated = recorded.childKeys[at] ?? disagree('no such CHILD SA');
  const esp = suiteOf(proposalOf(recorded.espProposal) ?? disagree(`${recorded.espProposal} is no suite of ours`));
  // The first is keyed as soon as the IKE SA stands, those that follow by the IKE SA that replaced it.
  const stages = recorded.keyStages.filter(({ additionalSecrets }) => (additionalSecrets !== undefined) === at > 0);
  const stage = stages.at(-1) ?? disagree('no keys');
  const keys = await deriveChildKeys(provider, {
    prf: suite.prf.id,
    skD: new Secret(stage.sk_d.slice()),
    suite: esp ?? disagree('no cipher'),
    ...{ nonceI: stated.seed, nonceR: emptyOctets }, // the seed as a whole: what of it is nonce, prf+ does not care
  });
  expectOctets('encryption, initiator', keys.fromInitiator.encr.reveal(), stated.encryptionInitiator);
  expectOctets('encryption, responder', keys.fromResponder.encr.reveal(), stated.encryptionResponder);
  expectOctets('integrity, initiator', keys.fromInitiator.integ.reveal(), stated.integrityInitiator);
  expectOctets('integrity, responder', keys.fromResponder.integ.reveal(), stated.integrityResponder);
}

/** A message in one piece or in fragments. */
interface Whole {
  readonly header: Header;
  readonly pieces: readonly { readonly hex: Octets; readonly sealed?: EncryptedPayload | EncryptedFragment }[];
}

function wholeMessages({ messages }: Recorded): readonly Whole[] {
  const wholes: { header: Header; pieces: Whole['pieces'][number][] }[] = [];
  for (const message of messages) {
    const parsed = checkMessage(message);
    const sealed = sealedIn(parsed);
    const piece = { hex: message.hex, ...(sealed && { sealed }) };
    if (sealed?.type === 'SKF' && sealed.number > 1) wholes.at(-1)?.pieces.push(piece);
    else wholes.push({ header: parsed.header, pieces: [piece] });
  }
  return wholes;
}

interface Opened {
  readonly inner: number;
  readonly plain: Octets;
  /** Up to the end of the generic header of an SK payload. */
  readonly head: Octets;
}

/** Undefined: IKE_SA_INIT, which nothing seals. */
async function openedOf(
  { header, pieces }: Whole,
  { keyStages }: Recorded,
  suite: IkeSuite,
  { provider }: Means,
): Promise<Opened | undefined> {
  const [first] = pieces;
  if (!first?.sealed) return undefined;
  const ofSa = keyStages.filter(({ spii, spir }) => spii === header.initiatorSpi && spir === header.responderSpi);
  const before = header.exchange === exchangeTypes.numbers.IKE_INTERMEDIATE ? header.messageId - 1 : ofSa.length - 1;
  const stage = ofSa[before] ?? disagree('no keys for these SPIs');
  const ways = await protectIke(provider, suite, keysOf(stage));
  const protection = header.isFromInitiator ? ways.fromInitiator : ways.fromResponder;
  const parts = await Promise.all(
    pieces.map(async ({ hex, sealed }) =>
      withoutPadding(await checkSealed(protection, hex, sealed ?? disagree('not sealed'))),
    ),
  );
  const { inner } = first.sealed;
  const isWhole = first.sealed.type === 'SK';
  const head = isWhole ? headOf(first.hex, first.sealed.sealed) : headOfFragment(first.hex, inner);
  return { inner, plain: concat(...parts), head };
}

function inputOf({ nonces, sharedSecret, additionalSecrets, spii, spir }: KeyStage, suite: IkeSuite): IkeKeyInput {
  const [nonceI, nonceR] = halvesOf(nonces);
  return {
    ...{ suite, nonceI, nonceR, spiI: spi(spii), spiR: spi(spir) },
    sharedSecret: new Secret(sharedSecret.slice()),
    ...(additionalSecrets && { additionalSecrets: [new Secret(additionalSecrets.slice())] }),
  };
}

const keysOf = (stage: KeyStage): IkeKeys => ({
  skD: new Secret(stage.sk_d.slice()),
  skAi: new Secret(stage.sk_ai.slice()),
  skAr: new Secret(stage.sk_ar.slice()),
  skEi: new Secret(stage.sk_ei.slice()),
  skEr: new Secret(stage.sk_er.slice()),
  skPi: new Secret(stage.sk_pi.slice()),
  skPr: new Secret(stage.sk_pr.slice()),
});

/** strongSwan's nonces are equally long. */
const halvesOf = (nonces: Octets): readonly [Octets, Octets] => [
  nonces.subarray(0, nonces.length / 2),
  nonces.subarray(nonces.length / 2),
];
