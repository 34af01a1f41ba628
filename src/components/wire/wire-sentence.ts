/** The wire picture as one sentence: what its title says to whoever cannot see it. */
import { wireStates } from '../state/wire-states.ts';
import { formatRate } from '../text/format.ts';
import type { WireProps } from './wire-props.ts';

/** `nfs_lif1 to 10.1.0.44: encrypted, AES-256-GCM, 12 MiB/s in, 3 MiB/s out` */
export function wireSentence({ local, remote, state, via, rateIn, rateOut, reason }: WireProps): string {
  const ends = `${local.lif} to ${remote.address ?? remote.name ?? 'unknown'}`;
  const facts = [
    wireStates[state].word.toLowerCase(),
    via?.policy === undefined ? undefined : `policy ${via.policy}`,
    via?.suite,
    rateIn === undefined ? undefined : `${formatRate(rateIn)} in`,
    rateOut === undefined ? undefined : `${formatRate(rateOut)} out`,
  ].filter((fact) => fact !== undefined);
  const why = reason === undefined ? '' : `. At the ${reason.end === 'local' ? 'cluster' : 'host'}: ${reason.text}`;
  return `${ends}: ${facts.join(', ')}${why}`;
}
