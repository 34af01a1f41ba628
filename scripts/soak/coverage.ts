/**
 * What a soak has played: a plan that draws a cipher proves nothing of it where no SA came to stand, and a rekey that was wished and
 * never happened is none. So it is counted by what the ends did.
 */
import type { Fact } from '../../src/domain/ike/facts.ts';
import {
  type AgreementPlan,
  espCiphers,
  forwardSecrecy,
  ikeCiphers,
  keyExchanges,
  prfs,
  replayWindows,
} from '../../src/domain/ike/testing/agreement-plan.ts';
import type { EndName, Pair } from '../../src/domain/ike/testing/pair.ts';

const ends = ['host', 'cluster'] as const;

/** Everything that a soak of ten thousand runs has to have seen. */
const demanded: readonly string[] = [
  ...ikeCiphers.map((word) => `IKE ${word}`),
  ...prfs.map((word) => `PRF ${word}`),
  ...keyExchanges.map((word) => `key exchange ${word}`),
  ...espCiphers.flatMap((word) => [`ESP ${word}`, `ESP ${word}, ESN`]),
  ...forwardSecrecy.map((word) => `PFS ${word}`),
  ...ends.flatMap((end) => [
    ...replayWindows.map((packets) => `${end}: replay window ${packets}`),
    ...['IKE SA', 'CHILD SA'].flatMap((sa) => [`${end}: ${sa} rekeyed`, `${end}: ${sa} at the end of its lifetime`]),
    `${end}: IKE SA reauthenticated`,
  ]),
  ...['transport mode', 'tunnel mode', 'in UDP', 'childless'],
  ...['CHILD SAs at the end', 'no SA at the end'],
];

/** Which of them one run has seen, each once. */
export function seenIn(plan: AgreementPlan, pair: Pair): ReadonlySet<string> {
  const standing = pair.host.sad.length > 0 ? 'CHILD SAs at the end' : 'no SA at the end';
  const installed = pair.host.facts.some(({ type }) => type === 'childInstalled');
  return new Set([
    standing,
    ...(installed ? negotiated(plan, pair) : []),
    ...ends.flatMap((end) => pair[end].facts.flatMap((fact) => happened(end, fact))),
  ]);
}

function negotiated({ ike, esp, ...plan }: AgreementPlan, { host }: Pair): readonly string[] {
  const children = host.facts.flatMap((fact) => (fact.type === 'childInstalled' ? [fact.child] : []));
  const hasSecrecy = children.some(({ transforms }) => transforms.some(({ type }) => type === 4));
  return [
    ...[`IKE ${ike.cipher}`, `PRF ${ike.prf}`, `key exchange ${ike.keyExchange}`],
    ...children.map(({ hasEsn }) => `ESP ${esp.cipher}${hasEsn ? ', ESN' : ''}`),
    ...(hasSecrecy ? [`PFS ${esp.keyExchange}`] : []),
    ...ends.map((end) => `${end}: replay window ${plan[end].replayWindow}`),
    plan.isTunnel ? 'tunnel mode' : 'transport mode',
    ...(plan.isInUdp ? ['in UDP'] : []),
    ...(plan.isChildless ? ['childless'] : []),
  ];
}

function happened(end: EndName, fact: Fact): readonly string[] {
  switch (fact.type) {
    case 'childInstalled':
      return fact.child.isInitiator && fact.child.replaces !== undefined ? [`${end}: CHILD SA rekeyed`] : [];
    case 'ikeEstablished':
      return fact.ikeSa.isInitiator && fact.replaces !== undefined ? [`${end}: IKE SA rekeyed`] : [];
    case 'childRemoved':
    case 'ikeClosed': {
      const { because } = fact;
      const sa = fact.type === 'childRemoved' ? 'CHILD SA' : 'IKE SA';
      if (because.code !== 'asked' || because.by !== 'local') return [];
      if (because.reason === 'lifetime') return [`${end}: ${sa} at the end of its lifetime`];
      return because.reason === 'reauthenticated' && sa === 'IKE SA' ? [`${end}: IKE SA reauthenticated`] : [];
    }
    default:
      return [];
  }
}

/** How often what was seen. */
export class Coverage {
  readonly #counts = new Map(demanded.map((what) => [what, 0]));

  add(seen: readonly string[]): void {
    for (const what of seen) this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1);
  }

  lines(): readonly string[] {
    return [...this.#counts].map(([what, count]) => `  ${what}: ${count}`);
  }

  unseen(): readonly string[] {
    return [...this.#counts].flatMap(([what, count]) => (count === 0 ? [what] : []));
  }
}
