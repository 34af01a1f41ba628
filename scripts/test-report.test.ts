import { expect, test } from 'vitest';
import { readPlaywright, readVitest } from './test-report.ts';

test('vitest: what failed and then passed has passed, and is named', () => {
  const tests = [
    { fullName: 'a ping comes back', status: 'passed', failureMessages: ['no reply to ping 1'] },
    { fullName: 'a good one', status: 'passed', failureMessages: [] },
    { fullName: 'a bad one', status: 'failed', failureMessages: ['no', 'no'] },
  ];
  const numbers = { numPassedTests: 2, numFailedTests: 1, numPendingTests: 3, numTodoTests: 1 };
  expect(readVitest({ ...numbers, testResults: [{ assertionResults: tests }] })).toEqual({
    ...{ passed: 2, failed: 1, skipped: 4 },
    onSecondTry: ['a ping comes back'],
  });
});

test('Playwright: what failed and then passed has passed, and is named with its file and group', () => {
  const spec = (title: string, status: string) => ({ title, tests: [{ status }] });
  const group = { title: 'the wizard', specs: [spec('says why', 'flaky'), spec('ends', 'expected')] };
  const suites = [{ title: 'wizard.spec.ts', specs: [spec('opens', 'flaky')], suites: [group] }];
  expect(readPlaywright({ stats: { expected: 5, flaky: 2, unexpected: 1, skipped: 0 }, suites })).toEqual({
    ...{ passed: 7, failed: 1, skipped: 0 },
    onSecondTry: ['wizard.spec.ts opens', 'wizard.spec.ts the wizard says why'],
  });
});
