/** What the daemon's section of strongswan.conf means for an endpoint (strongswan.conf(5), defaults of 5.9.8). */
import type { EndpointSettings } from '../../src/domain/ike/settings.ts';
import type { SignatureHabits } from './charon-auth.ts';
import { isOff, isOn } from './charon-words.ts';
import { loadSections } from './swanctl-file.ts';

/** Beside the settings of a pair stand those of pairs/README.md, which all daemons had. */
export function settingsOf(lines: readonly string[]): Partial<EndpointSettings> {
  const { values } = loadSections(lines);
  const fragmentOctets = Number(values.get('fragment_size') ?? 0);
  const protects = !isOff(values.get('dos_protection'));
  const limit = (key: string, byDefault: number) => orNever(protects ? Number(values.get(key) ?? byDefault) : 0);
  return {
    ...(fragmentOctets > 0 ? { fragmentIpOctets: fragmentOctets } : {}),
    retransmit: { firstMs: 700, factor: 1.3, tries: 3 },
    cookieThreshold: limit('cookie_threshold', 30),
    cookieThresholdPerAddress: limit('cookie_threshold_ip', 3),
    halfOpenPerAddress: limit('block_threshold', 5),
    halfOpenTotal: limit('init_limit_half_open', 0),
    prefers: isOff(values.get('prefer_configured_proposals')) ? 'offered' : 'accepted',
    answersWith: 'nearestSecret',
    choosesBySelectors: false,
    unconfirmedMs: Number.POSITIVE_INFINITY, // it never asks
  };
}

/** Settings that might change what comes of a pair, and that we do not follow. */
export function strangeSettings(lines: readonly string[]): readonly string[] {
  const { values, sections } = loadSections(lines);
  return [...values.keys(), ...sections.keys()].filter((key) => !followed.has(key) && !without.test(key));
}

const followed: ReadonlySet<string> = new Set([
  ...['cookie_threshold', 'cookie_threshold_ip', 'block_threshold', 'init_limit_half_open', 'dos_protection'],
  ...['prefer_configured_proposals', 'rdn_matching', 'fragment_size'],
  ...['rsa_pss', 'signature_authentication_constraints'],
]);

/** Of the daemon's house: threads, logs, routes, how long it waits for whom. */
const without = /^(threads|processor|filelog|syslog|journal|install_|retransmit_|keep_alive|half_open_timeout|ikesa_)/;

export function signatureHabitsOf(lines: readonly string[]): SignatureHabits {
  const { values } = loadSections(lines);
  return {
    prefersPss: isOn(values.get('rsa_pss')),
    constrainsIke: !isOff(values.get('signature_authentication_constraints')),
  };
}

/** `rdn_matching`: the RDNs of a name in any order; `strict` by default. */
export const matchesRdnsInAnyOrder = (lines: readonly string[]): boolean =>
  loadSections(lines).values.get('rdn_matching') === 'reordered';

/** 0 switches a limit off. */
const orNever = (limit: number): number => (limit === 0 ? Number.POSITIVE_INFINITY : limit);
