/** Finding payloads in a chain by type, of which the first counts; and payloads made of what the rest of the engine holds. */
import { fromForm, type TrafficSelector, toForm } from '../../spd/selector.ts';
import type { PayloadName, PayloadNamed } from './codec.ts';
import type { Payload, WireSelector } from './message.ts';

export function find<Name extends PayloadName>(
  payloads: readonly Payload[],
  name: Name,
): PayloadNamed<Name> | undefined {
  return payloads.find((payload): payload is PayloadNamed<Name> => payload.type === name);
}

export function findAll<Name extends PayloadName>(
  payloads: readonly Payload[],
  name: Name,
): readonly PayloadNamed<Name>[] {
  return payloads.filter((payload): payload is PayloadNamed<Name> => payload.type === name);
}

/** The public value of a key exchange under its group. */
export const keOf = ({ group, publicValue }: Omit<PayloadNamed<'KE'>, 'type'>): Payload => ({
  type: 'KE',
  group,
  publicValue,
});

/** The selectors that mean traffic; the others are skipped (RFC 7296 3.13.1). */
export const readSelectors = (selectors: readonly WireSelector[]): readonly TrafficSelector[] =>
  selectors.map(fromForm).filter((each) => each !== undefined);

export const writeSelectors = (selectors: readonly TrafficSelector[]): readonly WireSelector[] => selectors.map(toForm);
