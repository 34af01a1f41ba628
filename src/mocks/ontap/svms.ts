/** `/svm/svms`: the data SVMs. */
import { svm } from '../../contract/svms.ts';
import { list, show } from './collection.ts';
import { fieldTreeOf } from './field-tree.ts';
import { svmRecord } from './records.ts';
import type { OntapMeans, Resource, Route } from './resource.ts';

const svms: Resource = {
  path: '/svm/svms',
  tree: fieldTreeOf(svm),
  keys: ['name'],
  identifying: ['uuid', 'name'],
  secrets: [],
  references: { ipspace: '/network/ipspaces', ip_interfaces: '/network/ip/interfaces' },
};

export function svmRoutes({ cluster }: OntapMeans): readonly Route[] {
  const rows = () => cluster.state().svms.map((each) => svmRecord(cluster.state(), each));
  return [
    { path: '/svm/svms', get: (c) => list(c, svms, rows()) },
    {
      path: '/svm/svms/:uuid',
      get: (c) =>
        show(
          c,
          svms,
          rows().find(({ uuid }) => uuid === c.req.param('uuid')),
        ),
    },
  ];
}
