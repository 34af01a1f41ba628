/**
 * The formats that we run, and how a file's cases find theirs: by the file's name up to a trailing -2, -b …; those that are not of
 * that format, and those of a file of another name, each by its fields. So a file may hold several kinds.
 */
import { z } from 'zod';
import { besideEntries, entriesOf, hasEntries } from './entries.ts';
import { type Format, type Means, readFields, type VectorCase, type VectorFile } from './format.ts';
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
import { ikev2SeveralKeyExchanges } from './formats/ikev2-several-key-exchanges.ts';
import { mlKem } from './formats/ml-kem.ts';
import { proposalSelection, proposals } from './formats/proposals.ts';
import { pssParameters, rfc7427AlgorithmIdentifiers } from './formats/rfc7427-algorithm-identifiers.ts';
import { rfc7634WholePackets } from './formats/rfc7634-whole-packets.ts';
import { trafficSelectorFormats } from './formats/traffic-selectors.ts';
import { x509Fuzz } from './formats/x509-fuzz.ts';

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
  ikev2SeveralKeyExchanges,
  mlKem,
  proposals,
  proposalSelection,
  pssParameters,
  rfc7427AlgorithmIdentifiers,
  rfc7634WholePackets,
  ...trafficSelectorFormats,
  x509Fuzz,
];

/** Formats that exist and that nothing here runs yet, by the beginning of their name and by what one of their cases has. */
const laterFormats = ['x509'];
const laterFields = z.union([
  z.object({ ee: z.string(), crls: z.unknown() }),
  z.object({ peer_certificate: z.string() }),
]);
const later = 'certificate paths are not run yet';
const unknown = 'unknown format';

export type Chosen =
  | { readonly formats: readonly Format[]; readonly cases: readonly VectorCase[] }
  /** Not run, and how many cases that leaves out. */
  | { readonly skip: string; readonly count: number };

export function chooseFormats(name: string, file: VectorFile, means: Means): Chosen {
  const entries = entriesOf(file);
  const named = formatNamed(name);
  if (named === 'later') return { skip: later, count: countCases(file) };

  const beside = besideEntries(file);
  const byFormat = new Map<Format | undefined, unknown[]>(formats.map((format) => [format, inSection(beside, format)]));
  for (const entry of entries) {
    const format = named && knows(named, entry) > 0 ? named : (nearest(entry, named ? 2 : 1) ?? named);
    byFormat.set(format, [...(byFormat.get(format) ?? []), entry]);
  }
  const strangeLists: VectorCase[] = [];
  for (const [list, members] of otherLists(beside)) {
    for (const [index, member] of members.entries()) {
      const format = nearest(member, 2);
      if (format) byFormat.set(format, [...(byFormat.get(format) ?? []), member]);
      else strangeLists.push({ name: `${list} ${index + 1}`, skip: whyStrange(member) });
    }
  }
  const parts = formats
    .map((format) => {
      const vectors = byFormat.get(format) ?? [];
      const cases = format.cases({ ...beside, vectors }, means);
      return { format, cases, isKnown: vectors.length > 0 || cases.some((each) => 'check' in each) };
    })
    .filter(({ cases, isKnown }) => isKnown && cases.length > 0);
  if (parts.length === 0) {
    const isEmpty = named !== undefined || (hasEntries(file) && entries.length === 0);
    const isLater = entries.length > 0 && entries.every((entry) => whyStrange(entry) === later);
    return { skip: isLater ? later : isEmpty ? 'no case in it' : unknown, count: countCases(file) };
  }
  const strange = (byFormat.get(undefined) ?? []).map((entry, index) => ({
    ...{ name: `case ${index + 1} of those that no format knows`, skip: whyStrange(entry) },
  }));
  return {
    formats: parts.map(({ format }) => format),
    cases: [...parts.flatMap(({ cases }) => cases), ...strange, ...strangeLists],
  };
}

const whyStrange = (entry: unknown): string => (laterFields.safeParse(entry).success ? later : unknown);

/** Members of a format's own section; another format's section may have the same name, so that one of them must be known. */
function inSection(file: VectorFile, format: Format): unknown[] {
  const section = format.section === undefined ? undefined : file[format.section];
  return Array.isArray(section) && section.some((entry) => knows(format, entry) > 0) ? section : [];
}

/** Lists that are no format's section and that no format reads by itself. */
function otherLists(file: VectorFile): readonly (readonly [string, readonly unknown[]])[] {
  const isRead = (list: string) =>
    readWithTheirFile.test(list) ||
    formats.some((format) => format.section === list && inSection(file, format).length > 0);
  return Object.entries(file).flatMap(([list, members]) =>
    Array.isArray(members) && !isRead(list) ? [[list, members as readonly unknown[]] as const] : [],
  );
}

/** Of identifiers and of identities, whose members need what stands beside the list. */
const readWithTheirFile = /^pssInvalid$|Patterns$/;

/** By the file's name up to a trailing -2, -b …: the longest that fits. */
function formatNamed(name: string): Format | 'later' | undefined {
  const isNamed = (format: string) => name === format || name.startsWith(`${format}-`);
  const [found] = [...formats.map((format) => format.name), ...laterFormats]
    .filter(isNamed)
    .sort((a, b) => b.length - a.length);
  return found !== undefined && laterFormats.includes(found)
    ? 'later'
    : formats.find((format) => format.name === found);
}

/** The format that knows most of an entry's fields, and no fewer than `atLeast`: a file's name weighs more than one field. */
function nearest(entry: unknown, atLeast: number): Format | undefined {
  const [best] = formats
    .map((format) => ({ format, count: knows(format, entry) }))
    .filter(({ count }) => count >= atLeast)
    .sort((a, b) => b.count - a.count); // stable
  return best?.format;
}

/** How many of an entry's fields a format reads; 0 where it is none of its cases. */
function knows({ fields }: Format, entry: unknown): number {
  const parsed = readFields(fields, entry);
  if (!parsed.success) return 0;
  const own = Object(entry) as object;
  return Object.keys(Object(parsed.data) as object).filter((key) => key in own).length;
}

/** Members of a file's lists, for counting what is skipped whole. */
function countCases(file: VectorFile): number {
  const lists = Object.values(besideEntries(file)).filter((value) => Array.isArray(value));
  return entriesOf(file).length + lists.reduce((sum, list) => sum + list.length, 0);
}
