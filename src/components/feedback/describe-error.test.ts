import { expect, test } from 'vitest';
import { OntapError, Unreachable } from '../../api/errors.ts';
import { describeError, isMissingCode } from './describe-error.ts';

test('what ONTAP refused keeps its message, code and target, and says what was asked', () => {
  const error = new OntapError({
    code: '66257104',
    message: 'Duplicate name',
    target: 'name',
    status: 409,
    request: 'POST /api/security/ipsec/policies',
  });

  expect(describeError(error)).toEqual({
    sentence: 'Duplicate name.',
    details: 'code 66257104, target name, POST /api/security/ipsec/policies',
  });
});

test('a role that may not read names the path and the command that permits it', () => {
  const error = new OntapError({ code: '6', message: 'not authorized', status: 403, request: 'GET /api/cluster' });

  expect(describeError(error)).toEqual({
    sentence: 'The role of this user may not read /api/cluster.',
    details: 'ONTAP: not authorized, code 6, GET /api/cluster',
    command: 'security login rest-role create -role ROLE -api /api/cluster -access readonly',
  });
});

test('silence, missing code and anything else are a sentence each', () => {
  const missing = new TypeError('Failed to fetch dynamically imported module: http://127.0.0.1/a.js');

  expect(describeError(new Unreachable('lab does not answer')).sentence).toBe('lab does not answer.');
  expect(describeError(new TypeError('Failed to fetch')).sentence).toBe('The cluster did not answer.');
  expect(describeError(missing).sentence).toMatch(/^The code of this page/);
  expect(isMissingCode(missing)).toBe(true);
  expect(describeError('a text').sentence).toBe('The cause is not known.');
});
