/**
 * Starting the console's cluster: the embedded lab. What can go wrong before the first page are ends of their own, each with a page
 * that says what to do.
 */
import type { LabHealth, LabPort } from '../contract/lab-port.ts';

export type Start =
  | { readonly state: 'running'; readonly port: LabPort }
  | { readonly state: 'openElsewhere' }
  | { readonly state: 'broken'; readonly port: LabPort; readonly health: Extract<LabHealth, { ok: false }> }
  | { readonly state: 'failed'; readonly error: unknown };

/** A worker whose script fails answers nothing at all; one that starts answers within a fraction of this. */
const healthWithinMs = 15_000;

/** Never rejects. */
export async function startConsole(): Promise<Start> {
  try {
    const { startLab } = await import('../mocks/browser.ts'); // apart, so that a real cluster never loads MSW
    const started = await startLab();
    if (started.state === 'openElsewhere') {
      return started;
    }
    const { port } = started;
    const health = await within(healthWithinMs, port.health());
    return health.ok ? { state: 'running', port } : { state: 'broken', port, health };
  } catch (error) {
    return { state: 'failed', error };
  }
}

function within<T>(limitMs: number, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`The lab's worker did not answer in ${limitMs / 1000} s.`)),
      limitMs,
    );
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
