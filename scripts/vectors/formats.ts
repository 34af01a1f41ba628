/**
 * The formats that we run, and how a file finds its own: by its name up to a trailing -2, -b …; a file of another name by
 * its keys, which is to say by the format that recognises most of its cases.
 */
import type { Format, Means, VectorCase, VectorFile } from './format.ts';
import { aeadIkeEsp } from './formats/aead-ike-esp.ts';
import { aesCbc } from './formats/aes-cbc.ts';
import { dh } from './formats/dh.ts';
import { dhModpPrimes } from './formats/dh-modp-primes.ts';
import { dhRefuse } from './formats/dh-refuse.ts';
import { espGcmMcgrew } from './formats/esp-gcm-mcgrew.ts';
import { espLinuxScapy } from './formats/esp-linux-scapy.ts';
import { espRfc3602 } from './formats/esp-rfc3602.ts';
import { fuzzCorpus } from './formats/fuzz-corpus.ts';
import { hmacSha2 } from './formats/hmac-sha2.ts';
import { idMatching } from './formats/id-matching.ts';
import { ikeMutations } from './formats/ike-mutations.ts';
import { ikev2CapturesWireshark } from './formats/ikev2-captures-wireshark.ts';
import { ikev2KdfCavp } from './formats/ikev2-kdf-cavp.ts';
import { ikev2MessagesParse } from './formats/ikev2-messages-parse.ts';
import { ikev2Recorded } from './formats/ikev2-recorded.ts';
import { mlKem } from './formats/ml-kem.ts';
import { proposals } from './formats/proposals.ts';
import { rfc7427AlgorithmIdentifiers } from './formats/rfc7427-algorithm-identifiers.ts';
import { rfc7634WholePackets } from './formats/rfc7634-whole-packets.ts';
import { trafficSelectors } from './formats/traffic-selectors.ts';

export const formats: readonly Format[] = [
  aeadIkeEsp,
  aesCbc,
  dh,
  dhModpPrimes,
  dhRefuse,
  espGcmMcgrew,
  espLinuxScapy,
  espRfc3602,
  fuzzCorpus,
  hmacSha2,
  idMatching,
  ikeMutations,
  ikev2CapturesWireshark,
  ikev2KdfCavp,
  ikev2MessagesParse,
  ikev2Recorded,
  mlKem,
  proposals,
  rfc7427AlgorithmIdentifiers,
  rfc7634WholePackets,
  trafficSelectors,
];

/** Formats that exist and that nothing here runs yet. */
export const laterFormats = ['x509'];

export type Chosen = { readonly format: Format; readonly cases: readonly VectorCase[] } | { readonly skip: string };

export function chooseFormat(name: string, file: VectorFile, means: Means): Chosen {
  const named = longestFirst(formats.map((format) => format.name)).find((each) => isNamed(name, each));
  const later = longestFirst(laterFormats).find((each) => isNamed(name, each));
  if (later && later.length > (named?.length ?? 0)) return { skip: `format ${later} is not run yet` };
  const byName = formats.find((format) => format.name === named);
  if (byName) return { format: byName, cases: byName.cases(file, means) };

  const [best] = formats
    .map((format) => ({ format, cases: format.cases(file, means) }))
    .sort((a, b) => recognised(b.cases) - recognised(a.cases));
  return best && recognised(best.cases) > 0 ? best : { skip: 'unknown format' };
}

/** Top-level lists of any file, for counting what is skipped whole. */
export function countCases(file: VectorFile): number {
  return Object.values(file).reduce<number>((sum, list) => sum + (Array.isArray(list) ? list.length : 0), 0);
}

const isNamed = (file: string, format: string): boolean => file === format || file.startsWith(`${format}-`);
const longestFirst = (names: readonly string[]) => [...names].sort((a, b) => b.length - a.length);
const recognised = (cases: readonly VectorCase[]): number => cases.filter((each) => 'check' in each).length;
