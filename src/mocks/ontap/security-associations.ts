/** `/security/ipsec/security-associations`: read only; there is no verb to rekey or delete an SA over REST. */
import { securityAssociation } from '../../contract/security-associations.ts';
import { list, show } from './collection.ts';
import { fieldTreeOf } from './field-tree.ts';
import { associationRecord } from './records.ts';
import type { OntapMeans, Resource, Route } from './resource.ts';

const associationsResource: Resource = {
  path: '/security/ipsec/security-associations',
  tree: fieldTreeOf(securityAssociation),
  keys: ['uuid'],
  identifying: ['uuid'],
  secrets: [],
  references: { svm: '/svm/svms', node: '/cluster/nodes' },
};

export function securityAssociationRoutes({ cluster, associations }: OntapMeans): readonly Route[] {
  const rows = () => associations().map((view) => associationRecord(cluster.state(), view));
  return [
    { path: '/security/ipsec/security-associations', get: (c) => list(c, associationsResource, rows()) },
    {
      path: '/security/ipsec/security-associations/:uuid',
      get: (c) =>
        show(
          c,
          associationsResource,
          rows().find(({ uuid }) => uuid === c.req.param('uuid')),
        ),
    },
  ];
}
