/** An error of any origin as a sentence for a person and details for a report. Details never hold what a form held. */
import { OntapError } from '../../api/errors.ts';

export interface DescribedError {
  readonly sentence: string;
  /** What was asked, and the code and target of ONTAP's answer, where it is one. */
  readonly details?: string;
  /** What an administrator enters so that it works the next time. */
  readonly command?: string;
}

export function describeError(error: unknown): DescribedError {
  if (error instanceof OntapError) return error.status === 403 ? forbidden(error) : refused(error);
  if (isMissingCode(error)) return { sentence: 'The code of this page could not be fetched from where it is served.' };
  if (error instanceof TypeError) return { sentence: 'The cluster did not answer.' };
  return { sentence: sentenceOf(error instanceof Error ? error.message : 'The cause is not known') };
}

/** A module that the browser could not load; it asks no second time, only a reload helps. */
export const isMissingCode = (error: unknown): boolean =>
  error instanceof TypeError && /module/i.test(error.message) && /fetch|load|import/i.test(error.message);

function refused({ message, code, target, request }: OntapError): DescribedError {
  const details = [`code ${code}`, target && `target ${target}`, request];
  return { sentence: sentenceOf(message), details: details.filter(Boolean).join(', ') };
}

/** Which privilege is missing, on which path of the API (ONTAP: `security login rest-role create`). */
function forbidden({ message, code, request }: OntapError): DescribedError {
  const [method, path] = request?.split(' ') ?? [];
  return {
    sentence: `The role of this user may not ${method === 'GET' ? 'read' : 'change'} ${path ?? 'it'}.`,
    details: [`ONTAP: ${message}`, `code ${code}`, request].filter(Boolean).join(', '),
    ...(path !== undefined && {
      command: `security login rest-role create -role ROLE -api ${path} -access ${method === 'GET' ? 'readonly' : 'all'}`,
    }),
  };
}

function sentenceOf(message: string): string {
  const text = message.trim();
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
