/**
 * The three cipher suites of an ONTAP policy as proposals (ONTAP: security ipsec policy create -cipher-suite; RFC 6379 for
 * the first two). What SUITE_AESCBC is exactly NetApp does not publish: both readings are offered and accepted, P-384 first
 * (docs/ontap-assumptions.md).
 */
import { emptyOctets } from '../../bytes/octets.ts';
import type { Proposal, Transform } from '../message/message.ts';
import { protocols } from '../message/names.ts';
import { transformTypes } from './proposal.ts';

/** As REST writes them; the command line writes them in capitals. */
export type OntapSuiteName = 'suiteb_gcm256' | 'suiteb_gmac256' | 'suite_aescbc';

export interface OntapSuite {
  readonly ikeProposals: readonly Proposal[];
  readonly espProposals: readonly Proposal[];
  /** False: packets are authenticated and stay readable, which an administrator must be told. */
  readonly encrypts: boolean;
}

const { ENCR, PRF, INTEG, KE, ESN } = transformTypes;

const aes256Cbc: Transform = { type: ENCR, id: 12, keyBits: 256 };
const aes256Gcm: Transform = { type: ENCR, id: 20, keyBits: 256 };
const aes256Gmac: Transform = { type: ENCR, id: 21, keyBits: 256 };
/** ONTAP's endpoint uses 32-bit sequence numbers (ONTAP: hardware offload). */
const noEsn: Transform = { type: ESN, id: 0 };

const sha256 = [of(INTEG, 12), of(PRF, 5)];
const sha384 = [of(INTEG, 13), of(PRF, 6)];
const sha512 = [of(INTEG, 14), of(PRF, 7)];

const modp2048 = of(KE, 14);
const modp4096 = of(KE, 16);
const ecp256 = of(KE, 19);
const ecp384 = of(KE, 20);
const ecp521 = of(KE, 21);

const suiteBIke = proposals('IKE', [[aes256Cbc, ...sha384, ecp384]]);

export const ontapSuites: Readonly<Record<OntapSuiteName, OntapSuite>> = {
  suiteb_gcm256: { ikeProposals: suiteBIke, espProposals: proposals('ESP', [[aes256Gcm, noEsn]]), encrypts: true },
  suiteb_gmac256: { ikeProposals: suiteBIke, espProposals: proposals('ESP', [[aes256Gmac, noEsn]]), encrypts: false },
  suite_aescbc: {
    ikeProposals: proposals('IKE', [
      [aes256Cbc, ...sha384, ecp384],
      [aes256Cbc, ...sha256, ecp384, ecp256, modp2048],
      [aes256Cbc, ...sha512, ecp521, modp4096],
    ]),
    espProposals: proposals('ESP', [
      [aes256Cbc, of(INTEG, 12), noEsn],
      [aes256Cbc, of(INTEG, 13), noEsn],
      [aes256Cbc, of(INTEG, 14), noEsn],
    ]),
    encrypts: true,
  },
};

function proposals(protocol: 'IKE' | 'ESP', lists: readonly (readonly Transform[])[]): readonly Proposal[] {
  return lists.map((transforms, index) => ({
    number: index + 1,
    protocol: protocols.numbers[protocol],
    spi: emptyOctets,
    transforms,
  }));
}

function of(type: number, id: number): Transform {
  return { type, id };
}
