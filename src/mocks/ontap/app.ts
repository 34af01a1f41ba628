/**
 * ONTAP's REST API over the lab cluster: the same app answers pages through the worker and real clients under Node. A request that
 * no route takes is answered as ONTAP does: unknown path, method not offered, surplus segment.
 */
import { Hono } from 'hono';
import { refusal } from '../../domain/cluster/ontap-errors.ts';
import { answer, refuse } from './answer.ts';
import { clusterRoutes } from './cluster.ts';
import { ipsecRoutes } from './ipsec.ts';
import { ipsecPolicyRoutes } from './ipsec-policies.ts';
import { networkRoutes } from './network.ts';
import type { OntapMeans, Route } from './resource.ts';
import { securityAssociationRoutes } from './security-associations.ts';
import { svmRoutes } from './svms.ts';

export function ontapApp(means: OntapMeans): Hono {
  const app = new Hono({ getPath: (request) => plainPath(new URL(request.url).pathname) });
  const routes = [
    ...clusterRoutes(means),
    ...svmRoutes(means),
    ...networkRoutes(means),
    ...ipsecRoutes(means),
    ...ipsecPolicyRoutes(means),
    ...securityAssociationRoutes(means),
  ];
  for (const route of routes) mount(app, route);
  app.notFound((c) => refuse(c, refusal('apiNotFound')));
  app.onError((error, c) => {
    console.error(error); // a bug of ours: no request can cause one
    return refuse(c, refusal('notStored'));
  });
  return app;
}

function mount(app: Hono, route: Route): void {
  const path = `/api${route.path}`;
  if (route.get) app.get(path, route.get); // Hono answers HEAD by it
  if (route.post) app.post(path, route.post);
  if (route.patch) app.patch(path, route.patch);
  if (route.delete) app.delete(path, route.delete);
  app.options(path, (c) => answer(c, {}, { headers: { Allow: allowedMethods(route) } }));
  app.all(path, (c) => refuse(c, refusal('methodNotOffered')));
  if (path.endsWith('/:uuid')) {
    app.all(`${path}/:surplus/*`, (c) => refuse(c, refusal('surplusSegment', { argument: c.req.param('surplus') })));
  }
}

/** In ONTAP's order. */
function allowedMethods({ get, post, patch, delete: remove }: Route): string {
  return [
    ...(get ? ['GET', 'HEAD'] : []),
    'OPTIONS',
    ...(post ? ['POST'] : []),
    ...(remove ? ['DELETE'] : []),
    ...(patch ? ['PATCH'] : []),
  ].join(', ');
}

/** `/api/v1` is `/api`; doubled slashes and one at the end mean nothing. */
const plainPath = (path: string): string =>
  path
    .replace(/\/{2,}/g, '/')
    .replace(/^\/api\/v1(?=\/|$)/, '/api')
    .replace(/(.)\/$/, '$1');
