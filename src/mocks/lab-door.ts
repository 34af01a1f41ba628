/**
 * The door between a page and the worker in which the lab lives: the lab's own port, and ONTAP's REST as requests and answers
 * that a structured clone keeps. The worker side is `serveLab`; the page side is lab-link.ts.
 *
 *     // src/workers/lab.ts, at the top level of the module
 *     serveLab(async () => ({ port, app })); // the store is opened in there
 *
 * The worker holds a Web Lock for life. So the lab's store has one writer even where two builds of Overwire are open, and a page
 * that asks for the lock is told when the worker has died.
 */
import { expose, proxy } from 'comlink';
import type { LabPort } from '../contract/lab-port.ts';

/** A request as plain data. The body is text: ONTAP's REST takes JSON alone. */
export interface PlainRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body?: string;
}

export interface PlainResponse {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
}

/** What the page reaches through one MessagePort. */
export interface LabDoor extends LabPort {
  answer(request: PlainRequest): Promise<PlainResponse>;
  /** Resolves when this worker is the one that has the lab. */
  owned(): Promise<void>;
}

/** Held by the worker that has the lab, as long as it lives. */
export const labLock = 'overwire-lab';

/** What the worker has to give: the lab's port, and the REST app (Hono's `app.fetch`). */
export interface ServedLab {
  readonly port: LabPort;
  readonly app: { fetch(request: Request): Response | Promise<Response> };
}

/** A worker's global scope, shared or a page's own: the two differ in how a page reaches them. */
type WorkerScope = { onconnect?: ((event: MessageEvent) => void) | null } & Parameters<typeof expose>[1];

/**
 * Lets pages in, at once and before the lab has started: what they ask meanwhile waits. To be called synchronously when the worker's
 * script runs, since a SharedWorker is told of its first page only once. `openLab` is called when no other worker has a lab.
 */
export function serveLab(
  openLab: () => Promise<ServedLab>,
  scope: WorkerScope = globalThis as unknown as WorkerScope, // the types of a page, which the rest of the project has, know no worker
): void {
  const owned = new Promise<void>((resolve) => {
    void navigator.locks.request(labLock, () => {
      resolve();
      return new Promise<never>(() => undefined); // kept until the worker ends
    });
  });
  const door = doorOf(owned, owned.then(openLab));
  if (scope !== undefined && 'onconnect' in scope) {
    scope.onconnect = ({ ports: [port] }) => {
      if (port !== undefined) expose(door, port);
    };
  } else {
    expose(door, scope);
  }
}

/** The door of a lab that may not have started yet. */
function doorOf(owned: Promise<void>, lab: Promise<ServedLab>): LabDoor {
  const port = lab.then((served) => served.port);
  return {
    owned: () => owned,
    snapshot: async () => (await port).snapshot(),
    subscribe: async (onSnapshot) => proxy(await (await port).subscribe(onSnapshot)),
    do: async (command) => (await port).do(command),
    health: async () => (await port).health(),
    answer: async (request) => plainResponse(await (await lab).app.fetch(toRequest(request))),
  };
}

export async function plainRequest(request: Request): Promise<PlainRequest> {
  const body = request.method === 'GET' || request.method === 'HEAD' ? '' : await request.text();
  const { method, url } = request;
  return { method, url, headers: [...request.headers], ...(body === '' ? {} : { body }) };
}

/** The response of plain data; a body where HTTP allows one. */
export function toResponse({ status, headers, body }: PlainResponse): Response {
  return new Response(body === '' ? null : body, { status, headers: headers.map(([name, value]) => [name, value]) });
}

function toRequest({ method, url, headers, body }: PlainRequest): Request {
  const init = { method, headers: headers.map(([name, value]): [string, string] => [name, value]) };
  return new Request(url, body === undefined ? init : { ...init, body });
}

async function plainResponse(response: Response): Promise<PlainResponse> {
  return { status: response.status, headers: [...response.headers], body: await response.text() };
}
