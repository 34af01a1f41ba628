/** Which rule drops a packet: where a reader looks it up. Of a negotiation's refusal ike/deciding-rule.ts says it. */
import type { Drop, DropReason } from './fate.ts';

/** `RFC 4303 3.4.3`: document and section. */
export function sectionOfDrop({
  why,
  direction,
  family,
  flow,
  inSpi,
}: Pick<Drop, 'why' | 'direction' | 'family' | 'flow' | 'inSpi'>): string {
  const isIpv6 = (family ?? flow?.local.family) === 6;
  switch (why) {
    case 'malformed':
      return isIpv6 ? 'RFC 8200 3' : 'RFC 1122 3.2.1';
    case 'tooLong':
      return isIpv6 ? 'RFC 8200 3' : 'RFC 791 3.1';
    case 'fragment':
      if (direction === 'outbound') return 'RFC 4301 7';
      return isIpv6 ? 'RFC 8200 4.5' : 'RFC 1122 3.3.2';
    case 'routedOn':
      return isIpv6 ? 'RFC 8200 4.4' : 'RFC 791 3.1';
    case 'congested':
      return inSpi === undefined ? 'RFC 3168 5.3' : 'RFC 6040 4.2';
    default:
      return sections[why];
  }
}

/** Each IP has its own rule. */
type ByFamily = 'malformed' | 'tooLong' | 'fragment' | 'routedOn';

const sections: Readonly<Record<Exclude<DropReason, ByFamily | 'congested'>, string>> = {
  discarded: 'RFC 4301 4.4.1',
  clearButProtected: 'RFC 4301 5.2',
  noSa: 'RFC 4301 5.1',
  holdFull: 'RFC 4301 5.1',
  severalPeers: 'RFC 3948 5.2',
  saExhausted: 'RFC 4301 4.4.2.1',
  unknownSpi: 'RFC 4303 3.4.2',
  replayed: 'RFC 4303 3.4.3',
  forged: 'RFC 4303 3.4.4',
  badPadding: 'RFC 4303 3.4.4.1',
  notOfMode: 'RFC 4303 2.6',
  wrongSelectors: 'RFC 4301 5.2',
  conversationOfAnother: 'RFC 3948 5.2',
};
