/** What tests against real peers wait for: things that become true in their own time. */
import type { Fact } from '../../src/domain/ike/facts.ts';

export async function until(isSo: () => boolean | Promise<boolean>, withinMs = 20_000): Promise<void> {
  const endsAtMs = Date.now() + withinMs;
  while (!(await isSo())) {
    if (Date.now() > endsAtMs) throw new Error('it did not come to that in time');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export function factsOf<T extends Fact['type']>(
  facts: readonly Fact[],
  type: T,
): readonly Extract<Fact, { type: T }>[] {
  return facts.filter((fact): fact is Extract<Fact, { type: T }> => fact.type === type);
}
