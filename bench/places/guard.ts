/** Nothing here waits for ever: what does not end in time is ended, and the run says what it was. */

/** The promise's outcome, or, when the time is over, `end` and a refusal that names the work. */
export async function within<T>(seconds: number, what: string, work: Promise<T>, end: () => void): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      end();
      reject(new Error(`${what}: not done within ${seconds} s, ended`));
    }, seconds * 1000);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
