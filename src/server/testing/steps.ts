/**
 * How much work something is, counted and not timed: how often this engine's own blocks of code run, which is what V8 counts for a
 * coverage report. What the platform does inside of one call of its own is not seen: copying, sorting, cryptography.
 */
import { Session } from 'node:inspector/promises';
import { setFlagsFromString } from 'node:v8';

/** Blocks of `src/domain` that ran in `act`, the tests' own left out. */
export async function stepsOf(act: () => unknown): Promise<number> {
  const session = new Session();
  session.connect();
  setFlagsFromString('--no-opt');
  try {
    await session.post('Profiler.enable');
    await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
    await session.post('Profiler.takePreciseCoverage'); // what ran before
    await act();
    const { result } = await session.post('Profiler.takePreciseCoverage');
    const own = result.filter(({ url }) => /\/src\/domain\//.test(url) && !/\/testing\/|\.test\.ts/.test(url));
    return own
      .flatMap(({ functions }) => functions.flatMap(({ ranges }) => ranges))
      .reduce((sum, { count }) => sum + count, 0);
  } finally {
    await session.post('Profiler.stopPreciseCoverage');
    session.disconnect();
    setFlagsFromString('--opt');
  }
}
