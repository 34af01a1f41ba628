/** What the daemon's section of strongswan.conf means for an endpoint (strongswan.conf(5), defaults of 5.9.8). */
import type { EndpointSettings } from '../../src/domain/ike/settings.ts';
import { parseSections } from './swanctl-file.ts';

/** Beside the settings of a pair stand those of pairs/README.md, which all daemons had. */
export function settingsOf(lines: readonly string[]): Partial<EndpointSettings> {
  const { values } = parseSections(lines.join('\n'));
  const limit = (key: string, byDefault: number) => orNever(Number(values.get(key) ?? byDefault));
  return {
    retransmit: { firstMs: 700, factor: 1.3, tries: 3 },
    cookieThreshold: limit('cookie_threshold', 30),
    cookieThresholdPerAddress: limit('cookie_threshold_ip', 3),
    halfOpenPerAddress: limit('block_threshold', 5),
    halfOpenTotal: limit('init_limit_half_open', 0),
    prefers: values.get('prefer_configured_proposals') === 'no' ? 'offered' : 'accepted',
    answersWith: 'nearestSecret',
    choosesBySelectors: false,
  };
}

/** With an RSA key PSS rather than PKCS#1 v1.5; off by default. */
export const prefersPss = (lines: readonly string[]): boolean =>
  parseSections(lines.join('\n')).values.get('rsa_pss') === 'yes';

/** `rdn_matching`: the RDNs of a name in any order; `strict` by default. */
export const matchesRdnsInAnyOrder = (lines: readonly string[]): boolean =>
  parseSections(lines.join('\n')).values.get('rdn_matching') === 'reordered';

/** 0 switches a limit off. */
const orNever = (limit: number): number => (limit === 0 ? Number.POSITIVE_INFINITY : limit);
