/**
 * What two ends of a CHILD SA must know alike (RFC 7296 2.9, 2.17; RFC 4301 4.4.2.1): what one of them sends with, the other
 * receives with.
 */
import { toHex } from '../../bytes/hex.ts';
import type { KeyMaterial } from '../../crypto/protection.ts';
import { printAddress } from '../../net/address.ts';
import { printSelector, type TrafficSelector } from '../../spd/selector.ts';
import type { ChildSa } from '../child/child-sa.ts';
import { printTransform } from '../proposal/print-proposal.ts';

/** The same SA from the other end. */
export function mirrored(child: ChildSa): ChildSa {
  const { encapsulation } = child;
  return {
    ...child,
    ...{ inSpi: child.outSpi, outSpi: child.inSpi, inKeys: child.outKeys, outKeys: child.inKeys },
    ...{ local: child.remote, remote: child.local },
    ...{ localSelectors: child.remoteSelectors, remoteSelectors: child.localSelectors },
    ...(encapsulation && {
      encapsulation: { localPort: encapsulation.remotePort, remotePort: encapsulation.localPort },
    }),
    isInitiator: !child.isInitiator,
  };
}

/**
 * What both ends know, in a line: equal to that of the other end's, mirrored. Each end has for itself the names, lifetimes and volumes
 * (RFC 7296 2.8), the replay window, which is the receiver's (RFC 4303 3.4.3), the instant, what padding it may send, and in `replaces`
 * an SPI of its own; and a path, if a NAT lies between.
 */
export function known({ inSpi, outSpi, inKeys, outKeys, mode, transforms, hasEsn, ...child }: ChildSa): string {
  return [
    `in ${inSpi} ${keyText(inKeys)}, out ${outSpi} ${keyText(outKeys)}`,
    `${mode} ${transforms.map(printTransform).join('-')} ${hasEsn ? 'with' : 'without'} ESN`,
    `${selectorsText(child.localSelectors)} === ${selectorsText(child.remoteSelectors)}`,
    child.encapsulation ? 'in UDP' : 'without UDP', // by NAT detection, which tells both the same (RFC 7296 2.23)
    `made ${child.isInitiator ? 'here' : 'there'} in ${child.ikeSpis.initiator} ${child.ikeSpis.responder}`,
  ].join(', ');
}

/** Between which ends its packets go, in a line: alike too where no NAT changes addresses and ports. */
export function pathOf({ local, remote, encapsulation }: ChildSa): string {
  const [from, to] = [printAddress(local), printAddress(remote)];
  return encapsulation ? `${from}:${encapsulation.localPort} to ${to}:${encapsulation.remotePort}` : `${from} to ${to}`;
}

const keyText = ({ encr, integ }: KeyMaterial): string => `${toHex(encr.reveal())}/${toHex(integ.reveal())}`;

/** Their order means nothing (RFC 7296 2.9). */
const selectorsText = (selectors: readonly TrafficSelector[]): string => selectors.map(printSelector).sort().join(' ');
