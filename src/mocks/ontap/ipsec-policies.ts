/** `/security/ipsec/policies`: list, create, change, delete, and change or delete of all that a filter names. */
import type { Context } from 'hono';
import {
  type IpsecPolicyCreate,
  type IpsecPolicyPatch,
  ipsecPolicy,
  ipsecPolicyCreate,
  ipsecPolicyPatch,
} from '../../contract/ipsec-policies.ts';
import type { ClusterCommand, PolicyChange, PolicyDraft } from '../../domain/cluster/cluster.ts';
import { refusal } from '../../domain/cluster/ontap-errors.ts';
import { typedSecret } from '../../domain/cluster/pre-shared-key.ts';
import { answer, refuse, wantsLinks } from './answer.ts';
import { bodyForm, readBody } from './body.ts';
import { checkParameters, list, matching, show } from './collection.ts';
import { fieldTreeOf } from './field-tree.ts';
import { everything, project } from './fields.ts';
import { policyRecord } from './records.ts';
import type { OntapMeans, Resource, Route } from './resource.ts';

const policies: Resource = {
  path: '/security/ipsec/policies',
  tree: fieldTreeOf(ipsecPolicy),
  keys: ['svm.name', 'name'],
  identifying: ['uuid', 'svm', 'name'],
  secrets: ['secret_key', 'ppk.shared_key'],
  references: { svm: '/svm/svms', ipspace: '/network/ipspaces' },
};

const createForm = bodyForm(ipsecPolicyCreate, ipsecPolicy);
const patchForm = bodyForm(ipsecPolicyPatch, ipsecPolicy, ipsecPolicyCreate);

export function ipsecPolicyRoutes({ cluster }: OntapMeans): readonly Route[] {
  const rows = () => cluster.state().policies.map(policyRecord);

  const create = async (c: Context): Promise<Response> => {
    const misplaced = checkParameters(c, policies);
    if (misplaced !== undefined) return refuse(c, misplaced);
    const body = await readBody(c, createForm);
    if (!body.ok) return refuse(c, body.error);
    const done = await cluster.do({ type: 'createPolicy', policy: draftOf(body.value) });
    if (!done.ok) return refuse(c, done.error);

    const records = done.value.flatMap((event) => (event.type === 'policyCreated' ? [policyRecord(event.policy)] : []));
    const headers = { Location: `/api${policies.path}/${records[0]?.uuid}` };
    const isShown = c.req.query('return_records') === 'true';
    const shown = records.map((record) => project(policies, record, everything, wantsLinks(c)));
    return answer(c, isShown ? { num_records: shown.length, records: shown } : {}, { status: 201, headers });
  };

  const change = async (c: Context): Promise<Response> => {
    const misplaced = checkParameters(c, policies);
    if (misplaced !== undefined) return refuse(c, misplaced);
    const body = await readBody(c, patchForm);
    if (!body.ok) return refuse(c, body.error);
    if (Object.keys(body.value).length === 0) return refuse(c, refusal('nothingToChange'));
    const done = await cluster.do({ type: 'changePolicy', uuid: uuidOf(c), change: changeOf(body.value) });
    return done.ok ? answer(c, {}) : refuse(c, done.error);
  };

  const remove = async (c: Context): Promise<Response> => {
    const misplaced = checkParameters(c, policies);
    if (misplaced !== undefined) return refuse(c, misplaced);
    const done = await cluster.do({ type: 'deletePolicy', uuid: uuidOf(c) });
    return done.ok ? answer(c, {}) : refuse(c, done.error);
  };

  /** One command after the other for each match; the first refusal ends it, as without `continue_on_failure`. */
  const each = async (c: Context, commandFor: (uuid: string) => ClusterCommand): Promise<Response> => {
    const found = matching(policies, rows(), [...new URL(c.req.url).searchParams]);
    if (!found.ok) return refuse(c, found.error);
    const uuids = found.value.map((row) => String(row['uuid']));
    for (const uuid of uuids) {
      const done = await cluster.do(commandFor(uuid));
      if (!done.ok) return refuse(c, done.error);
    }
    return answer(c, { num_records: uuids.length });
  };

  return [
    {
      path: '/security/ipsec/policies',
      get: (c) => list(c, policies, rows()),
      post: create,
      patch: async (c) => {
        const body = await readBody(c, patchForm);
        if (!body.ok) return refuse(c, body.error);
        if (Object.keys(body.value).length === 0) return refuse(c, refusal('nothingToChange'));
        return each(c, (uuid) => ({ type: 'changePolicy', uuid, change: changeOf(body.value) }));
      },
      delete: (c) => each(c, (uuid) => ({ type: 'deletePolicy', uuid })),
    },
    {
      path: '/security/ipsec/policies/:uuid',
      get: (c) =>
        show(
          c,
          policies,
          rows().find(({ uuid }) => uuid === uuidOf(c)),
        ),
      patch: change,
      delete: remove,
    },
  ];
}

const uuidOf = (c: Context): string => c.req.param('uuid') ?? '';

function draftOf(body: IpsecPolicyCreate): PolicyDraft {
  const { identity, shared_key } = body.ppk ?? {};
  const sharedKey = shared_key === undefined ? {} : { sharedKey: typedSecret(shared_key) };
  return present({
    ...changeOf(body),
    name: body.name,
    svm: body.svm && present(body.svm),
    ipspace: body.ipspace && present(body.ipspace),
    action: body.action,
    authenticationMethod: body.authentication_method,
    secretKey: body.secret_key === undefined ? undefined : typedSecret(body.secret_key),
    ppk: body.ppk && present({ identity, ...sharedKey }),
    local: present(body.local_endpoint ?? {}),
    remote: present(body.remote_endpoint ?? {}),
  });
}

const changeOf = (body: IpsecPolicyPatch): PolicyChange =>
  present({
    isEnabled: body.enabled,
    local: body.local_endpoint && present(body.local_endpoint),
    remote: body.remote_endpoint && present(body.remote_endpoint),
    protocol: body.protocol,
    localIdentity: body.local_identity,
    remoteIdentity: body.remote_identity,
    certificate: body.certificate && present(body.certificate),
    ppk: body.ppk && present({ identity: body.ppk.identity }),
  });

/** The members that have a value: what was not given is absent, not undefined. */
function present<T extends object>(members: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const given = Object.entries(members).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as { [K in keyof T]: Exclude<T[K], undefined> }; // keys and values are those of `members`
}
