/** placeholder of the signature; the picture follows. */
import type { WireProps } from './wire-props.ts';

export function Wire(_props: WireProps) {
  return null;
}
