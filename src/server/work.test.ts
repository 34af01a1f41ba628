/**
 * Work is counted: what a peer sends is read, put together and judged in steps that its octets bound, however it is made and up to
 * the most that a message can hold. A clock would only say so of one machine.
 */
import { expect, test } from 'vitest';
import { invariant } from '../domain/bytes/result.ts';
import { webProvider } from '../domain/crypto/web-provider.ts';
import { readCertificates } from '../domain/ike/auth/certificate-payloads.ts';
import { readCertificateRequest } from '../domain/ike/auth/certificate-requests.ts';
import { type FragmentSet, gather, isWanted, octetsOfSets } from '../domain/ike/channel/fragmentation.ts';
import type { Payload } from '../domain/ike/message/message.ts';
import { parsePayloads } from '../domain/ike/message/parse.ts';
import { find, readSelectors } from '../domain/ike/message/payloads.ts';
import { drawFrom, mutateChain } from '../domain/ike/message/testing/mutate.ts';
import { chainSamples } from '../domain/ike/message/testing/samples.ts';
import { writePayloads } from '../domain/ike/message/write.ts';
import { compareProposals, isChoiceOf, selectProposal } from '../domain/ike/proposal/proposal.ts';
import { authority } from '../domain/ike/testing/certificates.ts';
import { proposalOf } from '../domain/ike/testing/proposals.ts';
import { plainChainJudge } from '../domain/pki/plain-chain.ts';
import { packetIn, populate } from '../domain/spd/from-packet.ts';
import { areWithin, narrow } from '../domain/spd/narrow.ts';
import { aSelector } from '../domain/spd/testing/builders.ts';
import { heavyPayloads } from './testing/heavy-payloads.ts';
import { stepsOf } from './testing/steps.ts';

const accepted = [
  'ke1_mlkem768-ke1_mlkem1024-ke2_mlkem768-ke2_mlkem1024-ke3_mlkem768-ke3_mlkem1024',
  'sha384-ke1_none',
].map((more) => proposalOf('IKE', `aes256gcm16-aes128gcm16-prfsha384-prfsha256-x25519-ecp384-${more}`));
const allowed = ['10.0.0.0/8[tcp]', '10.0.0.0/8[udp]', '10.1.0.0/16', '10.2.0.0/16'].map(aSelector);
const anchors = [await authority({ key: 'p521', subject: 'CN=another' })];

const stepsPerOctet = 60;
/** Each of 255 selectors is compared with each other one, and they take 16 octets each. */
const stepsPerSelectorOctet = 500;

test.each(Object.keys(heavyPayloads))('%s: so many steps an octet and no more', async (what) => {
  const { first, octets } = writePayloads((await heavyPayloads[what]?.()) ?? []);
  const most = what.startsWith('selectors') ? stepsPerSelectorOctet : stepsPerOctet;
  let isRead = false;

  const steps = await stepsOf(async () => {
    const read = parsePayloads(first, octets, { isResponse: false });
    if (read.ok) await judge(read.value);
    isRead = read.ok;
  });

  expect(isRead).toBe(true);
  expect(octets.length).toBeLessThan(0x10000);
  expect(steps).toBeGreaterThan(1_000);
  expect(steps / octets.length).toBeLessThan(most);
});

test('damaged chains, as they might be sealed by a peer that means harm: likewise', async () => {
  const draw = drawFrom(4301);
  const chains = Array.from({ length: 5_000 }, (_, i) => {
    const sample = chainSamples[i % chainSamples.length];
    invariant(sample, 'there are samples');
    return mutateChain(sample, chainSamples, draw);
  });
  const octets = chains.reduce((sum, chain) => sum + chain.octets.length, 0);
  let judged = 0;

  const steps = await stepsOf(async () => {
    for (const { first, octets } of chains) {
      const read = parsePayloads(first, octets, { isResponse: false });
      if (!read.ok) continue;
      await judge(read.value);
      judged += 1;
    }
  });

  expect(judged).toBeGreaterThan(500);
  expect(steps / octets).toBeLessThan(10);
});

test.each([
  ['in order', (i: number) => i],
  ['backwards', (i: number, total: number) => total + 1 - i],
])(
  'fragments, as many as a message may have, %s: likewise, and none is copied before the last is there',
  async (_, order) => {
    const total = 64;
    const parts = Array.from({ length: total }, (_, i) => new Uint8Array(20).fill(i));
    let set: FragmentSet | undefined;
    let whole: Uint8Array | undefined;

    const steps = await stepsOf(() => {
      for (let turn = 1; turn <= total; turn++) {
        const number = order(turn, total);
        const plain = parts[number - 1] ?? new Uint8Array();
        const fragment = { type: 'SKF', inner: 35, number, total, sealed: plain } as const;
        if (!isWanted(set, fragment)) continue;
        const gathered = gather(
          set,
          { messageId: 1, isResponse: false, datagram: plain, nowMs: turn },
          fragment,
          plain,
        );
        if (gathered.type === 'more') set = gathered.set;
        if (gathered.type === 'whole') whole = gathered.plain;
        octetsOfSets(set && [set]);
      }
    });

    expect(whole).toEqual(Uint8Array.from(parts.flatMap((part) => [...part])));
    expect(set?.parts.filter((part) => part && parts.includes(part))).toHaveLength(total - 1);
    expect(steps / (20 * total)).toBeLessThan(20);
  },
);

/** All that is made of such payloads before anything is kept. */
async function judge(payloads: readonly Payload[]): Promise<void> {
  const offered = find(payloads, 'SA')?.proposals ?? [];
  for (const prefer of ['offered', 'accepted'] as const) {
    for (const keyExchange of ['keep', 'strip'] as const) selectProposal(offered, accepted, { prefer, keyExchange });
  }
  compareProposals(offered, accepted);
  for (const each of offered) isChoiceOf(each, accepted);

  const selectors = readSelectors(find(payloads, 'TSi')?.selectors ?? []);
  const shared = { local: narrow(selectors, allowed)?.selectors ?? [], remote: [] };
  populate(shared, packetIn({ local: selectors, remote: [] }), ['local', 'protocol', 'localPort']);
  areWithin(selectors, allowed);

  readCertificateRequest(payloads);
  const chain = readCertificates(payloads);
  if (chain.ok) await plainChainJudge(webProvider).decide(chain.value, anchors, Date.UTC(1975));
}
