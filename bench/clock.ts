/**
 * The clock of the bench, in microseconds. Under Node it is the processor time of this process, its helper threads included:
 * what other processes do meanwhile does not count, and what a garbage collector does beside us does. A worker has only the
 * clock on the wall, so its figures want a quiet machine.
 */
const node = globalThis.process as { cpuUsage?: () => { user: number; system: number } } | undefined;

export const nowUs: () => number = node?.cpuUsage
  ? () => {
      const { user, system } = process.cpuUsage();
      return user + system;
    }
  : () => performance.now() * 1000;
