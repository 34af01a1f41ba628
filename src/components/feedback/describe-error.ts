/** An error of any origin as a sentence for a person and details for a report. Details never hold what a form held. */

export interface DescribedError {
  readonly sentence: string;
  /** Code and target of ONTAP's answer, where it is one. */
  readonly details?: string;
}

export function describeError(error: unknown): DescribedError {
  const code = textField(error, 'code');
  const target = textField(error, 'target');
  const sentence = textField(error, 'message') ?? 'The cause is not known.';
  if (code === undefined) {
    return { sentence: error instanceof TypeError ? 'The cluster did not answer.' : sentence };
  }
  return { sentence, details: `code ${code}${target === undefined || target === '' ? '' : `, target ${target}`}` };
}

function textField(value: unknown, name: string): string | undefined {
  if (typeof value !== 'object' || value === null || !(name in value)) {
    return undefined;
  }
  const field: unknown = Reflect.get(value, name);
  return typeof field === 'string' || typeof field === 'number' ? String(field) : undefined;
}
