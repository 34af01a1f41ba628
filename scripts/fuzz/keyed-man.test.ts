import { expect, test } from 'vitest';
import type { Octets } from '../../src/domain/bytes/octets.ts';
import { ikeSuiteOf } from '../../src/domain/ike/proposal/choice.ts';
import { ikeCiphers } from '../../src/domain/ike/testing/agreement-plan.ts';
import { makePair } from '../../src/domain/ike/testing/pair.ts';
import { proposalOf } from '../../src/domain/ike/testing/proposals.ts';
import { nodeProvider } from '../../src/server/node-provider.ts';
import { KeyedMan } from './keyed-man.ts';

test.each(ikeCiphers)('what is sealed anew with the same inside is the same message: %s', async (cipher) => {
  const ike = `${cipher}-prfsha256-x25519`;
  const man = new KeyedMan(nodeProvider, ikeSuiteOf(proposalOf('IKE', ike)));
  const pair = makePair({ both: { ike: [ike] }, provider: nodeProvider });
  pair.host.endpoint.setKeyLog((entry) => man.note(entry));
  const sent: Octets[] = [];
  pair.wire.tamper = (datagram) => {
    sent.push(datagram.octets.slice());
    return [datagram];
  };
  await pair.establish();

  const anew = await Promise.all(sent.map((octets) => man.resealed(octets, (chain) => chain)));

  expect(anew).toEqual([undefined, undefined, ...sent.slice(2)]); // IKE_SA_INIT goes in the clear
  expect(sent).toHaveLength(4);
});
