/** Tests that need what a machine may not have: skipped there, and the screen says by name what is skipped and why. */
import { describe } from 'vitest';

/** @param missing why they cannot run; undefined: they can. */
export function describeUnless(missing: string | undefined, name: string, tests: () => void): void {
  if (missing !== undefined) console.warn(`skipped: ${name}: ${missing}`);
  describe.skipIf(missing !== undefined)(name, tests);
}
