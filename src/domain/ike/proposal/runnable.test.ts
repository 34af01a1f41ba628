/** What may be offered, and taken as an answer, whatever a configuration or a peer says (RFC 8247, RFC 8221). */
import { describe, expect, test } from 'vitest';
import { proposalOf } from '../testing/proposals.ts';
import { isChoiceOf, isRunnable, runnablePart } from './proposal.ts';

const offeredOf = (protocol: 'IKE' | 'ESP', text: string) => runnablePart(proposalOf(protocol, text));

describe('what is offered of a proposal', () => {
  test('what is broken is left out of it, and the rest asked for', () => {
    expect(offeredOf('IKE', '3des-aes256-prfsha384-sha384-modp1024-ecp384')).toEqual(
      proposalOf('IKE', 'aes256-prfsha384-sha384-ecp384'),
    );
  });

  test.each([
    ['a broken cipher alone', 'IKE', '3des-prfsha384-sha384-ecp384'],
    ['a broken hash alone', 'IKE', 'aes256-prfsha384-sha1-ecp384'],
    ['a group that is too small alone', 'IKE', 'aes256-prfsha384-sha384-modp1024'],
    ['a further key exchange that is too weak alone', 'IKE', 'aes256gcm16-prfsha384-ecp384-ke1_modp1024'],
    ['CBC without integrity', 'ESP', 'aes256-noesn'],
    ['GMAC for IKE, which hides nothing', 'IKE', 'aes256gmac-prfsha384-ecp384'],
  ] as const)('%s: nothing', (_, protocol, text) => {
    expect(offeredOf(protocol, text)).toBeUndefined();
  });
});

test.each([
  ['CBC without integrity', 'aes256-prfsha384-ecp384'],
  ['integrity that says NONE', 'aes256-prfsha384-nointeg-ecp384'],
  ['integrity beside an AEAD', 'aes256gcm16-prfsha384-sha384-ecp384'],
])('an answer that puts together %s out of an offer of both is a choice, and may not run', (_, text) => {
  const answer = proposalOf('IKE', text);

  expect(isChoiceOf(answer, [proposalOf('IKE', 'aes256gcm16-aes256-prfsha384-sha384-nointeg-ecp384')])).toBe(true);
  expect(isRunnable(answer)).toBe(false);
});
