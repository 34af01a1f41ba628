/** `/network/ip/interfaces` (LIFs) and `/network/ipspaces`. */
import { ipInterface } from '../../contract/ip-interfaces.ts';
import { ipspace } from '../../contract/ipspaces.ts';
import { list, show } from './collection.ts';
import { fieldTreeOf } from './field-tree.ts';
import { ipInterfaceRecord } from './records.ts';
import type { OntapMeans, Resource, Route } from './resource.ts';

const interfaces: Resource = {
  path: '/network/ip/interfaces',
  tree: fieldTreeOf(ipInterface),
  keys: ['name', 'uuid'],
  identifying: ['uuid', 'name'],
  secrets: [],
  references: {
    ipspace: '/network/ipspaces',
    svm: '/svm/svms',
    'location.node': '/cluster/nodes',
    'location.home_node': '/cluster/nodes',
  },
};

const ipspaces: Resource = {
  path: '/network/ipspaces',
  tree: fieldTreeOf(ipspace),
  keys: ['name'],
  identifying: ['uuid', 'name'],
  secrets: [],
  references: {},
};

export function networkRoutes({ cluster }: OntapMeans): readonly Route[] {
  const lifs = () => cluster.state().lifs.map((each) => ipInterfaceRecord(cluster.state(), each));
  const spaces = () => cluster.state().ipspaces.map(({ uuid, name }) => ({ uuid, name }));
  return [
    { path: '/network/ip/interfaces', get: (c) => list(c, interfaces, lifs()) },
    {
      path: '/network/ip/interfaces/:uuid',
      get: (c) =>
        show(
          c,
          interfaces,
          lifs().find(({ uuid }) => uuid === c.req.param('uuid')),
        ),
    },
    { path: '/network/ipspaces', get: (c) => list(c, ipspaces, spaces()) },
    {
      path: '/network/ipspaces/:uuid',
      get: (c) =>
        show(
          c,
          ipspaces,
          spaces().find(({ uuid }) => uuid === c.req.param('uuid')),
        ),
    },
  ];
}
