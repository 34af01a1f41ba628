/**
 * `/api/security/ipsec/policies`: what POST and PATCH take and GET gives (ONTAP 9.17.1). A body's schema judges names, types and
 * words; what values mean together is judged by the cluster (domain/cluster/policy-rules.ts), which a form may ask too.
 */
import { z } from 'zod';
import { reference, referenceInput, selfLink } from './envelope.ts';

export const policyActions = ['bypass', 'discard', 'esp_transport', 'esp_udp'] as const;
const authenticationMethods = ['none', 'psk', 'pki'] as const;

/** In: netmask `24` or `255.255.255.0`, port `2049` or `2049-2049`. */
const endpointInput = z.strictObject({
  address: z.string().optional(),
  netmask: z.string().optional(),
  port: z.string().optional(),
});

/** Out: netmask always the length, port always `n-n`; `0-0` is any. */
const policyEndpoint = z.object({
  address: z.string(),
  netmask: z.string(),
  family: z.enum(['ipv4', 'ipv6']).optional(),
  port: z.string(),
});

const changeable = {
  enabled: z.boolean().optional(),
  local_endpoint: endpointInput.optional(),
  remote_endpoint: endpointInput.optional(),
  /** `any`, `tcp`, `udp`, or a number as text. */
  protocol: z.string().optional(),
  local_identity: z.string().optional(),
  remote_identity: z.string().optional(),
  certificate: referenceInput.optional(),
};

export const ipsecPolicyPatch = z.strictObject({
  ...changeable,
  ppk: z.strictObject({ identity: z.string().optional() }).optional(),
});

export const ipsecPolicyCreate = z.strictObject({
  name: z.string(),
  svm: referenceInput.optional(),
  ipspace: referenceInput.optional(),
  action: z.enum(policyActions).optional(),
  authentication_method: z.enum(authenticationMethods).optional(),
  /** 18 to 128 ASCII characters, `0x` and hex, or `0s` and Base64. Never returned. */
  secret_key: z.string().optional(),
  ppk: z.strictObject({ identity: z.string().optional(), shared_key: z.string().optional() }).optional(),
  ...changeable,
});

/** A whole record, as `fields=*` gives it. */
export const ipsecPolicy = z.object({
  uuid: z.string(),
  scope: z.enum(['svm', 'cluster']).optional(),
  svm: reference.optional(),
  name: z.string(),
  ipspace: reference.optional(),
  local_endpoint: policyEndpoint,
  remote_endpoint: policyEndpoint,
  protocol: z.string(),
  local_identity: z.string().optional(),
  remote_identity: z.string().optional(),
  action: z.enum(policyActions).optional(),
  authentication_method: z.enum(authenticationMethods).optional(),
  certificate: reference.optional(),
  ppk: z.object({ identity: z.string().optional() }).optional(),
  enabled: z.boolean(),
  _links: selfLink.optional(),
});

export type IpsecPolicyRecord = z.infer<typeof ipsecPolicy>;
export type IpsecPolicyCreate = z.infer<typeof ipsecPolicyCreate>;
export type IpsecPolicyPatch = z.infer<typeof ipsecPolicyPatch>;
