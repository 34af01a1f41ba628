/** `/cluster` and `/cluster/nodes`. */
import { cluster as clusterSchema } from '../../contract/cluster.ts';
import { node } from '../../contract/nodes.ts';
import { list, show } from './collection.ts';
import { fieldTreeOf } from './field-tree.ts';
import { clusterRecord, nodeRecord } from './records.ts';
import type { OntapMeans, Resource, Route } from './resource.ts';

/** One object: without identifying fields, `fields=version` answers the version alone. */
const clusterResource: Resource = {
  path: '/cluster',
  tree: fieldTreeOf(clusterSchema),
  keys: [],
  identifying: [],
  secrets: [],
  references: { management_interfaces: '/network/ip/interfaces' },
};

const nodes: Resource = {
  path: '/cluster/nodes',
  tree: fieldTreeOf(node),
  keys: ['name'],
  identifying: ['uuid', 'name'],
  secrets: [],
  references: { 'ha.partners': '/cluster/nodes' },
};

export function clusterRoutes({ cluster }: OntapMeans): readonly Route[] {
  const rows = () => cluster.state().nodes.map((each) => nodeRecord(cluster.state(), each));
  return [
    { path: '/cluster', get: (c) => show(c, clusterResource, clusterRecord(cluster.state())) },
    { path: '/cluster/nodes', get: (c) => list(c, nodes, rows()) },
    {
      path: '/cluster/nodes/:uuid',
      get: (c) =>
        show(
          c,
          nodes,
          rows().find(({ uuid }) => uuid === c.req.param('uuid')),
        ),
    },
  ];
}
