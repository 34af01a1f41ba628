/**
 * Every refusal of the lab cluster in one table: code, HTTP status, message, and the field to blame where that is always the same.
 * Braces are filled in by `refusal`. Published texts stand as ONTAP prints them; where only a meaning is published, the meaning
 * is the message (docs/ontap-assumptions.md lists those).
 */

interface OntapErrorRow {
  readonly code: string;
  readonly status: 400 | 403 | 404 | 405 | 409 | 500;
  readonly message: string;
  readonly target?: string;
}

export const ontapErrors = {
  // REST in general
  methodNotOffered: { code: '3', status: 405, message: 'not supported' },
  apiNotFound: { code: '3', status: 404, message: 'API not found' },
  noSuchEntry: { code: '4', status: 404, message: "entry doesn't exist", target: 'uuid' },
  notStored: { code: '262145', status: 500, message: 'unexpected exception' },
  unexpectedArgument: { code: '262179', status: 400, message: 'Unexpected argument "{argument}".' },
  surplusSegment: { code: '262179', status: 404, message: 'Unexpected argument "{argument}".' },
  conflictingFields: { code: '262186', status: 400, message: 'field invalid together with another field' },
  fieldTwice: { code: '262188', status: 400, message: 'field specified twice' },
  nothingToChange: { code: '262190', status: 400, message: 'PATCH without any value' },
  fieldNotSettable: { code: '262196', status: 400, message: 'Field "{field}" cannot be set in this operation' },
  valueInvalid: { code: '262197', status: 400, message: 'The value "{value}" is invalid for field "{field}" ({hint})' },
  jsonInvalid: { code: '262199', status: 400, message: 'invalid JSON at location {location}' },
  secretInUrl: { code: '262202', status: 400, message: 'secret field in URL' },
  filterOnPost: { code: '262211', status: 400, message: 'POST does not take filters in the URL' },
  requiredMissing: { code: '262212', status: 400, message: 'required value missing' },
  operandMissing: { code: '262194', status: 400, message: 'expression lacks a value' },
  wrongType: { code: '262247', status: 400, message: 'Invalid value "{value}" for field "{field}"' },
  notReadable: { code: '262249', status: 400, message: 'field not readable in GET' },
  notFilterable: { code: '262250', status: 400, message: 'field not usable as a filter in GET' },
  arrayExpected: { code: '262254', status: 400, message: 'array expected' },
  arrayNotExpected: { code: '262255', status: 400, message: 'array not expected' },
  notSortable: { code: '262268', status: 400, message: 'not sortable', target: 'order_by' },
  unmatchedQuote: { code: '262272', status: 400, message: 'unmatched quote' },
  queryIncomplete: { code: '262273', status: 400, message: 'only one of query/query_fields' },
  queryEmpty: { code: '262274', status: 400, message: 'empty query', target: 'query' },
  bracesMismatched: { code: '262286', status: 400, message: 'mismatched braces in fields', target: 'fields' },

  // Security > IPsec
  offloadWhileEnabled: {
    code: '66256913',
    status: 400,
    message: 'Offload setting changes are not allowed when IPsec is enabled.',
    target: 'offload_enabled',
  },
  offloadWithAntiReplay: {
    code: '66256915',
    status: 400,
    message: 'Anti-replay protection and IPsec offload cannot be operational at the same time.',
  },

  // Security > IPsec > policies
  manyProtocols: { code: '66257099', status: 400, message: 'Only one protocol can be specified.', target: 'protocol' },
  manyLocalPorts: {
    code: '66257100',
    status: 400,
    message: 'Only one local port can be specified.',
    target: 'local_endpoint.port',
  },
  manyRemotePorts: {
    code: '66257101',
    status: 400,
    message: 'Only one remote port can be specified.',
    target: 'remote_endpoint.port',
  },
  policyNameTaken: {
    code: '66257104',
    status: 409,
    message: 'a policy of that name exists in the SVM',
    target: 'name',
  },
  keyNotHex: { code: '66257107', status: 400, message: 'PSK is not valid hex', target: 'secret_key' },
  keyNotBase64: { code: '66257109', status: 400, message: 'PSK is not valid Base64', target: 'secret_key' },
  manyLocalSubnets: {
    code: '66257113',
    status: 400,
    message: 'Only one local IP subnet can be specified.',
    target: 'local_endpoint.address',
  },
  manyRemoteSubnets: {
    code: '66257114',
    status: 400,
    message: 'Only one remote IP subnet can be specified.',
    target: 'remote_endpoint.address',
  },
  portRange: { code: '66257115', status: 400, message: 'port range with more than one port' },
  hostsOnly: { code: '66257120', status: 400, message: 'selector must be a host (/32, /128)' },
  svmFull: { code: '66257121', status: 400, message: 'limit per SVM reached', target: 'svm' },
  localNetmaskMissing: {
    code: '66257125',
    status: 400,
    message: 'local address needs its netmask',
    target: 'local_endpoint.netmask',
  },
  remoteNetmaskMissing: {
    code: '66257126',
    status: 400,
    message: 'remote address needs its netmask',
    target: 'remote_endpoint.netmask',
  },
  localSubnetZero: {
    code: '66257127',
    status: 400,
    message: 'local subnet must not be zero',
    target: 'local_endpoint.address',
  },
  wildcardInvalid: {
    code: '66257128',
    status: 400,
    message: 'ANY wildcard subnet invalid',
    target: 'remote_endpoint.address',
  },
  wildcardWithoutPort: {
    code: '66257129',
    status: 400,
    message: 'remote ANY (0.0.0.0/0, ::/0) needs a specific local or remote port',
    target: 'remote_endpoint.address',
  },
  clusterFull: { code: '66257130', status: 400, message: 'limit per cluster reached' },
  udpOverIpv6: { code: '66257131', status: 400, message: 'ESP in UDP over IPv6 unsupported', target: 'action' },
  portOutside: { code: '66257132', status: 400, message: 'port outside 0-65535' },
  keyMissing: { code: '66257133', status: 400, message: 'psk needs secret_key', target: 'secret_key' },
  certificateMissing: {
    code: '66257134',
    status: 400,
    message: 'pki needs certificate.uuid',
    target: 'certificate.uuid',
  },
  certificateNotOnSvm: {
    code: '66257135',
    status: 400,
    message: 'certificate not found on the SVM',
    target: 'certificate.name',
  },
  certificateWithPsk: { code: '66257136', status: 400, message: 'certificate given for psk', target: 'certificate' },
  keyWithPki: { code: '66257137', status: 400, message: 'key given for pki', target: 'secret_key' },
  remoteIdentityMissing: {
    code: '66257138',
    status: 400,
    message: 'remote identity needed with certificates',
    target: 'remote_identity',
  },
  certificateUnknown: {
    code: '66257139',
    status: 400,
    message: 'certificate UUID not found',
    target: 'certificate.uuid',
  },
  subnetEmpty: { code: '66257143', status: 400, message: 'a subnet is empty' },
  credentialMissing: {
    code: '66257144',
    status: 400,
    message: 'esp_transport and esp_udp need a key or certificate',
    target: 'secret_key',
  },
  policyNameMalformed: {
    code: '66257148',
    status: 400,
    message: 'policy name: ASCII range, length',
    target: 'name',
  },
  ppkKeyMissing: {
    code: '66257153',
    status: 400,
    message: 'ppk identity without ppk key',
    target: 'ppk.shared_key',
  },
  ppkIdentityMissing: { code: '66257154', status: 400, message: 'key without identity', target: 'ppk.identity' },
  notSupportedHere: {
    code: '66257199',
    status: 400,
    message: 'not all nodes run a supporting version',
  },
  keyMalformed: { code: '66257200', status: 400, message: 'shared key: ASCII range, length', target: 'secret_key' },
  svmNameUnknown: { code: '66257202', status: 400, message: 'SVM name invalid', target: 'svm.name' },
  svmUuidUnknown: { code: '66257203', status: 400, message: 'SVM UUID invalid', target: 'svm.uuid' },
  ipspaceDisagrees: {
    code: '66257204',
    status: 400,
    message: 'ipspace uuid and name differ',
    target: 'ipspace.uuid',
  },
  svmNotInIpspace: { code: '66257205', status: 400, message: 'SVM not in that ipspace', target: 'ipspace.name' },
} as const satisfies Record<string, OntapErrorRow>;

export type OntapErrorName = keyof typeof ontapErrors;

/** Why the cluster said no, as ONTAP says it. `status` is the HTTP status; a shell has no use for it. */
export interface OntapRefusal {
  readonly code: string;
  readonly message: string;
  readonly target?: string;
  readonly status: number;
}

/** The refusal of that name. `target` overrides the table's; the other words fill the message's braces. */
export function refusal(
  name: OntapErrorName,
  words: { readonly target?: string; readonly [word: string]: string | undefined } = {},
): OntapRefusal {
  const row: OntapErrorRow = ontapErrors[name];
  const message = row.message.replace(/\{(\w+)\}/g, (_, word: string) => words[word] ?? '');
  const target = words.target ?? row.target;
  return { code: row.code, message, status: row.status, ...(target === undefined ? {} : { target }) };
}

/** A value that does not fit its field; `hint` says between brackets what would. */
export const valueInvalid = (field: string, value: string, hint: string): OntapRefusal =>
  refusal('valueInvalid', { field, value, hint, target: field });
