/** An end's configuration, whichever daemon it was written for. */
import type { EndpointSettings } from '../../src/domain/ike/settings.ts';
import { address } from '../../src/domain/net/address.ts';
import type { EndFiles } from './charon-files.ts';
import type { PairEnd } from './pair.ts';
import { loadPluto, plutoSettings } from './pluto.ts';
import { matchesRdnsInAnyOrder, settingsOf, signatureHabitsOf } from './strongswan.ts';
import { type Loaded, loadSwanctl } from './swanctl.ts';
import { loadSections } from './swanctl-file.ts';

export function loadEnd(
  end: PairEnd,
  files: EndFiles,
  role: { readonly answers: boolean },
): Loaded & { readonly settings: Partial<EndpointSettings> } {
  if (end['ipsec.conf']) return { ...loadPluto(end, files), settings: plutoSettings(end) };
  const { swanctl, strongswan = [] } = end;
  const loaded = loadSwanctl(loadSections(swanctl), {
    address: address(end.address),
    files,
    signatures: signatureHabitsOf(strongswan),
    matchesRdnsInAnyOrder: matchesRdnsInAnyOrder(strongswan),
    ...role,
  });
  return { ...loaded, settings: settingsOf(strongswan) };
}
