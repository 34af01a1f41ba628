/** What becomes of an exception that the engine has nobody to tell of. */
import { expect, test } from 'vitest';
import { attempt, unheard } from '../domain/bytes/exceptions.ts';

test('without an owner’s ear an exception is a rejection that the platform reports', async () => {
  const reporters = process.listeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection');
  try {
    const reported = new Promise((resolve) => process.once('unhandledRejection', resolve));
    const bug = new Error('a bug');
    attempt(() => {
      throw bug;
    }, unheard);
    expect(await reported).toBe(bug);
  } finally {
    for (const reporter of reporters) process.on('unhandledRejection', reporter);
  }
});
