/** What becomes of an exception that the engine has nobody to tell of. */
import { expect, test } from 'vitest';
import { attempt, earOf, unheard } from '../domain/bytes/exceptions.ts';

const bug = new Error('a bug');
const fails = () => {
  throw bug;
};

test('without an owner’s ear an exception is a rejection that the platform reports', async () => {
  expect(await reportedOf(1, () => attempt(fails, unheard))).toEqual([bug]);
});

test('an ear that throws itself stops nothing: what it threw is reported, and what it was told', async () => {
  const worse = new Error('a worse bug');
  const onError = () => {
    throw worse;
  };
  expect(await reportedOf(2, () => attempt(fails, earOf({ onError })))).toEqual([worse, bug]);
});

/** The first rejections that nobody handles. */
async function reportedOf(count: number, act: () => void): Promise<readonly unknown[]> {
  const reporters = process.listeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection');
  try {
    return await new Promise((resolve) => {
      const reported: unknown[] = [];
      process.on('unhandledRejection', (reason) => {
        reported.push(reason);
        if (reported.length === count) resolve(reported);
      });
      act();
    });
  } finally {
    process.removeAllListeners('unhandledRejection');
    for (const reporter of reporters) process.on('unhandledRejection', reporter);
  }
}
