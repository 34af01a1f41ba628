/** An end's configuration, whichever daemon it was written for. */
import type { EndpointSettings } from '../../src/domain/ike/settings.ts';
import { address } from '../../src/domain/net/address.ts';
import type { EndFiles } from './charon-files.ts';
import type { PairEnd } from './pair.ts';
import { loadPluto, plutoSettings } from './pluto.ts';
import { matchesRdnsInAnyOrder, prefersPss, settingsOf } from './strongswan.ts';
import { type Loaded, loadSwanctl } from './swanctl.ts';
import { parseSections } from './swanctl-file.ts';

export function loadEnd(end: PairEnd, files: EndFiles): Loaded & { readonly settings: Partial<EndpointSettings> } {
  if (end['ipsec.conf']) return { ...loadPluto(end, files), settings: plutoSettings(end) };
  const { swanctl = [], strongswan = [] } = end;
  const loaded = loadSwanctl(parseSections(swanctl.join('\n')), {
    address: address(end.address),
    files,
    prefersPss: prefersPss(strongswan),
    matchesRdnsInAnyOrder: matchesRdnsInAnyOrder(strongswan),
  });
  return { ...loaded, settings: settingsOf(strongswan) };
}
