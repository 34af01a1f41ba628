/** A recording's fields, and what its parts share: suites, and the schedule cut into the SAs that it speaks of. */
import { z } from 'zod';
import type { Octets } from '../../../src/domain/bytes/octets.ts';
import { emptyOctets } from '../../../src/domain/bytes/octets.ts';
import type { ProtectionSuite } from '../../../src/domain/crypto/protection.ts';
import { prfOf } from '../../../src/domain/crypto/transforms.ts';
import type { IkeSuite } from '../../../src/domain/ike/keys/keys.ts';
import type { Proposal } from '../../../src/domain/ike/message/message.ts';
import { chosenOf, suiteOf, transformTypes } from '../../../src/domain/ike/proposal/proposal.ts';
import { der, hex } from '../fields.ts';
import { messageFields, recordedPayload } from '../messages.ts';
import { canProtect } from '../suites.ts';
import { transformsOfNames } from '../transform-names.ts';

/** The keys of an IKE SA, and its SPIs. */
export const ikeSa = z.object({
  skeyseed: hex.optional(),
  sk_d: hex,
  sk_ai: hex.default(emptyOctets),
  sk_ar: hex.default(emptyOctets),
  sk_ei: hex,
  sk_er: hex,
  sk_pi: hex,
  sk_pr: hex,
  spii: z.string().toLowerCase(),
  spir: z.string().toLowerCase(),
});

const message = z
  .object({
    /** The end, a or b. */
    from: z.string().optional(),
    ...messageFields,
    payloads: z.array(recordedPayload).optional(),
    fragment: z.tuple([z.number(), z.number()]).optional(),
    reassembledPayloads: z.array(recordedPayload).optional(),
  })
  .transform((each) => ({ ...each, exchange: each.exchange ?? each.hex[18] ?? 0 }));

export const secretLabel = 'shared Diffie Hellman secret';

/** The daemon's later releases call the secret otherwise. */
function labelOf(label: string): string {
  return label === 'key exchange secret' ? secretLabel : label;
}

export const recording = z.object({
  ikeProposal: z.string(),
  espProposal: z.string().nullish(),
  ikeSas: z.array(ikeSa).min(1),
  messages: z.array(message).min(1),
  espPackets: z.array(z.object({ packet: hex })).default([]),
  schedule: z.array(z.object({ label: z.string().transform(labelOf), hex })).default([]),
  /** By the names of the ends, a and b, and of the authorities. */
  certs: z.record(z.string(), der).default({}),
});

export type Recording = z.output<typeof recording>;
export type RecordedSa = Recording['ikeSas'][number];
export type RecordedMessage = Recording['messages'][number];

/** A recording of which we run the IKE suite. */
export interface Reading {
  readonly recording: Recording;
  readonly suite: IkeSuite;
  /** Absent: no CHILD SA, or one that is not ours. */
  readonly espSuite?: ProtectionSuite;
  readonly hasEsn: boolean;
}

export function readingOf(recorded: Recording): Reading | undefined {
  const suite = ikeSuiteOf(recorded.ikeProposal);
  if (!suite) return undefined;
  const esp = recorded.espProposal ? proposalOf(recorded.espProposal) : undefined;
  const espSuite = esp && suiteOf(esp);
  const hasEsn = (esp && chosenOf(esp, transformTypes.ESN)?.id) === 1;
  const runs = espSuite && canProtect(espSuite);
  return { recording: recorded, suite, hasEsn, ...(runs && { espSuite }) };
}

/** Undefined: not one of ours. */
export function ikeSuiteOf(names: string): IkeSuite | undefined {
  const ike = proposalOf(names);
  const prf = ike && prfOf(chosenOf(ike, transformTypes.PRF)?.id ?? 0);
  const suite = ike && suiteOf(ike);
  return suite && canProtect(suite) && (prf?.hash ?? prf?.aes) ? { ...suite, prf: { id: prf.id } } : undefined;
}

/** Parts of the schedule that begin with an entry of this label, each to the next such entry. */
export function sectionsOf({ schedule }: Recording, label: string): readonly ReadonlyMap<string, Octets>[] {
  const sections: Map<string, Octets>[] = [];
  for (const entry of schedule) {
    if (entry.label === label) sections.push(new Map());
    const section = sections.at(-1);
    if (section && !section.has(entry.label)) section.set(entry.label, entry.hex);
  }
  return sections;
}

export function proposalOf(names: string): Proposal | undefined {
  const transforms = transformsOfNames(names);
  return transforms && { number: 1, protocol: 1, spi: emptyOctets, transforms };
}
