/**
 * The clock of the bench, in microseconds. A neighbour's work makes the wall's clock too slow; under Node the processor's time
 * counts helper threads too (garbage collector, compiler), which work beside us. What our thread needed is no more than either,
 * so the lesser of the two is taken. A worker has only the wall's clock, so its figures want a quiet machine.
 */
const node = globalThis.process as { readonly cpuUsage?: () => { user: number; system: number } } | undefined;

/** Starts a watch; asking it gives the time since then. */
export function startWatch(): () => number {
  const startMs = performance.now();
  const startUs = processorUs();
  return () => Math.min((performance.now() - startMs) * 1000, processorUs() - startUs);
}

function processorUs(): number {
  if (!node?.cpuUsage) return performance.now() * 1000;
  const { user, system } = node.cpuUsage();
  return user + system;
}
