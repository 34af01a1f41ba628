/**
 * Answers in ONTAP's form: content type by `Accept`, JSON as ONTAP prints it, the headers that every answer carries, refusals.
 * HAL links are given unless the client asks for plain JSON.
 */
import type { Context } from 'hono';
import type { OntapRefusal } from '../../domain/cluster/ontap-errors.ts';

const commonHeaders = {
  Server: 'libzapid-httpd',
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'no-cache,no-store,must-revalidate',
  'Content-Security-Policy':
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors: 'self'",
} as const;

/** Whether this client gets `_links`: everyone but who asks for `application/json` alone. */
export function wantsLinks(c: Context): boolean {
  const accepted = (c.req.header('Accept') ?? '*/*').split(',').map((type) => type.split(';')[0]?.trim());
  return !accepted.includes('application/json') || accepted.includes('application/hal+json');
}

export function answer(
  c: Context,
  body: object,
  {
    status = 200,
    headers = {},
  }: { readonly status?: number; readonly headers?: Readonly<Record<string, string>> } = {},
): Response {
  const isPretty = c.req.query('pretty') !== 'false';
  const contentType = wantsLinks(c) ? 'application/hal+json' : 'application/json';
  return new Response(isPretty ? printJson(body) : JSON.stringify(body), {
    status,
    headers: { ...commonHeaders, ...headers, 'Content-Type': contentType },
  });
}

export function refuse(c: Context, { status, message, code, target }: OntapRefusal): Response {
  return answer(c, { error: { message, code, ...(target === undefined ? {} : { target }) } }, { status });
}

/** Two spaces a level; what is empty closes on a line of its own, so that an empty object has three octets. */
function printJson(value: unknown, indent = ''): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    const elements = value.map((element) => `\n${inner}${printJson(element, inner)}`);
    return `[${elements.join(',')}\n${indent}]`;
  }
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .map(([name, member]) => `\n${inner}${JSON.stringify(name)}: ${printJson(member, inner)}`);
  return `{${members.join(',')}\n${indent}}`;
}
